import type { ReportWindow } from '#domain/programme';
import type { Moment } from '../reminder-times.js';

export interface ReminderSubject {
  readonly programmeName: string;
  readonly settingName: string;
  readonly urn: string;
  readonly window: ReportWindow;
  readonly moment: Moment;
}

const words = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});

/** `2024-03-31` → `Sunday 31 March 2024`: a calendar date has no time zone. */
export function inWords(date: string): string {
  return words.format(new Date(`${date}T00:00:00Z`)).replace(',', '');
}

function subjectOf({ moment, window: { number, dueOn } }: ReminderSubject): string {
  switch (moment) {
    case 'opens':
      return `You can now send progress report ${number}, due on ${inWords(dueOn)}`;
    case 'due':
      return `Progress report ${number} is due today, ${inWords(dueOn)}`;
    case 'passed':
      return `Progress report ${number} was due on ${inWords(dueOn)}`;
    default:
      return moment satisfies never;
  }
}

function lateUntil(closesOn: string, dueOn: string): string {
  return closesOn > dueOn
    ? `It can still be sent, as late, until the end of ${inWords(closesOn)}.`
    : 'After today it can no longer be taken.';
}

function situationOf({ moment, programmeName, window }: ReminderSubject): string {
  const { number, opensOn, dueOn, closesOn } = window;
  switch (moment) {
    case 'opens':
      return `Progress report ${number} for ${programmeName} can be sent since ${inWords(opensOn)}. It is due on ${inWords(dueOn)}.`;
    case 'due':
      return `Progress report ${number} for ${programmeName} is due today, ${inWords(dueOn)}, and we have not had it yet. ${lateUntil(closesOn, dueOn)}`;
    case 'passed':
      return `Progress report ${number} for ${programmeName} was due on ${inWords(dueOn)}, and we have not had it yet. It can be sent until the end of ${inWords(closesOn)}; after that it can no longer be taken.`;
    default:
      return moment satisfies never;
  }
}

/** What the setting is told: where it stands, by when, and what to do next. */
export function reminderMessage(about: ReminderSubject): { to: string; subject: string; body: string } {
  const { settingName, urn } = about;
  const body = [
    `To ${settingName} (URN ${urn})`,
    situationOf(about),
    'What to do next: say for each action of your approved plan how far it is and what has been spent, add a short summary, and submit the report. Your next tranche can be released only once the report it depends on is accepted.',
    'If you have just sent it, there is nothing more to do.',
  ].join('\n\n');
  return { to: `setting ${urn}`, subject: subjectOf(about), body };
}

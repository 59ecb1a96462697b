import {
  NOT_BLANK,
  refusal,
  refuseBefore,
  refuseShape,
  type Command,
  type Decision,
  type Fact,
  type Refusal,
} from '#kernel';
import { Type, type Static } from 'typebox';
import type { ReportWindow } from '../programme/programme.events.js';
import { LONGEST_REASON, refuseDate } from './invitation.js';
import { reportDeadlineExtended, type ParticipationEvent } from './participation.events.js';
import type { ParticipationState } from './participation-state.js';
import { enrolledNow, type OfOneSetting } from './standing.js';

/** Who needs it later than that needs another window. */
export const MOST_EXTENSIONS = 5;

export const Extension = Type.Object(
  {
    window: Type.Integer({ minimum: 1, maximum: 99 }),
    /** The new last day on which a report is in time, `YYYY-MM-DD`. */
    dueOn: Type.String({ maxLength: 10 }),
    /** The new last day on which it is taken at all; `null`: as long after `dueOn` as before. */
    closesOn: Type.Union([Type.String({ maxLength: 10 }), Type.Null()]),
    reason: Type.String({ maxLength: LONGEST_REASON, pattern: NOT_BLANK }),
  },
  { additionalProperties: false },
);
export type Extension = Static<typeof Extension>;

export type ExtendReportDeadlineCommand = Command<
  'ExtendReportDeadline',
  OfOneSetting &
    Readonly<{
      extension: Extension & { readonly closesOn: string };
      /** The programme with its last day; `null` if there is none. */
      programme: (Fact & Readonly<{ endsOn: string }>) | null;
    }>
>;

function wrong(code: string, field: string, message: string): Refusal {
  return refusal(code, 'invalid', message, { field });
}

function refuseExtension(
  { extension, programme }: ExtendReportDeadlineCommand['data'],
  window: ReportWindow,
): Refusal | undefined {
  const { dueOn, closesOn } = extension;
  const { number } = window;
  if (dueOn <= window.dueOn) {
    return wrong(
      'EXTENSION.NOT_LATER',
      'dueOn',
      `report ${number} is due on ${window.dueOn} already: ${dueOn} is no later`,
    );
  }
  if (closesOn < dueOn || closesOn < window.closesOn) {
    const least = dueOn > window.closesOn ? dueOn : window.closesOn;
    return wrong('EXTENSION.CLOSES_EARLIER', 'closesOn', `closesOn ${closesOn} must not be before ${least}`);
  }
  if (programme !== null && closesOn > programme.endsOn) {
    const message = `closesOn ${closesOn} is after the last day of the programme, ${programme.endsOn}`;
    return wrong('EXTENSION.BEYOND_PROGRAMME', 'closesOn', message);
  }
  if (window.deadlineVersion > MOST_EXTENSIONS) {
    const message = `the deadline of report ${number} has been extended ${MOST_EXTENSIONS} times, and that is the most`;
    return refusal('EXTENSION.TOO_MANY', 'wrong-state', message, { window: number });
  }
  return undefined;
}

/** A later deadline for one report of one setting; what was due by the old one stays in the log as it was. */
export function extendReportDeadline(
  { data, at }: ExtendReportDeadlineCommand,
  state: ParticipationState,
): Decision<ParticipationEvent> {
  const { programmeId, urn, extension } = data;
  const { dueOn, closesOn, reason } = extension;
  const broken =
    refuseShape('EXTENSION.MALFORMED', Extension, extension) ??
    refuseDate(dueOn, 'dueOn') ??
    refuseDate(closesOn, 'closesOn');
  if (broken !== undefined) return broken;
  const part = enrolledNow(data, state);
  if ('refused' in part) return part;
  const window = part.reportWindows.find(({ number }) => number === extension.window);
  if (window === undefined) {
    const has = part.reportWindows.map(({ number }) => number).join(', ');
    const message = `there is no report window ${extension.window} for setting ${urn}; there is ${has}`;
    return refusal('EXTENSION.UNKNOWN_WINDOW', 'not-found', message, { field: 'window' });
  }
  const extended = window.deadlineVersion > 1;
  if (extended && window.dueOn === dueOn && window.closesOn === closesOn) return [];
  const { number, opensOn, deadlineVersion } = window;
  const to = { number, opensOn, dueOn, closesOn, deadlineVersion: deadlineVersion + 1 };
  return (
    refuseExtension(data, window) ??
    refuseBefore(at, { 'the enrolment': part.enrolment.occurredAt }) ?? [
      reportDeadlineExtended({ programmeId, urn, from: window, to, reason }),
    ]
  );
}

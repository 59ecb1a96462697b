import { reportDeadlineExtended, settingEnrolled } from '#domain/programme';
import { History } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { progressReportSubmitted } from '../report/report.events.js';
import { remindWhenReportDue } from './remind-when-report-due.policy.js';

const reference = { eventId: 'e', stream: 's-1', revision: '0', type: 'X' };
const id = { programmeId: 'ipswich', urn: '124570' };
const window = {
  number: 1,
  opensOn: '2024-03-31',
  dueOn: '2024-04-30',
  closesOn: '2024-05-14',
  deadlineVersion: 3,
};
const enrolled = (...reportWindows: (typeof window)[]) =>
  new History().record(
    settingEnrolled({ ...id, settingName: 'Oak', reportWindows, programme: reference, setting: reference }),
  );

describe('reminding when a report is due', () => {
  it('enqueues three jobs for each window of the enrolment', () => {
    const event = enrolled(window, { ...window, number: 2, deadlineVersion: 1 });
    const effects = remindWhenReportDue.react(event);
    expect(effects).toHaveLength(6);
    expect(effects[0]).toEqual({
      enqueue: {
        id: 'reminder.ipswich.124570.1.opens.v3',
        kind: 'send-report-reminder',
        payload: { ...id, window: 1, moment: 'opens', deadlineVersion: 3, enrolment: event.id },
        runAt: '2024-03-31T00:00:00.000Z',
        notAfter: '2024-04-30T22:59:59.999Z',
      },
    });
    expect(effects.map((effect) => ('enqueue' in effect ? effect.enqueue.id : effect))).toEqual([
      'reminder.ipswich.124570.1.opens.v3',
      'reminder.ipswich.124570.1.due.v3',
      'reminder.ipswich.124570.1.passed.v3',
      'reminder.ipswich.124570.2.opens.v1',
      'reminder.ipswich.124570.2.due.v1',
      'reminder.ipswich.124570.2.passed.v1',
    ]);
  });

  it('has nothing to say after the due day when the window closes on it', () => {
    const effects = remindWhenReportDue.react(enrolled({ ...window, closesOn: window.dueOn }));
    expect(effects.map((effect) => 'enqueue' in effect && effect.enqueue.id.split('.')[4])).toEqual([
      'opens',
      'due',
    ]);
  });

  it('makes the same jobs of the same event, so that deciding twice makes none twice', () => {
    const event = enrolled(window);
    expect(remindWhenReportDue.react(event)).toEqual(remindWhenReportDue.react(event));
  });

  it('cancels the three of a window when its report arrives, and no others', () => {
    const event = new History().record(
      progressReportSubmitted({
        ...{ ...id, window: 2, summary: 'Done', plan: reference, actions: [] },
        ...{ arrival: null, ending: null },
      }),
    );
    const cancelled = remindWhenReportDue.react(event);
    expect(cancelled.slice(0, 3)).toEqual([
      { cancel: 'reminder.ipswich.124570.2.opens.v1' },
      { cancel: 'reminder.ipswich.124570.2.due.v1' },
      { cancel: 'reminder.ipswich.124570.2.passed.v1' },
    ]);
    // By whichever extension of its deadline they were made.
    expect(cancelled.at(-1)).toEqual({ cancel: 'reminder.ipswich.124570.2.passed.v6' });
    expect(cancelled).toHaveLength(18);
  });

  it('makes those of a window anew when its deadline is extended', () => {
    const to = { ...window, dueOn: '2024-05-31', closesOn: '2024-06-14', deadlineVersion: 4 };
    const event = new History().record(
      reportDeadlineExtended({ ...id, from: window, to, reason: 'a flood' }),
    );
    const effects = remindWhenReportDue.react(event);
    expect(effects.slice(0, 3)).toEqual([
      { cancel: 'reminder.ipswich.124570.1.opens.v3' },
      { cancel: 'reminder.ipswich.124570.1.due.v3' },
      { cancel: 'reminder.ipswich.124570.1.passed.v3' },
    ]);
    expect(effects.slice(3)).toMatchObject([
      { enqueue: { id: 'reminder.ipswich.124570.1.opens.v4', notAfter: '2024-05-31T22:59:59.999Z' } },
      { enqueue: { id: 'reminder.ipswich.124570.1.due.v4', runAt: '2024-05-30T23:00:00.000Z' } },
      { enqueue: { id: 'reminder.ipswich.124570.1.passed.v4', payload: { enrolment: event.id } } },
    ]);
  });
});

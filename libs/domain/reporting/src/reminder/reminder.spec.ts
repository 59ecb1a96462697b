import { fold, type RecordedEvent } from '#kernel';
import { given, History, instant, person } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  reminderRequested,
  reminderSent,
  reminderSentOnRequest,
  type ReminderEvent,
} from './reminder.events.js';
import { reminder, sentOn, wasSent, type SentReminder } from './reminder.js';
import { reminderJobId, reminderTimes, requestedReminderJobId } from './reminder-times.js';

const jobId = 'reminder.ipswich.124570.1.due.v1';
const due: SentReminder = {
  programmeId: 'ipswich',
  urn: '124570',
  window: 1,
  moment: 'due',
  deadlineVersion: 1,
  jobId,
  file: `${jobId}.json`,
};
const record = (changes: object = {}) => ({
  type: 'RecordReminderSent' as const,
  data: { ...due, ...changes },
});

describe('recording a reminder', () => {
  it('happens once for each moment and version of the deadline', () => {
    given(reminder).when(record()).then(reminderSent(due));
    given(reminder, reminderSent(due))
      .when(record({ jobId: 'another' }))
      .thenNothing();
    given(reminder, reminderSent(due))
      .when(record({ moment: 'passed' }))
      .then(reminderSent({ ...due, moment: 'passed' }));
    given(reminder, reminderSent(due))
      .when(record({ deadlineVersion: 2 }))
      .then(reminderSent({ ...due, deadlineVersion: 2 }));
  });

  it('refuses one without a job or a file', () => {
    given(reminder)
      .when(record({ file: '' }))
      .thenRefused('REMINDER.NOTHING_SENT');
    given(reminder)
      .when(record({ jobId: '' }))
      .thenRefused('REMINDER.NOTHING_SENT');
  });
});

describe('when reminders are sent', () => {
  const window = {
    number: 1,
    opensOn: '2024-03-31',
    dueOn: '2024-10-27',
    closesOn: '2024-11-10',
    deadlineVersion: 1,
  };

  it('goes by the London calendar through both clock changes', () => {
    expect(reminderTimes(window, 'opens')).toEqual({
      runAt: '2024-03-31T00:00:00.000Z', // the clocks go forward an hour later
      notAfter: '2024-10-27T23:59:59.999Z',
    });
    expect(reminderTimes(window, 'due')).toEqual({
      runAt: '2024-10-26T23:00:00.000Z', // still summer time: the day is 25 hours long
      notAfter: '2024-10-27T23:59:59.999Z',
    });
    expect(reminderTimes(window, 'passed')).toEqual({
      runAt: '2024-10-28T00:00:00.000Z',
      notAfter: '2024-11-10T23:59:59.999Z',
    });
    const summer = { ...window, opensOn: '2024-04-01', dueOn: '2024-03-31', closesOn: '2024-10-27' };
    expect(reminderTimes(summer, 'opens').runAt).toBe('2024-03-31T23:00:00.000Z');
    expect(reminderTimes(summer, 'passed').runAt).toBe('2024-03-31T23:00:00.000Z'); // a day of 23 hours
  });

  it('names one job for each setting, window, moment and version', () => {
    expect(reminderJobId('ipswich', '124570', 1, 'due', 1)).toBe(jobId);
  });
});

describe('asking for a reminder', () => {
  const window = {
    number: 1,
    opensOn: '2024-03-31',
    dueOn: '2024-04-30',
    closesOn: '2024-05-14',
    deadlineVersion: 2,
  };
  const of = { programmeId: 'ipswich', urn: '124570', window: 1 };
  const ask = (changes: object = {}) => ({
    type: 'RequestReminder' as const,
    data: { ...of, windows: [window], owed: true, reportedAt: null, ...changes },
  });
  const requested = (moment: 'opens' | 'due' | 'passed', notAfter: string) =>
    reminderRequested({ ...of, moment, deadlineVersion: 2, notAfter });
  const due2 = requested('due', '2024-04-30T22:59:59.999Z');

  it('says where the window stands, and until when that is true', () => {
    given(reminder)
      .when(ask(), { at: '2024-04-29T22:59:59.999Z' })
      .then(requested('opens', '2024-04-30T22:59:59.999Z'));
    given(reminder).when(ask(), { at: '2024-04-29T23:00:00Z' }).then(due2);
    given(reminder).when(ask(), { at: '2024-05-01' }).then(requested('passed', '2024-05-14T22:59:59.999Z'));
  });

  it('happens once a day, and of what is owed only', () => {
    const earlier = given(reminder, [due2, { at: '2024-04-30T08:00:00Z' }]);
    earlier.when(ask(), { at: '2024-04-30T22:59:59.999Z' }).thenNothing();
    earlier.when(ask(), { at: '2024-04-30T23:00:00Z' }).then(requested('passed', '2024-05-14T22:59:59.999Z'));
    given(reminder)
      .when(ask({ owed: false }), { at: '2024-04-30' })
      .thenNothing();
    // As it was when asking and sending were one.
    given(reminder, [reminderSentOnRequest(due), { at: '2024-04-30' }])
      .when(ask(), { at: '2024-04-30T20:00:00Z' })
      .thenNothing();
  });

  it('happens again on a day on which what was asked for cannot be sent any more, unless it was', () => {
    const history = new History({ stream: 'reminder-ipswich.124570.1' });
    const request = history.record(due2, { at: '2024-04-30T08:00:00Z' });
    const decide = (events: readonly RecordedEvent<ReminderEvent>[], changes: object) =>
      reminder.decide(
        { ...ask(changes), by: person('olive'), at: instant('2024-04-30T20:00:00Z') },
        fold(reminder, events),
      );
    const moved = { windows: [{ ...window, dueOn: '2024-05-02', deadlineVersion: 3 }] };
    expect(decide([request], moved)).toMatchObject([
      { type: 'ReminderRequested', data: { moment: 'opens', deadlineVersion: 3 } },
    ]);
    // A report came, for which it was not sent, and was returned.
    expect(decide([request], { reportedAt: '2024-04-30T12:00:00.000Z' })).toHaveLength(1);
    expect(decide([request], { reportedAt: '2024-04-30T07:00:00.000Z' })).toEqual([]);
    const sentAs = { ...due, jobId: requestedReminderJobId(of, request.id), deadlineVersion: 2 };
    const sent = history.record(reminderSentOnRequest(sentAs), { at: '2024-04-30T08:00:01Z' });
    expect(decide([request, sent], moved)).toEqual([]);
  });

  it.each([
    [{ windows: null }, '2024-04-30', 'REMINDER.NOT_ENROLLED'],
    [{ window: 2 }, '2024-04-30', 'REMINDER.NO_WINDOW'],
    [{}, '2024-03-30', 'REMINDER.NOT_OPEN'],
    [{}, '2024-05-15', 'REMINDER.CLOSED'],
  ])('is refused: %#', (changes, at, code) => {
    given(reminder).when(ask(changes), { at }).thenRefused(code);
  });

  it('is done with once it was sent, and takes none of those by the calendar away', () => {
    const history = new History({ stream: 'reminder-ipswich.124570.1' });
    const request = history.record(due2, { at: '2024-04-30' });
    const sentAs = { ...due, jobId: requestedReminderJobId(of, request.id), deadlineVersion: 2 };
    const decide = (events: readonly RecordedEvent<ReminderEvent>[], data: typeof sentAs) =>
      reminder.decide(
        {
          ...{ type: 'RecordRequestedReminder', data },
          ...{ by: person('system'), at: instant('2024-05-01') },
        },
        fold(reminder, events),
      );
    expect(decide([request], sentAs)).toEqual([reminderSentOnRequest(sentAs)]);
    const sent = history.record(reminderSentOnRequest(sentAs), { at: '2024-05-01' });
    expect(decide([request, sent], sentAs)).toEqual([]);
    expect(decide([request], { ...sentAs, jobId: 'another' })).toMatchObject({
      code: 'REMINDER.NOT_REQUESTED',
    });
    expect(decide([request], { ...sentAs, file: '' })).toMatchObject({ code: 'REMINDER.NOTHING_SENT' });
    const state = fold(reminder, [request, sent]);
    // Sent on the day after it was asked for: that day is free to be asked on again.
    expect(sentOn(state, '2024-04-30')).toBe(true);
    expect(sentOn(state, '2024-05-01')).toBe(false);
    expect(wasSent(state, sentAs)).toBe(false);
  });
});

import { given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { reminderSent, reminderSentOnRequest, type ReminderEvent } from './reminder.events.js';
import { reminder } from './reminder.js';
import { reminderJobId, reminderTimes } from './reminder-times.js';

const jobId = 'reminder.ipswich.124570.1.due.v1';
const due: ReminderEvent['data'] = {
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

const requested = { type: 'RecordReminderOnRequest' as const, data: due };

describe('recording a reminder on request', () => {
  it('happens beside those by the calendar, and takes none of them away', () => {
    given(reminder, reminderSent(due)).when(requested).then(reminderSentOnRequest(due));
    given(reminder, reminderSentOnRequest(due)).when(record()).then(reminderSent(due));
  });

  it('happens once a day, whatever the deadline', () => {
    const again = { ...requested, data: { ...due, jobId: 'another', deadlineVersion: 2 } };
    const earlier = given(reminder, reminderSentOnRequest(due));
    earlier.when(again, { at: '2024-01-01T23:59:59.999Z' }).thenNothing();
    earlier.when(again, { at: '2024-01-02T00:00:00Z' }).then(reminderSentOnRequest(again.data));
  });

  it('needs a file that is in the outbox', () => {
    const without = { ...requested, data: { ...due, file: '' } };
    given(reminder).when(without).thenRefused('REMINDER.NOTHING_SENT');
  });
});

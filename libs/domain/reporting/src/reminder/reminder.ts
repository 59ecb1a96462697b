import { refusal, type Aggregate, type Command, type Decision, type RecordedEvent } from '#kernel';
import { reminderEvents, reminderSent, type ReminderEvent } from './reminder.events.js';

export type RecordReminderSentCommand = Command<'RecordReminderSent', ReminderEvent['data']>;
export type ReminderCommand = RecordReminderSentCommand;

/** The reminders of one setting and window that were sent. */
export interface ReminderState {
  readonly sent: readonly Pick<ReminderEvent['data'], 'moment' | 'deadlineVersion'>[];
}

/** Whether this reminder, for this deadline, was sent. */
export function wasSent(
  { sent }: ReminderState,
  { moment, deadlineVersion }: ReminderState['sent'][number],
): boolean {
  return sent.some((one) => one.moment === moment && one.deadlineVersion === deadlineVersion);
}

/** What was sent to one setting about one window: stream `reminder-<programme>.<urn>.<window>`. */
export const reminder: Aggregate<ReminderState, ReminderCommand, ReminderEvent> = {
  category: 'reminder',
  events: reminderEvents,
  initial: { sent: [] },
  decide: ({ data }, state): Decision<ReminderEvent> => {
    if (data.file === '' || data.jobId === '') {
      return refusal('REMINDER.NOTHING_SENT', 'invalid', 'a reminder that was sent has a job and a file', {
        field: data.file === '' ? 'file' : 'jobId',
      });
    }
    return wasSent(state, data) ? [] : [reminderSent(data)];
  },
  evolve: (state, { data }: RecordedEvent<ReminderEvent>) => ({ sent: [...state.sent, data] }),
};

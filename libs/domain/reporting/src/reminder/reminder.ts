import {
  dateInLondon,
  refusal,
  type Aggregate,
  type Command,
  type Decision,
  type RecordedEvent,
} from '#kernel';
import {
  reminderEvents,
  reminderSent,
  reminderSentOnRequest,
  type ReminderEvent,
} from './reminder.events.js';

export type RecordReminderSentCommand = Command<'RecordReminderSent', ReminderEvent['data']>;
export type RecordReminderOnRequestCommand = Command<'RecordReminderOnRequest', ReminderEvent['data']>;
export type ReminderCommand = RecordReminderSentCommand | RecordReminderOnRequestCommand;

/** The reminders of one setting and window that were sent. */
export interface ReminderState {
  readonly sent: readonly Pick<ReminderEvent['data'], 'moment' | 'deadlineVersion'>[];
  /** Days in London on which one was sent because somebody asked for it. */
  readonly requestedOn: readonly string[];
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
  initial: { sent: [], requestedOn: [] },
  decide: ({ type, data, at }, state): Decision<ReminderEvent> => {
    if (data.file === '' || data.jobId === '') {
      return refusal('REMINDER.NOTHING_SENT', 'invalid', 'a reminder that was sent has a job and a file', {
        field: data.file === '' ? 'file' : 'jobId',
      });
    }
    if (type === 'RecordReminderOnRequest') {
      return state.requestedOn.includes(dateInLondon(at)) ? [] : [reminderSentOnRequest(data)];
    }
    return wasSent(state, data) ? [] : [reminderSent(data)];
  },
  evolve: (state, event: RecordedEvent<ReminderEvent>) => {
    switch (event.type) {
      case 'ReminderSent':
        return { ...state, sent: [...state.sent, event.data] };
      case 'ReminderSentOnRequest': {
        const day = dateInLondon(event.metadata.occurredAt);
        return { ...state, requestedOn: [...state.requestedOn, day] };
      }
      default:
        return event satisfies never;
    }
  },
};

import {
  dateInLondon,
  endOfDay,
  parseDate,
  refusal,
  startOfDay,
  type Aggregate,
  type Command,
  type Decision,
  type Instant,
  type RecordedEvent,
  type Refusal,
} from '#kernel';
import type { ReportWindow } from '#domain/programme';
import { reminderTimes, requestedReminderJobId, type Moment } from './reminder-times.js';
import {
  reminderEvents,
  reminderRequested,
  reminderSent,
  reminderSentOnRequest,
  type ReminderEvent,
} from './reminder.events.js';

/** A reminder that is in the outbox. */
export type SentReminder = Extract<ReminderEvent, { type: 'ReminderSent' }>['data'];

export type RequestReminderCommand = Command<
  'RequestReminder',
  Readonly<{
    programmeId: string;
    urn: string;
    /** The number that was asked for. */
    window: number;
    /** Of the setting's enrolment; `null` unless it takes part. */
    windows: readonly ReportWindow[] | null;
    /** Whether there is no report for the window, or one that was returned. */
    owed: boolean;
  }>
>;
export type ReminderCommand =
  | Command<'RecordReminderSent', SentReminder>
  | RequestReminderCommand
  | Command<'RecordRequestedReminder', SentReminder>;

/** The reminders of one setting and window. */
export interface ReminderState {
  readonly sent: readonly Pick<SentReminder, 'moment' | 'deadlineVersion'>[];
  /** Days in London on which somebody asked for one. */
  readonly requestedOn: readonly string[];
  /** Jobs that send what was asked for; `true` once it was sent. */
  readonly requests: Readonly<Record<string, boolean>>;
}

/** Whether this reminder, for this deadline, was sent. */
export function wasSent(
  { sent }: ReminderState,
  { moment, deadlineVersion }: ReminderState['sent'][number],
): boolean {
  return sent.some((one) => one.moment === moment && one.deadlineVersion === deadlineVersion);
}

function momentAt({ number, opensOn, dueOn, closesOn }: ReportWindow, at: Instant): Moment | Refusal {
  if (at < startOfDay(parseDate(opensOn, 'opensOn'))) {
    const message = `report ${number} can be sent from ${opensOn} on, not yet`;
    return refusal('REMINDER.NOT_OPEN', 'wrong-state', message, { window: number, opensOn });
  }
  if (at > endOfDay(parseDate(closesOn, 'closesOn'))) {
    const message = `report ${number} was taken until ${closesOn}: extend its deadline first`;
    return refusal('REMINDER.CLOSED', 'wrong-state', message, { window: number, closesOn });
  }
  const today = dateInLondon(at);
  return today < dueOn ? 'opens' : today === dueOn ? 'due' : 'passed';
}

/** At most once a day, however often it is asked for; nothing of a report that is not owed. */
function request({ data, at }: RequestReminderCommand, state: ReminderState): Decision<ReminderEvent> {
  const { programmeId, urn, window: number, windows, owed } = data;
  if (windows === null) {
    const message = `setting ${urn} is not enrolled: it owes no report`;
    return refusal('REMINDER.NOT_ENROLLED', 'wrong-state', message, { programmeId, urn });
  }
  const window = windows.find((one) => one.number === number);
  if (window === undefined) {
    const message = `setting ${urn} has no report window ${number}`;
    return refusal('REMINDER.NO_WINDOW', 'not-found', message, { field: 'window' });
  }
  const moment = momentAt(window, at);
  if (typeof moment !== 'string') return moment;
  if (!owed || state.requestedOn.includes(dateInLondon(at))) return [];
  const { deadlineVersion } = window;
  const { notAfter } = reminderTimes(window, moment);
  return [reminderRequested({ programmeId, urn, window: number, moment, deadlineVersion, notAfter })];
}

function recordRequested(data: SentReminder, { requests }: ReminderState): Decision<ReminderEvent> {
  const isSent = requests[data.jobId];
  if (isSent === true) return [];
  if (isSent === false) return [reminderSentOnRequest(data)];
  return refusal(
    'REMINDER.NOT_REQUESTED',
    'wrong-state',
    `nobody asked for what job ${data.jobId} has sent`,
    {
      field: 'jobId',
    },
  );
}

/** What was sent to one setting about one window: stream `reminder-<programme>.<urn>.<window>`. */
export const reminder: Aggregate<ReminderState, ReminderCommand, ReminderEvent> = {
  category: 'reminder',
  events: reminderEvents,
  initial: { sent: [], requestedOn: [], requests: {} },
  decide: (command, state): Decision<ReminderEvent> => {
    if (command.type === 'RequestReminder') return request(command, state);
    const { type, data } = command;
    if (data.file === '' || data.jobId === '') {
      return refusal('REMINDER.NOTHING_SENT', 'invalid', 'a reminder that was sent has a job and a file', {
        field: data.file === '' ? 'file' : 'jobId',
      });
    }
    if (type === 'RecordRequestedReminder') return recordRequested(data, state);
    return wasSent(state, data) ? [] : [reminderSent(data)];
  },
  evolve: (state, event: RecordedEvent<ReminderEvent>) => {
    const day = dateInLondon(event.metadata.occurredAt);
    switch (event.type) {
      case 'ReminderSent':
        return { ...state, sent: [...state.sent, event.data] };
      case 'ReminderRequested': {
        const requests = { ...state.requests, [requestedReminderJobId(event.data, event.id)]: false };
        return { ...state, requestedOn: [...state.requestedOn, day], requests };
      }
      case 'ReminderSentOnRequest': {
        const { jobId } = event.data;
        if (Object.hasOwn(state.requests, jobId))
          return { ...state, requests: { ...state.requests, [jobId]: true } };
        // Once it was sent when it was asked for, and nothing told of the asking.
        return { ...state, requestedOn: [...state.requestedOn, day] };
      }
      default:
        return event satisfies never;
    }
  },
};

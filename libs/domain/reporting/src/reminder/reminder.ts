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
    /** When the last report for the window was recorded; `null`: none was. */
    reportedAt: Instant | null;
  }>
>;
export type ReminderCommand =
  | Command<'RecordReminderSent', SentReminder>
  | RequestReminderCommand
  | Command<'RecordRequestedReminder', SentReminder>;

/** What somebody asked for. */
export interface RequestedReminder extends Pick<SentReminder, 'moment' | 'deadlineVersion'> {
  /** The event by which it was asked for. */
  readonly request: string;
  readonly recordedAt: Instant;
  /** The day in London on which it was. */
  readonly day: string;
  readonly sent: boolean;
}

/** The reminders of one setting and window. */
export interface ReminderState {
  readonly sent: readonly Pick<SentReminder, 'moment' | 'deadlineVersion'>[];
  /** By the job that sends it, in the order in which they were asked for. */
  readonly requests: Readonly<Record<string, RequestedReminder>>;
  /** Days in London of those that were once sent as they were asked for. */
  readonly sentAsAskedOn: readonly string[];
}

/** Whether what was asked for on this day was sent. */
export function sentOn({ requests, sentAsAskedOn }: ReminderState, day: string): boolean {
  return sentAsAskedOn.includes(day) || Object.values(requests).some((one) => one.day === day && one.sent);
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

/** Whether this is on its way: what was asked for before the deadline was moved, or a report came, is not sent any more. */
function isOnItsWay(
  { requests }: ReminderState,
  day: string,
  { deadlineVersion }: ReportWindow,
  reportedAt: Instant | null,
): boolean {
  return Object.values(requests).some(
    (one) =>
      one.day === day &&
      one.deadlineVersion === deadlineVersion &&
      (reportedAt === null || reportedAt < one.recordedAt),
  );
}

/** At most once a day, however often it is asked for; nothing of a report that is not owed. */
function request({ data, at }: RequestReminderCommand, state: ReminderState): Decision<ReminderEvent> {
  const { programmeId, urn, window: number, windows, owed, reportedAt } = data;
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
  const today = dateInLondon(at);
  if (!owed || sentOn(state, today) || isOnItsWay(state, today, window, reportedAt)) return [];
  const { deadlineVersion } = window;
  const { notAfter } = reminderTimes(window, moment);
  return [reminderRequested({ programmeId, urn, window: number, moment, deadlineVersion, notAfter })];
}

function recordRequested(data: SentReminder, { requests }: ReminderState): Decision<ReminderEvent> {
  const asked = requests[data.jobId];
  if (asked !== undefined) return asked.sent ? [] : [reminderSentOnRequest(data)];
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
  initial: { sent: [], requests: {}, sentAsAskedOn: [] },
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
    const { occurredAt, recordedAt } = event.metadata;
    const day = dateInLondon(occurredAt);
    switch (event.type) {
      case 'ReminderSent':
        return { ...state, sent: [...state.sent, event.data] };
      case 'ReminderRequested': {
        const { moment, deadlineVersion } = event.data;
        const asked = { moment, deadlineVersion, request: event.id, recordedAt, day, sent: false };
        const jobId = requestedReminderJobId(event.data, event.id);
        return { ...state, requests: { ...state.requests, [jobId]: asked } };
      }
      case 'ReminderSentOnRequest': {
        const { jobId } = event.data;
        const asked = state.requests[jobId];
        if (asked !== undefined)
          return { ...state, requests: { ...state.requests, [jobId]: { ...asked, sent: true } } };
        // Once it was sent when it was asked for, and nothing told of the asking.
        return { ...state, sentAsAskedOn: [...state.sentAsAskedOn, day] };
      }
      default:
        return event satisfies never;
    }
  },
};

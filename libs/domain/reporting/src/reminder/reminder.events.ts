import { defineEvent, type EventOf } from '#kernel';
import { Type } from 'typebox';

/** Which reminder of which report. */
const ofOneReminder = {
  programmeId: Type.String(),
  urn: Type.String(),
  window: Type.Integer({ minimum: 1 }),
  /** Where the window stood: open, due on that day, or past it. */
  moment: Type.Enum(['opens', 'due', 'passed']),
  /** Grows when a deadline is moved; each has its own reminders. */
  deadlineVersion: Type.Integer({ minimum: 1 }),
};

export const reminderSent = defineEvent(
  'ReminderSent',
  1,
  'A setting was reminded of a report window that opened, falls due or has passed: the message is in the outbox.',
  Type.Object({
    ...ofOneReminder,
    jobId: Type.String(),
    /** Name of the message's file in the outbox folder. */
    file: Type.String(),
  }),
);

export const reminderRequested = defineEvent(
  'ReminderRequested',
  1,
  'Somebody asked for a setting to be reminded of a report that it owes; a job sends it.',
  Type.Object({
    ...ofOneReminder,
    /** The last instant at which what it says is true; not sent by then, it is not sent. */
    notAfter: Type.String(),
  }),
);

export const reminderSentOnRequest = defineEvent(
  'ReminderSentOnRequest',
  1,
  'A setting was reminded of a report that it owes, as somebody had asked, beside the reminders that go by the calendar: the message is in the outbox.',
  Type.Object({
    ...ofOneReminder,
    /** Of the job that sent it; in the log's early days, of the message alone. */
    jobId: Type.String(),
    /** Name of the message's file in the outbox folder. */
    file: Type.String(),
  }),
);

export const reminderEvents = [reminderSent, reminderRequested, reminderSentOnRequest] as const;
export type ReminderEvent = EventOf<(typeof reminderEvents)[number]>;

import { defineEvent, type EventOf } from '#kernel';
import { Type } from 'typebox';

export const reminderSent = defineEvent(
  'ReminderSent',
  1,
  'A setting was reminded of a report window that opened, falls due or has passed: the message is in the outbox.',
  Type.Object({
    programmeId: Type.String(),
    urn: Type.String(),
    window: Type.Integer({ minimum: 1 }),
    moment: Type.Enum(['opens', 'due', 'passed']),
    /** Grows when a deadline is moved; each has its own reminders. */
    deadlineVersion: Type.Integer({ minimum: 1 }),
    jobId: Type.String(),
    /** Name of the message's file in the outbox folder. */
    file: Type.String(),
  }),
);

export const reminderSentOnRequest = defineEvent(
  'ReminderSentOnRequest',
  1,
  'Somebody had a setting reminded of a report that it owes, beside the reminders that go by the calendar.',
  Type.Object({
    programmeId: Type.String(),
    urn: Type.String(),
    window: Type.Integer({ minimum: 1 }),
    /** Where the window stood: open, due on that day, or past it. */
    moment: Type.Enum(['opens', 'due', 'passed']),
    deadlineVersion: Type.Integer({ minimum: 1 }),
    /** Names the message, as the job of a reminder by the calendar does. */
    jobId: Type.String(),
    /** Name of the message's file in the outbox folder. */
    file: Type.String(),
  }),
);

export const reminderEvents = [reminderSent, reminderSentOnRequest] as const;
export type ReminderEvent = EventOf<(typeof reminderEvents)[number]>;

import { defineProjection, type Reaction } from '#platform/read-store';
import { reminderEvents, type ReminderEvent } from '../../reminder/reminder.events.js';
import type { SentReminder } from '../../reminder/reminder.js';
import type { Moment } from '../../reminder/reminder-times.js';

/** One reminder that was sent. */
export type ReminderDocument = Readonly<{
  /** The id of the job that sent it. */
  id: string;
  programmeId: string;
  urn: string;
  window: number;
  moment: Moment;
  deadlineVersion: number;
  /** Name of the message's file in the outbox folder. */
  file: string;
  sentAt: string;
}>;

function sent(): Reaction<ReminderDocument, Extract<ReminderEvent, { data: SentReminder }>> {
  return {
    touches: ({ data }) => [data.jobId],
    apply: (_, { data, metadata }, id) => ({
      id,
      programmeId: data.programmeId,
      urn: data.urn,
      window: data.window,
      moment: data.moment,
      deadlineVersion: data.deadlineVersion,
      file: data.file,
      sentAt: metadata.occurredAt,
    }),
  };
}

export const remindersProjection = defineProjection<ReminderDocument>()({
  collection: {
    name: 'reminders',
    version: 1,
    indexes: { bySent: ['programmeId', 'sentAt'], bySetting: ['programmeId', 'urn', 'sentAt'] },
  },
  of: reminderEvents,
  when: {
    ReminderSent: sent(),
    ReminderSentOnRequest: sent(),
  },
  ignores: ['ReminderRequested'],
});

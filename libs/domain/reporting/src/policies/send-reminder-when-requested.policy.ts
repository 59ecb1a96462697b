import { definePolicy, type PolicyEffect } from '#platform/jobs';
import { parseInstant } from '#kernel';
import { reminderRequested } from '../reminder/reminder.events.js';
import { requestedReminderJobId } from '../reminder/reminder-times.js';
import { SEND_REQUESTED_REMINDER } from '../reminder/send-requested-reminder/requested-reminder-payload.js';

/** Whenever somebody asks for a reminder, a job sends it, unless what it says has ceased to be true by then. */
export const sendReminderWhenRequested = definePolicy({
  name: 'send-reminder-when-requested',
  handles: [reminderRequested],
  enqueues: [SEND_REQUESTED_REMINDER],
  react: ({ id: request, data, metadata }): readonly PolicyEffect[] => {
    const { notAfter, ...of } = data;
    return [
      {
        enqueue: {
          id: requestedReminderJobId(data, request),
          kind: SEND_REQUESTED_REMINDER,
          payload: { ...of, request },
          runAt: metadata.occurredAt,
          notAfter: parseInstant(notAfter),
        },
      },
    ];
  },
});

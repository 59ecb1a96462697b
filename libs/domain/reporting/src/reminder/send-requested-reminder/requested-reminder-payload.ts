import { Type, type Static } from 'typebox';
import { MOMENTS } from '../reminder-times.js';

/** The kind of the jobs that send what somebody asked for, one each. */
export const SEND_REQUESTED_REMINDER = 'send-requested-reminder';

/** Which reminder was asked for; whether it is still worth sending is decided by the streams when the job runs. */
export const RequestedReminderPayload = Type.Object({
  programmeId: Type.String(),
  urn: Type.String(),
  window: Type.Integer({ minimum: 1 }),
  moment: Type.Enum([...MOMENTS]),
  deadlineVersion: Type.Integer({ minimum: 1 }),
  /** The event id of the request. */
  request: Type.String(),
});
export type RequestedReminderPayload = Static<typeof RequestedReminderPayload>;

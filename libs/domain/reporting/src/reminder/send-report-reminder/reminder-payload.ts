import { Type, type Static } from 'typebox';
import { MOMENTS } from '../reminder-times.js';

/** The kind of the jobs that send one reminder each. */
export const SEND_REPORT_REMINDER = 'send-report-reminder';

/** Which reminder to send; whether to send it is decided by the streams when the job runs. */
export const ReminderPayload = Type.Object({
  programmeId: Type.String(),
  urn: Type.String(),
  window: Type.Integer({ minimum: 1 }),
  moment: Type.Enum([...MOMENTS]),
  deadlineVersion: Type.Integer({ minimum: 1 }),
  /** The event id of the enrolment that led to it. */
  enrolment: Type.String(),
});
export type ReminderPayload = Static<typeof ReminderPayload>;

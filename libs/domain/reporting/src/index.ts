import { remindersProjection } from './read-models/reminders/reminders.projection.js';
import { reportsProjection } from './read-models/reports/reports.projection.js';
import { remindWhenReportDue } from './policies/remind-when-report-due.policy.js';
import { sendReminderWhenRequested } from './policies/send-reminder-when-requested.policy.js';

export * from './report/report.events.js';
export * from './reminder/reminder.events.js';
export { report, reportId } from './report/report.js';
export { acceptedSpending, type AcceptedWord, type AnyReport } from './report/accepted-spending.js';
export { StreamAcceptedReports } from './report/tell-accepted/stream-accepted-reports.js';
export type { ReportState } from './report/report-state.js';
export { AttachFile } from './attachment/attach-file/attach-file.handler.js';
export { OpenEvidence } from './attachment/open-evidence/open-evidence.query.js';
export {
  AcceptPartOfReport,
  type AcceptPartOfReportInput,
} from './report/accept-part-of-report/accept-part-of-report.handler.js';
export {
  ReturnProgressReport,
  type ReturnProgressReportInput,
} from './report/return-progress-report/return-progress-report.handler.js';
export { reminder, wasSent, type ReminderState } from './reminder/reminder.js';
export { MOMENTS, reminderJobId, reminderTimes, type Moment } from './reminder/reminder-times.js';
export { AcceptProgressReport } from './report/accept-progress-report/accept-progress-report.handler.js';
export {
  SubmitProgressReport,
  type SubmitProgressReportInput,
} from './report/submit-progress-report/submit-progress-report.handler.js';
export { WithdrawReportAcceptance } from './report/withdraw-report-acceptance/withdraw-report-acceptance.handler.js';
export { windowNumber } from './report/window-number.js';
export { RecordReminderSent } from './reminder/record-reminder-sent/record-reminder-sent.handler.js';
export { RemindSetting, RemindSettingHandler } from './reminder/remind-setting/remind-setting.handler.js';
export { SEND_REPORT_REMINDER } from './reminder/send-report-reminder/reminder-payload.js';
export { remindWhenReportDue } from './policies/remind-when-report-due.policy.js';
export { GetReport } from './read-models/reports/get-report.query.js';
export { REPORT_TURNS_FROM } from './read-models/reports/report-turns.js';
export { ListReports } from './read-models/reports/reports.query.js';
export { ListReminders } from './read-models/reminders/reminders.query.js';
export { reportTurn, type PlanStanding } from './read-models/reports/report-turn.js';
export { reportsProjection, type ReportDocument } from './read-models/reports/reports.projection.js';
export { remindersProjection, type ReminderDocument } from './read-models/reminders/reminders.projection.js';
export const reportingProjections = [reportsProjection, remindersProjection] as const;
export const reportingPolicies = [remindWhenReportDue, sendReminderWhenRequested] as const;
export { ReportingModule } from './reporting.module.js';

import { Module } from '@nestjs/common';
import { AttachFileController } from './attachment/attach-file/attach-file.controller.js';
import { AttachFileHandler } from './attachment/attach-file/attach-file.handler.js';
import { OpenAttachmentController } from './attachment/open-attachment/open-attachment.controller.js';
import { OpenEvidenceController } from './attachment/open-evidence/open-evidence.controller.js';
import { OpenEvidenceHandler } from './attachment/open-evidence/open-evidence.query.js';
import { RemindersController } from './read-models/reminders/reminders.controller.js';
import { ListRemindersHandler } from './read-models/reminders/reminders.query.js';
import { GetReportHandler } from './read-models/reports/get-report.query.js';
import { ReportController } from './read-models/reports/report.controller.js';
import { ReportsController } from './read-models/reports/reports.controller.js';
import { ReportTurns } from './read-models/reports/report-turns.js';
import { ListReportsHandler } from './read-models/reports/reports.query.js';
import { RecordReminderSentHandler } from './reminder/record-reminder-sent/record-reminder-sent.handler.js';
import { RemindSettingController } from './reminder/remind-setting/remind-setting.controller.js';
import { RemindSettingHandler } from './reminder/remind-setting/remind-setting.handler.js';
import { SendReportReminder } from './reminder/send-report-reminder/send-report-reminder.job.js';
import { SendRequestedReminder } from './reminder/send-requested-reminder/send-requested-reminder.job.js';
import { AcceptPartOfReportController } from './report/accept-part-of-report/accept-part-of-report.controller.js';
import { AcceptPartOfReportHandler } from './report/accept-part-of-report/accept-part-of-report.handler.js';
import { AcceptProgressReportController } from './report/accept-progress-report/accept-progress-report.controller.js';
import { AcceptProgressReportHandler } from './report/accept-progress-report/accept-progress-report.handler.js';
import { ReturnProgressReportController } from './report/return-progress-report/return-progress-report.controller.js';
import { ReturnProgressReportHandler } from './report/return-progress-report/return-progress-report.handler.js';
import { SubmitProgressReportController } from './report/submit-progress-report/submit-progress-report.controller.js';
import { SubmitProgressReportHandler } from './report/submit-progress-report/submit-progress-report.handler.js';
import { WithdrawReportAcceptanceController } from './report/withdraw-report-acceptance/withdraw-report-acceptance.controller.js';
import { WithdrawReportAcceptanceHandler } from './report/withdraw-report-acceptance/withdraw-report-acceptance.handler.js';

/** Needs `Outbox` and `Attachments` besides what every context needs. */
@Module({
  controllers: [
    SubmitProgressReportController,
    AcceptProgressReportController,
    AcceptPartOfReportController,
    ReturnProgressReportController,
    WithdrawReportAcceptanceController,
    ReportsController,
    ReportController,
    RemindersController,
    RemindSettingController,
    AttachFileController,
    OpenAttachmentController,
    OpenEvidenceController,
  ],
  providers: [
    SubmitProgressReportHandler,
    AcceptProgressReportHandler,
    AcceptPartOfReportHandler,
    ReturnProgressReportHandler,
    AttachFileHandler,
    OpenEvidenceHandler,
    WithdrawReportAcceptanceHandler,
    RecordReminderSentHandler,
    RemindSettingHandler,
    SendReportReminder,
    SendRequestedReminder,
    ReportTurns,
    ListReportsHandler,
    GetReportHandler,
    ListRemindersHandler,
  ],
})
export class ReportingModule {}

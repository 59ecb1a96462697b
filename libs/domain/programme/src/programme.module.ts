import { Module } from '@nestjs/common';
import { EnrolSettingController } from './participation/enrol-setting/enrol-setting.controller.js';
import { EnrolSettingHandler } from './participation/enrol-setting/enrol-setting.handler.js';
import { CreateProgrammeController } from './programme/create-programme/create-programme.controller.js';
import { CreateProgrammeHandler } from './programme/create-programme/create-programme.handler.js';
import { IssueGrantAgreementController } from './agreement/issue-grant-agreement/issue-grant-agreement.controller.js';
import { IssueGrantAgreementHandler } from './agreement/issue-grant-agreement/issue-grant-agreement.handler.js';
import { WithdrawGrantAgreementController } from './agreement/withdraw-grant-agreement/withdraw-grant-agreement.controller.js';
import { WithdrawGrantAgreementHandler } from './agreement/withdraw-grant-agreement/withdraw-grant-agreement.handler.js';
import { ListGrantAgreementsController } from './agreement/list-grant-agreements/list-grant-agreements.controller.js';
import { ListGrantAgreementsHandler } from './agreement/list-grant-agreements/list-grant-agreements.query.js';
import { AssessFraudRiskController } from './participation/assess-fraud-risk/assess-fraud-risk.controller.js';
import { AssessFraudRiskHandler } from './participation/assess-fraud-risk/assess-fraud-risk.handler.js';
import { CompleteDueDiligenceController } from './participation/complete-due-diligence/complete-due-diligence.controller.js';
import { CompleteDueDiligenceHandler } from './participation/complete-due-diligence/complete-due-diligence.handler.js';
import { CompleteFinancialReviewController } from './participation/complete-financial-review/complete-financial-review.controller.js';
import { CompleteFinancialReviewHandler } from './participation/complete-financial-review/complete-financial-review.handler.js';
import { DecideContinuityController } from './participation/decide-continuity/decide-continuity.controller.js';
import { DecideContinuityHandler } from './participation/decide-continuity/decide-continuity.handler.js';
import { DeclineInvitationController } from './participation/decline-invitation/decline-invitation.controller.js';
import { DeclineInvitationHandler } from './participation/decline-invitation/decline-invitation.handler.js';
import { ExtendReportDeadlinesController } from './participation/extend-report-deadlines/extend-report-deadlines.controller.js';
import { ExtendReportDeadlinesHandler } from './participation/extend-report-deadlines/extend-report-deadlines.handler.js';
import { InviteSettingController } from './participation/invite-setting/invite-setting.controller.js';
import { InviteSettingHandler } from './participation/invite-setting/invite-setting.handler.js';
import { SignGrantAgreementController } from './participation/sign-grant-agreement/sign-grant-agreement.controller.js';
import { SignGrantAgreementHandler } from './participation/sign-grant-agreement/sign-grant-agreement.handler.js';
import { WithdrawSettingController } from './participation/withdraw-setting/withdraw-setting.controller.js';
import { WithdrawSettingHandler } from './participation/withdraw-setting/withdraw-setting.handler.js';
import { TakeOverPartController } from './participation/take-over-part/take-over-part.controller.js';
import { TakeOverPartHandler } from './participation/take-over-part/take-over-part.handler.js';
import { FinishTakeOverJob } from './participation/finish-take-over/finish-take-over.job.js';
import { RaiseContinuityHandler } from './participation/raise-continuity/raise-continuity.handler.js';
import { RaiseContinuityJob } from './participation/raise-continuity/raise-continuity.job.js';
import { ReplaceAllocationPolicyController } from './programme/replace-allocation-policy/replace-allocation-policy.controller.js';
import { ReplaceAllocationPolicyHandler } from './programme/replace-allocation-policy/replace-allocation-policy.handler.js';
import { PauseProgrammeController } from './programme/pause-programme/pause-programme.controller.js';
import { PauseProgrammeHandler } from './programme/pause-programme/pause-programme.handler.js';
import { ResumeProgrammeController } from './programme/resume-programme/resume-programme.controller.js';
import { ResumeProgrammeHandler } from './programme/resume-programme/resume-programme.handler.js';
import { AppointSeniorOwnerController } from './programme/appoint-senior-owner/appoint-senior-owner.controller.js';
import { AppointSeniorOwnerHandler } from './programme/appoint-senior-owner/appoint-senior-owner.handler.js';
import { NameProgrammeBoardController } from './programme/name-programme-board/name-programme-board.controller.js';
import { NameProgrammeBoardHandler } from './programme/name-programme-board/name-programme-board.handler.js';
import { ReplaceTrancheScheduleController } from './programme/replace-tranche-schedule/replace-tranche-schedule.controller.js';
import { ReplaceTrancheScheduleHandler } from './programme/replace-tranche-schedule/replace-tranche-schedule.handler.js';
import { ReplaceReportWindowsController } from './programme/replace-report-windows/replace-report-windows.controller.js';
import { ReplaceReportWindowsHandler } from './programme/replace-report-windows/replace-report-windows.handler.js';
import { CloseProgrammeController } from './programme/close-programme/close-programme.controller.js';
import { CloseProgrammeHandler } from './programme/close-programme/close-programme.handler.js';
import { ListOutstandingController } from './programme/list-outstanding/list-outstanding.controller.js';
import { ListOutstandingHandler } from './programme/list-outstanding/list-outstanding.query.js';
import { ShowGovernanceController } from './programme/show-governance/show-governance.controller.js';
import { ShowGovernanceHandler } from './programme/show-governance/show-governance.query.js';
import { ParticipationsController } from './read-models/participations/participations.controller.js';
import { ListParticipationsHandler } from './read-models/participations/participations.query.js';
import { ProgrammesController } from './read-models/programmes/programmes.controller.js';
import { GetProgrammeHandler, ListProgrammesHandler } from './read-models/programmes/programmes.query.js';
import { WithdrawVersionController } from './programme/withdraw-version/withdraw-version.controller.js';
import { WithdrawVersionHandler } from './programme/withdraw-version/withdraw-version.handler.js';
import { SetFundingRulesController } from './programme/set-funding-rules/set-funding-rules.controller.js';
import { SetFundingRulesHandler } from './programme/set-funding-rules/set-funding-rules.handler.js';
import { SetServiceStandardsController } from './programme/set-service-standards/set-service-standards.controller.js';
import { SetServiceStandardsHandler } from './programme/set-service-standards/set-service-standards.handler.js';
import { DelegateApprovalController } from './programme/delegate-approval/delegate-approval.controller.js';
import { DelegateApprovalHandler } from './programme/delegate-approval/delegate-approval.handler.js';
import { EndApprovalDelegationController } from './programme/end-approval-delegation/end-approval-delegation.controller.js';
import { EndApprovalDelegationHandler } from './programme/end-approval-delegation/end-approval-delegation.handler.js';

@Module({
  controllers: [
    WithdrawVersionController,
    SetFundingRulesController,
    SetServiceStandardsController,
    DelegateApprovalController,
    EndApprovalDelegationController,
    ExtendReportDeadlinesController,
    CreateProgrammeController,
    ReplaceAllocationPolicyController,
    PauseProgrammeController,
    ResumeProgrammeController,
    EnrolSettingController,
    ProgrammesController,
    ParticipationsController,
    IssueGrantAgreementController,
    WithdrawGrantAgreementController,
    ListGrantAgreementsController,
    CompleteDueDiligenceController,
    AssessFraudRiskController,
    InviteSettingController,
    DeclineInvitationController,
    WithdrawSettingController,
    SignGrantAgreementController,
    CompleteFinancialReviewController,
    DecideContinuityController,
    TakeOverPartController,
    AppointSeniorOwnerController,
    NameProgrammeBoardController,
    ReplaceTrancheScheduleController,
    ReplaceReportWindowsController,
    CloseProgrammeController,
    ListOutstandingController,
    ShowGovernanceController,
  ],
  providers: [
    WithdrawVersionHandler,
    SetFundingRulesHandler,
    SetServiceStandardsHandler,
    DelegateApprovalHandler,
    EndApprovalDelegationHandler,
    ExtendReportDeadlinesHandler,
    CreateProgrammeHandler,
    ReplaceAllocationPolicyHandler,
    PauseProgrammeHandler,
    ResumeProgrammeHandler,
    EnrolSettingHandler,
    ListProgrammesHandler,
    GetProgrammeHandler,
    ListParticipationsHandler,
    IssueGrantAgreementHandler,
    WithdrawGrantAgreementHandler,
    ListGrantAgreementsHandler,
    CompleteDueDiligenceHandler,
    AssessFraudRiskHandler,
    InviteSettingHandler,
    DeclineInvitationHandler,
    WithdrawSettingHandler,
    SignGrantAgreementHandler,
    CompleteFinancialReviewHandler,
    DecideContinuityHandler,
    TakeOverPartHandler,
    RaiseContinuityHandler,
    RaiseContinuityJob,
    FinishTakeOverJob,
    AppointSeniorOwnerHandler,
    NameProgrammeBoardHandler,
    ReplaceTrancheScheduleHandler,
    ReplaceReportWindowsHandler,
    CloseProgrammeHandler,
    ListOutstandingHandler,
    ShowGovernanceHandler,
  ],
})
export class ProgrammeModule {}

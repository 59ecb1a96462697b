import type { Policy } from '#platform/jobs';
import { finishTakeOvers } from './policies/finish-take-overs.policy.js';
import { raiseContinuity } from './policies/raise-continuity.policy.js';
import { participationsProjection } from './read-models/participations/participations.projection.js';
import { programmesProjection } from './read-models/programmes/programmes.projection.js';

export * from './participation/participation.events.js';
export { participation } from './participation/participation.js';
export {
  enrolledInPlaceOf,
  endedBy,
  endedInstead,
  isEnded,
  type Ended,
  type Enrolment,
  type ParticipationState,
} from './participation/participation-state.js';
export { failedChecks, missingChecks } from './participation/checks.js';
export { ENDED_IN_WORDS, refuseEndedPart, type EndedPart } from './participation/standing.js';
export { endedPartOf } from './participation/read-ended/ended-part-of.js';
export { CompleteDueDiligence } from './participation/complete-due-diligence/complete-due-diligence.handler.js';
export { AssessFraudRisk } from './participation/assess-fraud-risk/assess-fraud-risk.handler.js';
export { InviteSetting } from './participation/invite-setting/invite-setting.handler.js';
export { DeclineInvitation } from './participation/decline-invitation/decline-invitation.handler.js';
export { WithdrawSetting } from './participation/withdraw-setting/withdraw-setting.handler.js';
export { SignGrantAgreement } from './participation/sign-grant-agreement/sign-grant-agreement.handler.js';
export { CompleteFinancialReview } from './participation/complete-financial-review/complete-financial-review.handler.js';
export { DecideContinuity } from './participation/decide-continuity/decide-continuity.handler.js';
export { TakeOverPart } from './participation/take-over-part/take-over-part.handler.js';
export {
  ACCEPTED_REPORTS,
  type AcceptedReport,
  type AcceptedReports,
} from './participation/accepted-reports.js';
export {
  PAID_TO_SETTINGS,
  type PaidToSetting,
  type PaidToSettings,
} from './participation/paid-to-settings.js';
export { raiseContinuity } from './policies/raise-continuity.policy.js';
export * from './agreement/agreement.events.js';
export { agreement, agreementInForce, type AgreementState } from './agreement/agreement.js';
export { reviewDueOn } from './participation/financial-review.js';
export { IssueGrantAgreement } from './agreement/issue-grant-agreement/issue-grant-agreement.handler.js';
export {
  ListGrantAgreements,
  type GrantAgreementAnswer,
} from './agreement/list-grant-agreements/list-grant-agreements.query.js';
export { MOST_EXTENSIONS } from './participation/report-deadlines.js';
export {
  ExtendReportDeadlines,
  ExtendReportDeadlinesHandler,
  type DeadlinesExtended,
} from './participation/extend-report-deadlines/extend-report-deadlines.handler.js';
export { EnrolSetting, EnrolSettingHandler } from './participation/enrol-setting/enrol-setting.handler.js';
export * from './programme/programme.events.js';
export {
  ACTIONS,
  asTurn,
  DESKS,
  firstTurn,
  NOBODYS_TURN,
  isToldOfPayments,
  OF_PAYMENTS,
  withoutPaymentTurn,
  turnOf,
  type Action,
  type Desk,
  type Turn,
} from './turn.js';
export { participationTurns, REVIEW_NOTICE_DAYS } from './read-models/participations/participation-turns.js';
export { MONEY_OPEN, type MoneyOpen } from './read-models/participations/money-open.js';
export { PartToday } from './read-models/participations/part-today.js';
export { successorLost, type SuccessorLost } from './read-models/participations/successor-lost.js';
export { noSuchProgramme, requireProgramme } from './programme/require-programme.js';
export { pauseAt, refusePaused, standstillAt, type Pause } from './programme/pauses.js';
export { reportWindowsOn, trancheScheduleOn, type ScheduleVersion } from './programme/terms-versions.js';
export { type OutstandingFacts, type OutstandingLine } from './programme/outstanding.js';
export { OUTSTANDING, type Outstanding } from './programme/list-outstanding/outstanding-port.js';
export { refuseClosed, type Closure } from './programme/closing.js';
export { inForceOn, refuseEffectiveDay } from './programme/effective-day.js';
export { BUDGETS, type Budgets } from './programme/budgets.js';
export { WithdrawGrantAgreement } from './agreement/withdraw-grant-agreement/withdraw-grant-agreement.handler.js';
export { WithdrawVersion } from './programme/withdraw-version/withdraw-version.handler.js';
export { SetFundingRules } from './programme/set-funding-rules/set-funding-rules.handler.js';
export { SetServiceStandards } from './programme/set-service-standards/set-service-standards.handler.js';
export { withLastDay, type ServiceStandard, type Standards } from './programme/service-standards.js';
export { DelegateApproval } from './programme/delegate-approval/delegate-approval.handler.js';
export { EndApprovalDelegation } from './programme/end-approval-delegation/end-approval-delegation.handler.js';
export { delegationNumber } from './programme/end-approval-delegation/end-approval-delegation.controller.js';
export { delegationsTo, type Delegation } from './programme/delegations.js';
export { fundingRulesOn, limitOf, type FundingRules } from './programme/funding-rules.js';
export { requireOpenProgramme } from './programme/require-programme.js';
export { AppointSeniorOwner } from './programme/appoint-senior-owner/appoint-senior-owner.handler.js';
export { NameProgrammeBoard } from './programme/name-programme-board/name-programme-board.handler.js';
export { ReplaceTrancheSchedule } from './programme/replace-tranche-schedule/replace-tranche-schedule.handler.js';
export { ReplaceReportWindows } from './programme/replace-report-windows/replace-report-windows.handler.js';
export { CloseProgramme } from './programme/close-programme/close-programme.handler.js';
export {
  ListOutstanding,
  type OutstandingAnswer,
} from './programme/list-outstanding/list-outstanding.query.js';
export { ShowGovernance, type GovernanceShown } from './programme/show-governance/show-governance.query.js';
export { termsOn, type PolicyForm, type PolicyVersion } from './programme/policy-versions.js';
export { isClosed, programme, type ProgrammeState } from './programme/programme.js';
export {
  MOST_REPORT_WINDOWS,
  MOST_TRANCHES,
  reportWindowOf,
  WHOLE_SHARE,
  type ProgrammeForm,
} from './programme/programme-rules.js';
export {
  CreateProgramme,
  type CreateProgrammeInput,
} from './programme/create-programme/create-programme.handler.js';
export {
  ListParticipations,
  type ParticipationRow,
} from './read-models/participations/participations.query.js';
export { ReplaceAllocationPolicy } from './programme/replace-allocation-policy/replace-allocation-policy.handler.js';
export { PauseProgramme } from './programme/pause-programme/pause-programme.handler.js';
export { ResumeProgramme } from './programme/resume-programme/resume-programme.handler.js';
export {
  participationsProjection,
  type ParticipationDocument,
} from './read-models/participations/participations.projection.js';
export type { ProgrammeShown, StandardShown } from './read-models/programmes/programme-shown.js';
export { GetProgramme, ListProgrammes } from './read-models/programmes/programmes.query.js';
export {
  programmesProjection,
  type ProgrammeDocument,
} from './read-models/programmes/programmes.projection.js';
export const programmeProjections = [programmesProjection, participationsProjection] as const;
export const programmePolicies: readonly Policy[] = [raiseContinuity, finishTakeOvers];
export { ProgrammeModule } from './programme.module.js';

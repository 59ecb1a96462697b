import { Module } from '@nestjs/common';
import { AcceptOfferController } from './allocation/accept-offer/accept-offer.controller.js';
import { AcceptOfferHandler } from './allocation/accept-offer/accept-offer.handler.js';
import { DeclineOfferController } from './allocation/decline-offer/decline-offer.controller.js';
import { DeclineOfferHandler } from './allocation/decline-offer/decline-offer.handler.js';
import { ApproveTrancheController } from './allocation/approve-tranche/approve-tranche.controller.js';
import { ApproveTrancheHandler } from './allocation/approve-tranche/approve-tranche.handler.js';
import { OfferAllocationController } from './allocation/offer-allocation/offer-allocation.controller.js';
import { OfferAllocationHandler } from './allocation/offer-allocation/offer-allocation.handler.js';
import { PreviewRevisionController } from './allocation/preview-revision/preview-revision.controller.js';
import { PreviewRevisionHandler } from './allocation/preview-revision/preview-revision.query.js';
import { ReviseAllocationController } from './allocation/revise-allocation/revise-allocation.controller.js';
import { ReviseAllocationHandler } from './allocation/revise-allocation/revise-allocation.handler.js';
import { SharesToRevise } from './allocation/revise-allocation/shares-to-revise.js';
import { OfferFactsReader } from './allocation/offer-allocation/offer-facts.js';
import { ProposeTrancheController } from './allocation/propose-tranche/propose-tranche.controller.js';
import { ProposeTrancheHandler } from './allocation/propose-tranche/propose-tranche.handler.js';
import { RecordConditionHandler } from './allocation/record-condition/record-condition.handler.js';
import { RecordConditionJob } from './allocation/record-condition/record-condition.job.js';
import { ReleaseTrancheController } from './allocation/release-tranche/release-tranche.controller.js';
import { ReleaseTrancheHandler } from './allocation/release-tranche/release-tranche.handler.js';
import { RefuseTrancheProposalController } from './allocation/refuse-tranche-proposal/refuse-tranche-proposal.controller.js';
import { RefuseTrancheProposalHandler } from './allocation/refuse-tranche-proposal/refuse-tranche-proposal.handler.js';
import { WithdrawTrancheProposalController } from './allocation/withdraw-tranche-proposal/withdraw-tranche-proposal.controller.js';
import { WithdrawTrancheProposalHandler } from './allocation/withdraw-tranche-proposal/withdraw-tranche-proposal.handler.js';
import { RevokeTrancheApprovalController } from './allocation/revoke-tranche-approval/revoke-tranche-approval.controller.js';
import { RevokeTrancheApprovalHandler } from './allocation/revoke-tranche-approval/revoke-tranche-approval.handler.js';
import { HoldTrancheController } from './allocation/hold-tranche/hold-tranche.controller.js';
import { HoldTrancheHandler } from './allocation/hold-tranche/hold-tranche.handler.js';
import { ResumeTrancheController } from './allocation/resume-tranche/resume-tranche.controller.js';
import { ResumeTrancheHandler } from './allocation/resume-tranche/resume-tranche.handler.js';
import { FinishReversalJob } from './allocation/finish-reversal/finish-reversal.job.js';
import { ReverseReleaseController } from './allocation/reverse-release/reverse-release.controller.js';
import { ReverseReleaseHandler } from './allocation/reverse-release/reverse-release.handler.js';
import { ProposeReclaimController } from './allocation/propose-reclaim/propose-reclaim.controller.js';
import { ProposeReclaimHandler } from './allocation/propose-reclaim/propose-reclaim.handler.js';
import { ApproveReclaimController } from './allocation/approve-reclaim/approve-reclaim.controller.js';
import { ApproveReclaimHandler } from './allocation/approve-reclaim/approve-reclaim.handler.js';
import { WithdrawReclaimController } from './allocation/withdraw-reclaim/withdraw-reclaim.controller.js';
import { WithdrawReclaimHandler } from './allocation/withdraw-reclaim/withdraw-reclaim.handler.js';
import { ReceiveReclaimController } from './allocation/receive-reclaim/receive-reclaim.controller.js';
import { ReceiveReclaimHandler } from './allocation/receive-reclaim/receive-reclaim.handler.js';
import { ReturnUnderspendController } from './allocation/return-underspend/return-underspend.controller.js';
import { ReturnUnderspendHandler } from './allocation/return-underspend/return-underspend.handler.js';
import { ReverseReceiptController } from './allocation/reverse-receipt/reverse-receipt.controller.js';
import { ReverseReceiptHandler } from './allocation/reverse-receipt/reverse-receipt.handler.js';
import { CloseAllocationController } from './allocation/close-allocation/close-allocation.controller.js';
import { CloseAllocationHandler } from './allocation/close-allocation/close-allocation.handler.js';
import { LapseOfferHandler } from './allocation/lapse-offer/lapse-offer.handler.js';
import { LapseOfferJob } from './allocation/lapse-offer/lapse-offer.job.js';
import { EvidenceReader } from './explain-tranche/evidence-reader.js';
import { ExplainTrancheController } from './explain-tranche/explain-tranche.controller.js';
import { ExplainTrancheHandler } from './explain-tranche/explain-tranche.query.js';
import { Trail } from './explain-tranche/trail.js';
import { FundBudgetDesk } from './fund/fund-budget-desk.js';
import { FundDesk } from './fund/fund-desk.js';
import { LowerFundBudgetController } from './fund/lower-fund-budget/lower-fund-budget.controller.js';
import { LowerFundBudgetHandler } from './fund/lower-fund-budget/lower-fund-budget.handler.js';
import { OpenFundHandler } from './fund/open-fund/open-fund.handler.js';
import { FinishClosingJob } from './fund/finish-closing/finish-closing.job.js';
import { OpenFundJob } from './fund/open-fund/open-fund.job.js';
import { RaiseFundBudgetController } from './fund/raise-fund-budget/raise-fund-budget.controller.js';
import { RaiseFundBudgetHandler } from './fund/raise-fund-budget/raise-fund-budget.handler.js';
import { SettleReservationHandler } from './fund/settle-reservation/settle-reservation.handler.js';
import { SettleReservationJob } from './fund/settle-reservation/settle-reservation.job.js';
import { ExplainLedgerController } from './explain-ledger/explain-ledger.controller.js';
import { ExplainLedgerHandler } from './explain-ledger/explain-ledger.query.js';
import { ExplainPaymentController } from './explain-payment/explain-payment.controller.js';
import { ExplainPaymentHandler } from './explain-payment/explain-payment.query.js';
import { FundingLedgerController } from './read-models/funding-ledger/funding-ledger.controller.js';
import { GetLedgerHandler } from './read-models/funding-ledger/get-ledger.query.js';
import { GetSettingLedgerHandler } from './read-models/funding-ledger/get-setting-ledger.query.js';
import { SettingLedgerController } from './read-models/funding-ledger/setting-ledger.controller.js';
import { AlertBreaches } from './read-models/ledger-check/alert-breaches/alert-breaches.job.js';
import { CheckLedgerController } from './read-models/ledger-check/check-ledger.controller.js';
import { CheckLedgerHandler } from './read-models/ledger-check/check-ledger.query.js';
import { ListTranchesHandler } from './read-models/tranches/list-tranches.query.js';
import { ListReclaimsHandler } from './read-models/reclaims/list-reclaims.query.js';
import { ReclaimsController } from './read-models/reclaims/reclaims.controller.js';
import { GetSettlementController } from './settlement/get-settlement/get-settlement.controller.js';
import { GetSettlementHandler } from './settlement/get-settlement/get-settlement.query.js';
import { ListRoundsHandler } from './read-models/rounds/list-rounds.query.js';
import { RoundsController } from './read-models/rounds/rounds.controller.js';
import { TranchesController } from './read-models/tranches/tranches.controller.js';
import { AdoptRoundController } from './round/adopt-round/adopt-round.controller.js';
import { AdoptRoundHandler } from './round/adopt-round/adopt-round.handler.js';
import { CarryOutRoundHandler } from './round/carry-out-round/carry-out-round.handler.js';
import { CarryOutRoundJob } from './round/carry-out-round/carry-out-round.job.js';
import { ListCorrectedSharesHandler } from './round/read-offers/list-corrected-shares.query.js';
import { WaitingShares } from './round/read-offers/waiting-shares.js';
import { RoundSimulator } from './round/simulate-round/round-simulator.js';
import { SimulateRoundController } from './round/simulate-round/simulate-round.controller.js';
import { SimulateRoundHandler } from './round/simulate-round/simulate-round.query.js';

@Module({
  controllers: [
    OfferAllocationController,
    ReviseAllocationController,
    PreviewRevisionController,
    AcceptOfferController,
    DeclineOfferController,
    ProposeTrancheController,
    ApproveTrancheController,
    ReleaseTrancheController,
    RefuseTrancheProposalController,
    WithdrawTrancheProposalController,
    RevokeTrancheApprovalController,
    HoldTrancheController,
    ResumeTrancheController,
    ReverseReleaseController,
    ProposeReclaimController,
    ApproveReclaimController,
    WithdrawReclaimController,
    ReceiveReclaimController,
    ReturnUnderspendController,
    ReverseReceiptController,
    CloseAllocationController,
    SimulateRoundController,
    AdoptRoundController,
    RoundsController,
    RaiseFundBudgetController,
    LowerFundBudgetController,
    FundingLedgerController,
    SettingLedgerController,
    ExplainLedgerController,
    ExplainPaymentController,
    CheckLedgerController,
    TranchesController,
    ReclaimsController,
    GetSettlementController,
    ExplainTrancheController,
  ],
  providers: [
    FundDesk,
    OfferFactsReader,
    EvidenceReader,
    Trail,
    OpenFundHandler,
    OpenFundJob,
    FinishClosingJob,
    RaiseFundBudgetHandler,
    LowerFundBudgetHandler,
    FundBudgetDesk,
    SettleReservationHandler,
    SettleReservationJob,
    OfferAllocationHandler,
    ReviseAllocationHandler,
    PreviewRevisionHandler,
    AcceptOfferHandler,
    DeclineOfferHandler,
    LapseOfferHandler,
    LapseOfferJob,
    RecordConditionHandler,
    RecordConditionJob,
    ProposeTrancheHandler,
    ApproveTrancheHandler,
    ReleaseTrancheHandler,
    RefuseTrancheProposalHandler,
    WithdrawTrancheProposalHandler,
    RevokeTrancheApprovalHandler,
    HoldTrancheHandler,
    ResumeTrancheHandler,
    ReverseReleaseHandler,
    FinishReversalJob,
    ProposeReclaimHandler,
    ApproveReclaimHandler,
    WithdrawReclaimHandler,
    ReceiveReclaimHandler,
    ReturnUnderspendHandler,
    ReverseReceiptHandler,
    CloseAllocationHandler,
    RoundSimulator,
    WaitingShares,
    SharesToRevise,
    ListCorrectedSharesHandler,
    SimulateRoundHandler,
    AdoptRoundHandler,
    CarryOutRoundHandler,
    CarryOutRoundJob,
    ListRoundsHandler,
    GetLedgerHandler,
    GetSettingLedgerHandler,
    ExplainLedgerHandler,
    ExplainPaymentHandler,
    CheckLedgerHandler,
    AlertBreaches,
    ListTranchesHandler,
    ListReclaimsHandler,
    GetSettlementHandler,
    ExplainTrancheHandler,
  ],
})
export class FundingModule {}

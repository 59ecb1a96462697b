import { alertBreaches } from './policies/alert-breaches.policy.js';
import { carryOutRounds } from './policies/carry-out-rounds.policy.js';
import { finishClosings } from './policies/finish-closings.policy.js';
import { finishReversals } from './policies/finish-reversals.policy.js';
import { lapseOffers } from './policies/lapse-offers.policy.js';
import { openFund } from './policies/open-fund.policy.js';
import { recordConditions } from './policies/record-conditions.policy.js';
import { settleReservations } from './policies/settle-reservations.policy.js';
import { fundingLedger } from './read-models/funding-ledger/funding-ledger.projection.js';
import { ledgerBreakdown } from './read-models/funding-ledger/ledger-breakdown.projection.js';
import { ledgerCheck } from './read-models/ledger-check/ledger-check.projection.js';
import { rounds } from './read-models/rounds/rounds.projection.js';
import { tranches } from './read-models/tranches/tranches.projection.js';

export * from './fund/fund.events.js';
export {
  PreviewRevision,
  type RevisionPreview,
} from './allocation/preview-revision/preview-revision.query.js';
export { ReviseAllocation } from './allocation/revise-allocation/revise-allocation.handler.js';
export { parseRule, RULES } from './allocation/revisions.js';
export { availablePence, type FundState, type Reservation } from './fund/fund-state.js';
export { fund } from './fund/fund.js';
export { OpenFund } from './fund/open-fund/open-fund.handler.js';
export { LowerFundBudget } from './fund/lower-fund-budget/lower-fund-budget.handler.js';
export { RaiseFundBudget } from './fund/raise-fund-budget/raise-fund-budget.handler.js';
export { SettleReservation } from './fund/settle-reservation/settle-reservation.handler.js';

export * from './allocation/allocation.events.js';
export { allocation } from './allocation/allocation.js';
export { workOut, type WorkedOut } from './allocation/allocation-policy.js';
export { releasedPence, type AllocationState, type TrancheState } from './allocation/allocation-state.js';
export { conditionInWords } from './allocation/conditions.js';
export { receiptNumber, reclaimNumber } from './allocation/money-back-number.js';
export { parseTrancheId, trancheId } from './allocation/tranche-id.js';
export { OfferAllocation } from './allocation/offer-allocation/offer-allocation.handler.js';
export { DeclineOffer } from './allocation/decline-offer/decline-offer.handler.js';
export { AcceptOffer } from './allocation/accept-offer/accept-offer.handler.js';
export { RecordCondition } from './allocation/record-condition/record-condition.handler.js';
export { StreamReleasedTranches } from './allocation/tell-released/stream-released-tranches.js';
export { StreamAllocations } from './allocation/tell-allocated/stream-allocations.js';
export { ProposeTranche } from './allocation/propose-tranche/propose-tranche.handler.js';
export {
  ApproveTranche,
  ApproveTrancheHandler,
} from './allocation/approve-tranche/approve-tranche.handler.js';
export { ReleaseTranche } from './allocation/release-tranche/release-tranche.handler.js';
export { RefuseTrancheProposal } from './allocation/refuse-tranche-proposal/refuse-tranche-proposal.handler.js';
export { WithdrawTrancheProposal } from './allocation/withdraw-tranche-proposal/withdraw-tranche-proposal.handler.js';
export { RevokeTrancheApproval } from './allocation/revoke-tranche-approval/revoke-tranche-approval.handler.js';
export { HoldTranche } from './allocation/hold-tranche/hold-tranche.handler.js';
export { ReverseRelease } from './allocation/reverse-release/reverse-release.handler.js';
export { ResumeTranche } from './allocation/resume-tranche/resume-tranche.handler.js';
export { ProposeReclaim } from './allocation/propose-reclaim/propose-reclaim.handler.js';
export { ApproveReclaim } from './allocation/approve-reclaim/approve-reclaim.handler.js';
export { WithdrawReclaim } from './allocation/withdraw-reclaim/withdraw-reclaim.handler.js';
export { ReceiveReclaim } from './allocation/receive-reclaim/receive-reclaim.handler.js';
export { ReturnUnderspend } from './allocation/return-underspend/return-underspend.handler.js';
export { ReverseReceipt } from './allocation/reverse-receipt/reverse-receipt.handler.js';
export { WITHDRAWN_AS, type WithdrawnAs } from './allocation/money-back.events.js';
export { UNDRAWN_GOES, type UndrawnGoes } from './allocation/closing.js';
export { CloseAllocation } from './allocation/close-allocation/close-allocation.handler.js';

export { AdoptRound } from './round/adopt-round/adopt-round.handler.js';
export { penceForATeacher, type RoundRate } from './round/round-rate.js';
export {
  SimulateRound,
  type RoundSimulation,
  type SimulatedShare,
} from './round/simulate-round/simulate-round.query.js';
export { RoundSimulator } from './round/simulate-round/round-simulator.js';
export { shareBudget } from './round/share-of-budget.js';
export { rounds, type RoundDocument } from './read-models/rounds/rounds.projection.js';
export { ListRounds, type RoundRow } from './read-models/rounds/list-rounds.query.js';

export {
  fundingLedger,
  type LedgerDocument,
  type ProgrammeLedger,
  type SettingLedger,
} from './read-models/funding-ledger/funding-ledger.projection.js';
export { GetLedger } from './read-models/funding-ledger/get-ledger.query.js';
export {
  GetSettingLedger,
  type SettingsLine,
} from './read-models/funding-ledger/get-setting-ledger.query.js';
export { ledgerAsOf, LedgerFold, type LedgerCut } from './read-models/funding-ledger/ledger-as-of.js';
export { alertBreaches, ledgerBreakdown, ledgerCheck };
export { CheckLedger, type LedgerCheck } from './read-models/ledger-check/check-ledger.query.js';
export {
  setAsideForRounds,
  type Ledger,
  type LedgerLine,
  type LedgerTranche,
  type LedgerYear,
} from './read-models/funding-ledger/ledger-answer.js';
export {
  tranches,
  tranchesOf,
  type AllocationDocument,
  type TrancheRow,
  type TrancheStatus,
} from './read-models/tranches/tranches.projection.js';
export {
  readAround,
  TRANCHE_TURNS_FROM,
  type Around,
  type SettingAround,
} from './read-models/tranches/around.js';
export { allocationTurns, tranchesInTurn, type TrancheInTurn } from './read-models/tranches/tranche-turns.js';
export { pausedTurn } from './read-models/tranches/paying-turns.js';
export { ListCorrectedShares } from './round/read-offers/list-corrected-shares.query.js';
export type { CorrectedShare } from './round/read-offers/waiting-shares.js';
export { isOver, overAt } from './read-models/tranches/settling-turns.js';
export { planOverTurn } from './read-models/tranches/tranche-stops.js';
export { answeringTurn } from './read-models/tranches/answering-turns.js';
export { knownOfSameCensus } from './allocation/offer-allocation/figures-of-census.js';
export { isMoneyOpen, needsFigure, toOfferTurn, toReviseTurn } from './read-models/tranches/offer-turns.js';
export { ListTranches } from './read-models/tranches/list-tranches.query.js';
export { reclaimsOf, type ReclaimRow } from './read-models/reclaims/reclaims.js';
export { ListReclaims } from './read-models/reclaims/list-reclaims.query.js';
export { GetSettlement } from './settlement/get-settlement/get-settlement.query.js';
export type { Settlement } from './settlement/settlement.js';
export { ExplainPayment } from './explain-payment/explain-payment.query.js';
export { ExplainLedger, type FigureAsked } from './explain-ledger/explain-ledger.query.js';
export { FIGURE_NAMES } from './explain-ledger/figures.js';
export {
  LEDGER_LINES,
  ledgerCsv,
  parseLedgerLines,
  type LedgerLines,
} from './read-models/funding-ledger/ledger-csv.js';
export { ExplainTranche } from './explain-tranche/explain-tranche.query.js';
export { explanationInWords, type Explanation } from './explain-tranche/explanation.js';

export { carryOutRounds, finishClosings, lapseOffers, openFund, recordConditions, settleReservations };
export const fundingProjections = [fundingLedger, ledgerBreakdown, ledgerCheck, tranches, rounds] as const;
export const fundingPolicies = [
  openFund,
  recordConditions,
  settleReservations,
  lapseOffers,
  finishClosings,
  finishReversals,
  carryOutRounds,
  alertBreaches,
] as const;
export { FundingModule } from './funding.module.js';
export { LedgerBudgets } from './read-models/funding-ledger/ledger-budgets.js';
export { AllocationsOpen } from './read-models/tranches/tell-turns/allocations-open.js';
export { TranchePaymentTurns } from './read-models/tranches/tell-turns/payment-turns.js';
export { isNothingOutstanding } from './outstanding/outstanding-around.js';
export { StreamOutstanding } from './outstanding/tell-outstanding/stream-outstanding.js';

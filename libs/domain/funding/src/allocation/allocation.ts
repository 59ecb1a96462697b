import { refusal, refuseBefore, type Aggregate, type Command, type Decision, type Fact } from '#kernel';
import { evolve, NOTHING_OFFERED, type AllocationState } from './allocation-state.js';
import {
  allocationEvents,
  conditionMet,
  conditionRevoked,
  type AllocationEvent,
} from './allocation.events.js';
import { offerCarriedOver, type OfferCarriedOverCommand } from './carried-over.js';
import { reverseAfterClosing } from './closed-anew.js';
import { closeAllocation, type CloseAllocationCommand } from './closing.js';
import { decideMoneyBack, type MoneyBackCommand } from './money-back.js';
import {
  accept,
  decline,
  lapse,
  type AcceptOfferCommand,
  type DeclineOfferCommand,
  type LapseOfferCommand,
} from './offer-answers.js';
import {
  abandon,
  offer,
  offerRoundShare,
  type AbandonOfferCommand,
  type OfferAllocationCommand,
  type OfferRoundShareCommand,
} from './offers.js';
import { decideRevision, type RevisionCommand } from './revisions.js';
import { decideTranche, notOffered, type TrancheCommand } from './tranche-signatures.js';
import { reverseTranchePayment, type ReverseTranchePaymentCommand } from './unmade-payment.js';

export type RecordConditionMetCommand = Command<
  'RecordConditionMet',
  Readonly<{ condition: string; evidence: Fact }>
>;
export type RevokeConditionCommand = Command<
  'RevokeCondition',
  Readonly<{ condition: string; evidence: Fact; reason: string }>
>;
export type AllocationCommand =
  | OfferAllocationCommand
  | OfferCarriedOverCommand
  | OfferRoundShareCommand
  | AbandonOfferCommand
  | RevisionCommand
  | AcceptOfferCommand
  | DeclineOfferCommand
  | LapseOfferCommand
  | RecordConditionMetCommand
  | RevokeConditionCommand
  | TrancheCommand
  | ReverseTranchePaymentCommand
  | MoneyBackCommand
  | CloseAllocationCommand;

/** Whether what is told is older than what is known: jobs come in any order, and a late one must not win. */
function isOldNews(state: Exclude<AllocationState, { status: 'none' }>, condition: string, evidence: Fact) {
  const known = state.conditions[condition]?.evidence;
  return known?.stream === evidence.event.stream && BigInt(known.revision) >= BigInt(evidence.event.revision);
}

function recordCondition(
  { type, data, at }: RecordConditionMetCommand | RevokeConditionCommand,
  state: AllocationState,
): Decision<AllocationEvent> {
  if (state.status === 'none') return notOffered();
  // Nothing of it is paid any more, whatever else comes to be known.
  if (state.status === 'closed') return [];
  const { programmeId, urn, offer, conditions, tranches } = state;
  const { condition, evidence } = data;
  if (!tranches.some((tranche) => tranche.conditions.includes(condition))) {
    return refusal(
      'ALLOCATION.CONDITION_UNKNOWN',
      'not-found',
      `no tranche of setting ${urn} asks for '${condition}'`,
      { urn, condition },
    );
  }
  if (isOldNews(state, condition, evidence)) return [];
  const early = refuseBefore(at, { 'the offer': offer.occurredAt, 'its evidence': evidence.occurredAt });
  if (type === 'RecordConditionMet') {
    return early ?? [conditionMet({ programmeId, urn, condition, evidence: evidence.event })];
  }
  if (conditions[condition]?.met !== true) return [];
  const { reason } = data;
  return early ?? [conditionRevoked({ programmeId, urn, condition, evidence: evidence.event, reason })];
}

/** One setting's share of one fund, and how it is drawn down: stream `allocation-<programme>.<urn>`. */
export const allocation: Aggregate<AllocationState, AllocationCommand, AllocationEvent> = {
  category: 'allocation',
  events: allocationEvents,
  initial: NOTHING_OFFERED,
  decide: (command, state) => {
    switch (command.type) {
      case 'OfferAllocation':
        return offer(command, state);
      case 'OfferRoundShare':
        return offerRoundShare(command, state);
      case 'OfferCarriedOver':
        return offerCarriedOver(command, state);
      case 'AbandonOffer':
        return abandon(command, state);
      case 'ReviseAllocation':
      case 'AbandonRevision':
        return decideRevision(command, state);
      case 'AcceptOffer':
        return accept(command, state);
      case 'DeclineOffer':
        return decline(command, state);
      case 'LapseOffer':
        return lapse(command, state);
      case 'RecordConditionMet':
      case 'RevokeCondition':
        return recordCondition(command, state);
      case 'ProposeTranche':
      case 'ApproveTranche':
      case 'ReleaseTranche':
      case 'RefuseTrancheProposal':
      case 'WithdrawTrancheProposal':
      case 'RevokeTrancheApproval':
      case 'HoldTranche':
      case 'ResumeTranche':
        return decideTranche(command, state);
      case 'ReverseRelease':
        return state.status === 'closed'
          ? reverseAfterClosing(command, state)
          : decideTranche(command, state);
      case 'ReverseTranchePayment':
        return reverseTranchePayment(command, state);
      case 'ProposeReclaim':
      case 'ApproveReclaim':
      case 'WithdrawReclaim':
      case 'ReceiveReclaim':
      case 'ReturnUnderspend':
      case 'ReverseReceipt':
        return decideMoneyBack(command, state);
      case 'CloseAllocation':
        return closeAllocation(command, state);
      default:
        return command satisfies never;
    }
  },
  evolve,
};

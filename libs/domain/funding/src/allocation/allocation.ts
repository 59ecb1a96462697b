import { refusePaused, type AllocationPolicy, type Pause } from '#domain/programme';
import {
  formatPence,
  isPence,
  isRefusal,
  refusal,
  refuseBefore,
  refuseShape,
  samePerson,
  type Aggregate,
  type Command,
  type Decision,
  type Fact,
  type Pence,
  type Refusal,
} from '#kernel';
import { workOut, type RatePerFte, type TrancheTerms, type WorkedOut } from './allocation-policy.js';
import { evolve, NOTHING_OFFERED, type AllocationState } from './allocation-state.js';
import {
  allocationEvents,
  allocationOffered,
  conditionMet,
  conditionRevoked,
  offerAbandoned,
  offerAccepted,
  offerDeclined,
  type AllocationEvent,
} from './allocation.events.js';
import { refuseStanding, type ParticipationFact } from './participation-standing.js';
import { roundReservationId } from '../round/round-reservation.js';
import { shareOffered, type RoundShare } from './round-share.js';
import { Because } from './tranche-objections.js';
import { decideTranche, notOffered, type TrancheCommand } from './tranche-signatures.js';

/** The terms of the programme, as its events have them. */
export type ProgrammeTerms = Fact & {
  readonly policy: AllocationPolicy;
  readonly tranches: readonly TrancheTerms[];
  /** The pause on the day, if there is one. */
  readonly paused?: Pause | null;
};

export type OfferAllocationCommand = Command<
  'OfferAllocation',
  Readonly<{
    programmeId: string;
    urn: string;
    /** `null`: there is no such programme. */
    programme: ProgrammeTerms | null;
    /** The setting's enrolment; `null`: it is not enrolled. */
    participation: ParticipationFact | null;
    /** The newest census figure; its `fte` is `null` where it was suppressed. `null`: there is none. */
    figure: (Fact & { readonly fte: string | null; readonly suppressedAs: string | null }) | null;
    /** What the fund keeps for this offer; its amount is checked against what the policy says. */
    reservation: { readonly reservationId: string; readonly amountPence: Pence };
  }>
>;
/** One setting's part in an allocation round that was adopted, as the round worked it out. */
export type OfferRoundShareCommand = Command<'OfferRoundShare', RoundShare>;
export type AbandonOfferCommand = Command<
  'AbandonOffer',
  Readonly<{ programmeId: string; urn: string; reservationId: string; reason: string }>
>;
export type AcceptOfferCommand = Command<'AcceptOffer', Readonly<Record<string, never>>>;
export type DeclineOfferCommand = Command<'DeclineOffer', Readonly<{ reason: string }>>;
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
  | OfferRoundShareCommand
  | AbandonOfferCommand
  | AcceptOfferCommand
  | DeclineOfferCommand
  | RecordConditionMetCommand
  | RevokeConditionCommand
  | TrancheCommand;

type OfferData = OfferAllocationCommand['data'];
type Offerable = WorkedOut & {
  readonly policy: RatePerFte;
  readonly programme: ProgrammeTerms;
  readonly participation: NonNullable<OfferData['participation']>;
  readonly figure: NonNullable<OfferData['figure']>;
  readonly fte: string;
};

function notEnrolled(programmeId: string, urn: string): Refusal {
  return refusal(
    'ALLOCATION.NOT_ENROLLED',
    'not-found',
    `setting ${urn} is not enrolled in programme ${programmeId}: enrol it first`,
    { programmeId, urn },
  );
}

function offerAbandonedAlready(urn: string, reservationId: string): Refusal {
  return refusal(
    'ALLOCATION.OFFER_ABANDONED',
    'wrong-state',
    `this offer to setting ${urn} took too long and was given up; make it anew`,
    { urn, reservationId },
  );
}

/** What would be offered on these facts, whatever has been offered before; the amount is what the fund must reserve. */
export function offerable(data: Omit<OfferData, 'reservation'>): Offerable | Refusal {
  const { programmeId, urn, programme, participation, figure } = data;
  if (programme === null) {
    return refusal('PROGRAMME.NOT_FOUND', 'not-found', `there is no programme ${programmeId}`, {
      programmeId,
    });
  }
  if (participation === null) return notEnrolled(programmeId, urn);
  const paused = refusePaused(programmeId, programme.paused);
  if (paused !== undefined) return paused;
  const setting = `${participation.settingName} (${urn})`;
  const standing = refuseStanding(setting, urn, participation);
  if (standing !== undefined) return standing;
  if (figure === null) {
    return refusal(
      'ALLOCATION.NO_FIGURE',
      'wrong-state',
      `no workforce figure is recorded for ${setting}: import the census first`,
      { urn },
    );
  }
  const { fte, suppressedAs } = figure;
  if (fte === null) {
    const why = suppressedAs === null ? '' : ` (the census has '${suppressedAs}')`;
    return refusal(
      'ALLOCATION.FTE_UNKNOWN',
      'wrong-state',
      `the number of teachers at ${setting} is not known${why}: an unknown figure is not 0, and nothing can be worked out from it`,
      { urn, suppressedAs },
    );
  }
  const { policy } = programme;
  if (policy.kind !== 'rate-per-fte') {
    return refusal(
      'ALLOCATION.BY_ROUND_ONLY',
      'wrong-state',
      `programme ${programmeId} shares its budget out by FTE, so that no setting's part can be worked out alone: simulate an allocation round and adopt it`,
      { programmeId },
    );
  }
  const workedOut = workOut(fte, policy, programme.tranches);
  if (isRefusal(workedOut)) return workedOut;
  if (!isPence(workedOut.amountPence) || workedOut.amountPence === 0) {
    return refusal(
      'ALLOCATION.NOTHING_TO_OFFER',
      'wrong-state',
      `with ${fte} teachers the policy gives ${setting} nothing`,
      { urn, fte },
    );
  }
  return { ...workedOut, policy, programme, participation, figure, fte };
}

function offer({ data, at }: OfferAllocationCommand, state: AllocationState): Decision<AllocationEvent> {
  const { programmeId, urn, reservation } = data;
  const { reservationId } = reservation;
  if (state.abandoned.includes(reservationId)) return offerAbandonedAlready(urn, reservationId);
  if (state.status !== 'none') {
    return state.reservationId === reservationId ? [] : offerStands(state);
  }
  const it = offerable(data);
  if (isRefusal(it)) return it;
  const { amountPence, unclampedPence, tranches, policy, programme, participation, figure, fte } = it;
  if (reservation.amountPence !== amountPence) {
    return refusal(
      'ALLOCATION.RESERVATION_DIFFERS',
      'wrong-state',
      `${formatPence(reservation.amountPence)} is reserved for setting ${urn}, but by the figures as they are now it is due ${formatPence(amountPence)}: make the offer anew`,
      { urn, reservationId, reservedPence: reservation.amountPence, amountPence },
    );
  }
  return (
    refuseBefore(at, {
      'the creation of the programme': programme.occurredAt,
      "the setting's enrolment": participation.occurredAt,
      'its due diligence': participation.dueDiligenceAt,
      'the assessment of its fraud risk': participation.fraudRiskAt,
      'the recording of its workforce figure': figure.occurredAt,
    }) ?? [
      allocationOffered({
        ...{ programmeId, urn, settingName: participation.settingName, reservationId, fte },
        ...{ figure: figure.event, programme: programme.event, policy, round: null },
        ...{ unclampedPence, remainderPence: 0, amountPence, tranches: [...tranches] },
      }),
    ]
  );
}

function offerRoundShare(
  { data, at }: OfferRoundShareCommand,
  state: AllocationState,
): Decision<AllocationEvent> {
  const { programmeId, urn, participation, round } = data;
  const reservationId = roundReservationId(round.number, urn);
  if (state.abandoned.includes(reservationId)) return offerAbandonedAlready(urn, reservationId);
  if (state.status !== 'none') return state.reservationId === reservationId ? [] : offerStands(state);
  if (participation === null) return notEnrolled(programmeId, urn);
  const setting = `${participation.settingName} (${urn})`;
  return (
    refusePaused(programmeId, data.paused) ??
    refuseStanding(setting, urn, participation) ??
    refuseBefore(at, {
      'the adoption of the round': round.adoption.occurredAt,
      "the setting's enrolment": participation.occurredAt,
      'its due diligence': participation.dueDiligenceAt,
      'the assessment of its fraud risk': participation.fraudRiskAt,
    }) ?? [shareOffered(data, reservationId)]
  );
}

function offerStands(state: Exclude<AllocationState, { status: 'none' }>): Refusal {
  const { settingName, urn, amountPence, reservationId } = state;
  return refusal(
    'ALLOCATION.ALREADY_OFFERED',
    'wrong-state',
    `${settingName} (${urn}) was offered ${formatPence(amountPence)} already`,
    { urn, amountPence, reservationId },
  );
}

/** Also where another offer stands: should that one end, this reservation must not come to life. */
function abandon({ data }: AbandonOfferCommand, state: AllocationState): Decision<AllocationEvent> {
  if (state.abandoned.includes(data.reservationId)) return [];
  if (state.status !== 'none' && state.reservationId === data.reservationId) return offerStands(state);
  return [offerAbandoned(data)];
}

function accept({ at }: AcceptOfferCommand, state: AllocationState): Decision<AllocationEvent> {
  if (state.status === 'none') return notOffered();
  if (state.status === 'accepted') return [];
  const { programmeId, urn, amountPence, reservationId } = state;
  return (
    refuseBefore(at, { 'the offer': state.offer.occurredAt }) ?? [
      offerAccepted({ programmeId, urn, amountPence, reservationId }),
    ]
  );
}

/** Ends the offer, and with it everything that was recorded for it: another one begins afresh. */
function decline({ data, by, at }: DeclineOfferCommand, state: AllocationState): Decision<AllocationEvent> {
  const malformed = refuseShape('ALLOCATION.MALFORMED', Because, data);
  if (malformed !== undefined) return malformed;
  const reason = data.reason.trim();
  if (state.status === 'none') {
    const { declined } = state;
    const isSame = declined?.reason === reason && samePerson(declined.by, by);
    return isSame ? [] : notOffered();
  }
  const { programmeId, urn, settingName, amountPence, reservationId, offer } = state;
  if (state.status === 'accepted') {
    return refusal(
      'ALLOCATION.ALREADY_ACCEPTED',
      'wrong-state',
      `${settingName} (${urn}) has accepted its offer: it is not declined any more`,
      { urn, reservationId },
    );
  }
  return (
    refuseBefore(at, { 'the offer': offer.occurredAt }) ?? [
      offerDeclined({ programmeId, urn, amountPence, reservationId, reason }),
    ]
  );
}

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
      case 'AbandonOffer':
        return abandon(command, state);
      case 'AcceptOffer':
        return accept(command, state);
      case 'DeclineOffer':
        return decline(command, state);
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
      default:
        return command satisfies never;
    }
  },
  evolve,
};

import type { AllocationPolicy, Pause } from '#domain/programme';
import {
  addDays,
  dateInLondon,
  formatPence,
  isPence,
  isRefusal,
  refusal,
  refuseBefore,
  type CalendarDate,
  type Command,
  type Decision,
  type Fact,
  type Instant,
  type Pence,
  type Refusal,
} from '#kernel';
import { workOut, type RatePerFte, type TrancheTerms, type WorkedOut } from './allocation-policy.js';
import type { AllocationState } from './allocation-state.js';
import { allocationOffered, offerAbandoned, type AllocationEvent } from './allocation.events.js';
import {
  notEnrolled,
  partTimes,
  refuseFundedBefore,
  refuseToOffer,
  type FundedBefore,
  type ParticipationFact,
} from './participation-standing.js';
import { roundReservationId } from '../round/round-reservation.js';
import { refuseCorrected, shareOffered, type RoundShare } from './round-share.js';
import { isClosed } from './tranche-signatures.js';

// How money comes to be offered to a setting: alone, or as its part of a round.

/** The terms of the programme, as its events have them. */
export type ProgrammeTerms = Fact & {
  readonly policy: AllocationPolicy;
  readonly tranches: readonly TrancheTerms[];
  /** The pause on the day, if there is one. */
  readonly paused?: Pause | null;
  /** For how many days an offer can be accepted; `null`: until it is answered. */
  readonly acceptanceDays?: number | null;
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
    /** `null`: it takes part in its own right, or nobody was funded for its part before it. */
    fundedBefore: FundedBefore | null;
    /** The newest census figure; its `fte` is `null` where it was suppressed. `null`: there is none. */
    figure: (Fact & { readonly fte: string | null; readonly suppressedAs: string | null }) | null;
    /** What the fund keeps for this offer; its amount is checked against what the policy says. */
    reservation: { readonly reservationId: string; readonly amountPence: Pence };
  }>
>;
/** One setting's part in an allocation round that was adopted, as the round worked it out. */
export type OfferRoundShareCommand = Command<
  'OfferRoundShare',
  RoundShare & {
    /** Only then is an offer made whose figure was corrected since. */
    readonly revisedAtOnce: boolean;
  }
>;
export type AbandonOfferCommand = Command<
  'AbandonOffer',
  Readonly<{ programmeId: string; urn: string; reservationId: string; reason: string }>
>;
type OfferData = OfferAllocationCommand['data'];
type Offerable = WorkedOut & {
  readonly policy: RatePerFte;
  readonly programme: ProgrammeTerms;
  readonly participation: NonNullable<OfferData['participation']>;
  readonly figure: NonNullable<OfferData['figure']>;
  readonly fte: string;
};

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
  const refused = refuseToOffer(programmeId, urn, participation, programme.paused);
  if (refused !== undefined) return refused;
  const setting = `${participation.settingName} (${urn})`;
  const before = refuseFundedBefore(setting, data.fundedBefore);
  if (before !== undefined) return before;
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
      `the number of teachers at ${setting} is not known${why}: an unknown figure is not 0. Enter it from other evidence and let a second person verify it`,
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

/** What became of a setting's offers so far; `[]` to who made this very one, `undefined` if another can be made. */
export function offeredBefore(
  urn: string,
  reservationId: string,
  state: AllocationState,
): Decision<AllocationEvent> | undefined {
  if (state.abandoned.includes(reservationId)) return offerAbandonedAlready(urn, reservationId);
  if (state.status === 'none') return undefined;
  return state.reservationId === reservationId ? [] : offerStands(state);
}

export function offer(
  { data, at }: OfferAllocationCommand,
  state: AllocationState,
): Decision<AllocationEvent> {
  const { programmeId, urn, reservation } = data;
  const { reservationId } = reservation;
  const before = offeredBefore(urn, reservationId, state);
  if (before !== undefined) return before;
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
      ...partTimes(participation),
      'the recording of its workforce figure': figure.occurredAt,
    }) ?? [
      allocationOffered({
        ...{ programmeId, urn, settingName: participation.settingName, reservationId, fte },
        ...{ figure: figure.event, programme: programme.event, policy, round: null },
        ...{ unclampedPence, remainderPence: 0, amountPence, tranches: [...tranches] },
        ...{ acceptBy: lastDay(at, programme.acceptanceDays), carriedOver: null },
      }),
    ]
  );
}

export function offerRoundShare(
  { data, at }: OfferRoundShareCommand,
  state: AllocationState,
): Decision<AllocationEvent> {
  const { programmeId, urn, participation, round } = data;
  const reservationId = roundReservationId(round.number, urn);
  const before = offeredBefore(urn, reservationId, state);
  if (before !== undefined) return before;
  if (participation === null) return notEnrolled(programmeId, urn);
  return (
    refuseToOffer(programmeId, urn, participation, data.paused) ??
    (data.revisedAtOnce ? undefined : refuseCorrected(data)) ??
    refuseBefore(at, {
      'the adoption of the round': round.adoption.occurredAt,
      ...partTimes(participation),
    }) ?? [shareOffered(data, reservationId, lastDay(data.madeAt, data.acceptanceDays))]
  );
}

function offerStands(state: Exclude<AllocationState, { status: 'none' }>): Refusal {
  if (state.status === 'closed') return isClosed(state);
  const { settingName, urn, amountPence, reservationId } = state;
  return refusal(
    'ALLOCATION.ALREADY_OFFERED',
    'wrong-state',
    `${settingName} (${urn}) was offered ${formatPence(amountPence)} already`,
    { urn, amountPence, reservationId },
  );
}

/** Also where another offer stands: should that one end, this reservation must not come to life. */
export function abandon({ data }: AbandonOfferCommand, state: AllocationState): Decision<AllocationEvent> {
  if (state.abandoned.includes(data.reservationId)) return [];
  if (state.status !== 'none' && state.reservationId === data.reservationId) return offerStands(state);
  return [offerAbandoned(data)];
}

/** The day of the offer is not counted. */
export function lastDay(at: Instant, acceptanceDays: number | null | undefined): CalendarDate | null {
  return typeof acceptanceDays === 'number' ? addDays(dateInLondon(at), acceptanceDays) : null;
}

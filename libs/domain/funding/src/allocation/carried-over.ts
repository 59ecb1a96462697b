import type { Pause } from '#domain/programme';
import {
  formatPence,
  refusal,
  refuseBefore,
  sumPence,
  type Command,
  type Decision,
  type EventReference,
  type Fact,
  type Pence,
  type Refusal,
} from '#kernel';
import type { AllocationState, OfferTerms, TrancheState } from './allocation-state.js';
import { allocationOffered, type AllocationEvent, type OfferedTranche } from './allocation.events.js';
import { AGREEMENT_ACCEPTED, PLAN_APPROVED, reportWindowOfCondition } from './conditions.js';
import { lastDay, offeredBefore } from './offers.js';
import { notEnrolled, partTimes, refuseToOffer, type ParticipationFact } from './participation-standing.js';

// What a setting that passed its part on had not drawn is offered to the setting that took it over. Nobody says the amount: it
// is what the closed allocation says, tranche by tranche.

/** The closed allocation that the offer is the rest of. */
export interface Undrawn {
  readonly urn: string;
  readonly settingName: string;
  readonly closure: Fact;
  readonly terms: OfferTerms;
  /** Those that were never released, as they were. */
  readonly tranches: readonly OfferedTranche[];
  /** The conditions that it had met. */
  readonly met: readonly { readonly condition: string; readonly evidence: EventReference }[];
}

export type OfferCarriedOverCommand = Command<
  'OfferCarriedOver',
  Readonly<{
    programmeId: string;
    urn: string;
    /** The part of the setting that it is offered to; `null`: it takes no part. */
    participation: ParticipationFact | null;
    paused: Pause | null;
    /** For how many days the offer can be accepted; `null`: until it is answered. */
    acceptanceDays: number | null;
    /** What the fund keeps for it. */
    reservation: { readonly reservationId: string; readonly amountPence: Pence };
    from: Undrawn;
  }>
>;

/** What was never drawn of a closed allocation, for its successor. @returns `undefined` if it was not carried over to it */
export function undrawnFor(urn: string, state: AllocationState): Undrawn | undefined {
  if (state.status !== 'closed' || state.closure.carriedTo !== urn) return undefined;
  const { closure, terms, settingName, conditions } = state;
  return {
    ...{ urn: state.urn, settingName, terms },
    closure: { event: closure.event, occurredAt: closure.occurredAt },
    tranches: undrawnTranches(state.tranches),
    met: Object.entries(conditions).flatMap(([condition, { met, evidence }]) =>
      met ? [{ condition, evidence }] : [],
    ),
  };
}

export function undrawnTranches(tranches: readonly TrancheState[]): readonly OfferedTranche[] {
  return tranches
    .filter(({ released, amountPence }) => released === null && amountPence > 0)
    .map(({ number, shareBasisPoints, amountPence, conditions }) => ({
      ...{ number, shareBasisPoints, amountPence, conditions: [...conditions] },
    }));
}

/**
 * A report that was accepted of the other setting is not asked for again; the agreement and the plan are, for they are those of
 * another legal person: whichever tranche comes first now waits for them.
 */
function askedAnew({ tranches, met }: Undrawn): Pick<OfferedTranches, 'tranches' | 'metBefore'> {
  const reported = met.filter(({ condition }) => reportWindowOfCondition(condition) !== undefined);
  const done = new Set(reported.map(({ condition }) => condition));
  const asked = new Set(tranches.flatMap(({ conditions }) => conditions));
  return {
    metBefore: reported.filter(({ condition }) => asked.has(condition)),
    tranches: tranches.map((tranche, index) => {
      const left = tranche.conditions.filter((condition) => !done.has(condition));
      const own = index === 0 ? [AGREEMENT_ACCEPTED, PLAN_APPROVED] : [];
      return { ...tranche, conditions: [...new Set([...own, ...left])] };
    }),
  };
}

interface OfferedTranches {
  readonly tranches: OfferedTranche[];
  readonly metBefore: { condition: string; evidence: EventReference }[];
}

export function offerCarriedOver(
  { data, at }: OfferCarriedOverCommand,
  state: AllocationState,
): Decision<AllocationEvent> {
  const { programmeId, urn, participation, paused, acceptanceDays, reservation, from } = data;
  const { reservationId, amountPence } = reservation;
  const before = offeredBefore(urn, reservationId, state);
  if (before !== undefined) return before;
  if (participation === null) return notEnrolled(programmeId, urn);
  const { tranches, metBefore } = askedAnew(from);
  const { settingName } = participation;
  return (
    refuseToOffer(programmeId, urn, participation, paused) ??
    refuseAnotherAmount(data) ??
    refuseBefore(at, {
      'the closing of the allocation before it': from.closure.occurredAt,
      ...partTimes(participation),
    }) ?? [
      allocationOffered({
        ...{ programmeId, urn, settingName, reservationId, amountPence, tranches },
        ...termsOf(from),
        ...{ unclampedPence: amountPence, remainderPence: 0, round: null },
        acceptBy: lastDay(at, acceptanceDays),
        carriedOver: {
          from: { urn: from.urn, settingName: from.settingName },
          closure: from.closure.event,
          metBefore,
        },
      }),
    ]
  );
}

function termsOf({ terms: { fte, figure, policy, programme } }: Undrawn) {
  return { fte, figure, policy, programme };
}

function refuseAnotherAmount({
  urn,
  reservation,
  from,
}: OfferCarriedOverCommand['data']): Refusal | undefined {
  const undrawnPence = sumPence(from.tranches);
  if (undrawnPence === reservation.amountPence) return undefined;
  return refusal(
    'ALLOCATION.RESERVATION_DIFFERS',
    'wrong-state',
    `${formatPence(reservation.amountPence)} is kept for setting ${urn}, but ${from.settingName} (${from.urn}) had not drawn ${formatPence(undrawnPence)}`,
    {
      urn,
      reservationId: reservation.reservationId,
      reservedPence: reservation.amountPence,
      amountPence: undrawnPence,
    },
  );
}

/** Nothing is worked out for what was carried over: it is what another setting had not drawn. */
export function refuseCarriedOver({
  settingName,
  urn,
  carriedOver,
}: Exclude<AllocationState, { status: 'none' }>): Refusal | undefined {
  if (carriedOver === null) return undefined;
  const { from } = carriedOver;
  return refusal(
    'ALLOCATION.CARRIED_OVER',
    'wrong-state',
    `the allocation of ${settingName} (${urn}) is what ${from.settingName} (${from.urn}) had not drawn of its own: it does not follow from figures, and is not revised`,
    { urn, fromUrn: from.urn },
  );
}

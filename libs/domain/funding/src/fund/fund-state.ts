import { factOf, type Instant, type Pence, type RecordedEvent } from '#kernel';
import { partOfRound } from '../round/round-reservation.js';
import { withClosure, type FundClosure } from './fund-closing.js';
import { withBudget } from './fund-budget.js';
import type { FundEvent } from './fund.events.js';
import { roundAdoptedBy, withRound, type RoundMoney } from './rounds.js';

/** Money set aside for one offer. */
export interface Reservation {
  readonly reservationId: string;
  readonly allocationId: string;
  readonly urn: string;
  readonly amountPence: Pence;
  /** `closed`: committed for good, with what its allocation came to. */
  readonly status: 'reserved' | 'confirmed' | 'released' | 'closed';
  readonly reservedAt: Instant;
  /** The newest revision, or reversal of a receipt, for which more was set aside. */
  readonly raisedFor?: string;
}

interface Opened {
  readonly programmeId: string;
  readonly budgetPence: Pence;
  readonly openedAt: Instant;
  readonly confirmedPence: Pence;
  readonly reservedPence: Pence;
  /** The allocation rounds adopted, in order. */
  readonly rounds: readonly RoundMoney[];
  /**
   * By reservation id; those that were released stay, so that they are never taken up again. Those of a round are
   * not among them before they are confirmed or released.
   */
  readonly reservations: Readonly<Record<string, Reservation>>;
  /** When money was last given back, by when it happened. */
  readonly lastFreedAt?: Instant;
  /** When the budget was last raised or lowered, and when last raised. */
  readonly budgetChangedAt?: Instant;
  readonly budgetRaisedAt?: Instant;
  /** Nothing is promised from it any more. */
  readonly closed?: FundClosure;
}

export type OpenFundState = Opened & { readonly status: 'open' };
export type FundState = { readonly status: 'none' } | OpenFundState;

/** What is neither committed nor in flight. */
export function availablePence(state: OpenFundState): Pence {
  return state.budgetPence - state.confirmedPence - state.reservedPence;
}

function latestOf(one: Instant | undefined, other: Instant): Instant {
  return one === undefined || other > one ? other : one;
}

function roundReconciled(
  state: OpenFundState,
  event: RecordedEvent<Extract<FundEvent, { type: 'AllocationRoundReconciled' }>>,
): FundState {
  const { round, freedPence } = event.data;
  return {
    ...state,
    reservedPence: state.reservedPence - freedPence,
    rounds: withRound(state.rounds, round, (money) => ({
      ...money,
      heldPence: money.heldPence - freedPence,
      reconciled: true,
    })),
    ...(freedPence > 0 && { lastFreedAt: latestOf(state.lastFreedAt, event.metadata.occurredAt) }),
  };
}

type Revised = Extract<FundEvent, { data: { toPence: number } }>;

/** What is kept for an allocation becomes more or less; a part of a round's money comes into sight with it. */
function revised(state: OpenFundState, event: RecordedEvent<Revised>): FundState {
  const { reservationId, allocationId, urn, fromPence, toPence, committed } = event.data;
  const known = state.reservations[reservationId];
  const round = partOfRound(reservationId)?.round ?? 0;
  const reservation: Reservation = {
    ...{ reservationId, allocationId, urn, status: 'reserved' },
    reservedAt: state.rounds[round - 1]?.adoption.occurredAt ?? event.metadata.occurredAt,
    ...known,
    amountPence: toPence,
    ...(event.type === 'ReservationRaised' && { raisedFor: event.data.revisionId }),
  };
  const more = toPence - fromPence;
  return {
    ...state,
    reservedPence: state.reservedPence + (committed ? 0 : more),
    confirmedPence: state.confirmedPence + (committed ? more : 0),
    reservations: { ...state.reservations, [reservationId]: reservation },
    rounds:
      known === undefined
        ? withRound(state.rounds, round, (money) => ({ ...money, heldPence: money.heldPence - fromPence }))
        : state.rounds,
    ...(more < 0 && { lastFreedAt: latestOf(state.lastFreedAt, event.metadata.occurredAt) }),
  };
}

type OfReservation = Exclude<Extract<FundEvent, { data: { reservationId: string } }>, Revised>;

/** What an allocation did not come to is free again, or is kept for another that carries it on. */
function closedBy(
  state: OpenFundState,
  event: RecordedEvent<Extract<FundEvent, { type: 'CommitmentReduced' | 'CommitmentCarriedOver' }>>,
): OpenFundState {
  const at = event.metadata.occurredAt;
  const { reservationId, amountPence, costPence } = event.data;
  const carried = event.type === 'CommitmentCarriedOver' ? event.data.carried : null;
  const carriedPence = carried?.amountPence ?? 0;
  const { reservations } = state;
  return {
    ...state,
    confirmedPence: state.confirmedPence - amountPence,
    reservedPence: state.reservedPence + carriedPence,
    reservations: {
      ...reservations,
      [reservationId]: { ...reservations[reservationId]!, amountPence: costPence },
      ...(carried && {
        [carried.reservationId]: { ...carried, status: 'reserved' as const, reservedAt: at },
      }),
    },
    ...(amountPence > carriedPence && { lastFreedAt: latestOf(state.lastFreedAt, at) }),
  };
}

function ofReservation(state: OpenFundState, event: RecordedEvent<OfReservation>): FundState {
  const at = event.metadata.occurredAt;
  const { reservationId, allocationId, urn, amountPence } = event.data;
  const known = state.reservations[reservationId];
  const put = (status: Reservation['status']): Readonly<Record<string, Reservation>> => ({
    ...state.reservations,
    [reservationId]: {
      ...known,
      ...{ reservationId, allocationId, urn, amountPence, status },
      reservedAt: known?.reservedAt ?? at,
    },
  });
  const { reservedPence, confirmedPence, lastFreedAt } = state;
  // A part of a round's money leaves what the round holds.
  const rounds =
    known === undefined && event.type !== 'FundsReserved'
      ? withRound(state.rounds, partOfRound(reservationId)?.round ?? 0, (money) => ({
          ...money,
          heldPence: money.heldPence - amountPence,
        }))
      : state.rounds;
  switch (event.type) {
    case 'FundsReserved':
      return { ...state, reservedPence: reservedPence + amountPence, reservations: put('reserved') };
    case 'CommitmentConfirmed':
      return {
        ...state,
        rounds,
        reservedPence: reservedPence - amountPence,
        confirmedPence: confirmedPence + amountPence,
        reservations: put('confirmed'),
      };
    case 'CommitmentReduced':
    case 'CommitmentCarriedOver':
      return closedBy({ ...state, reservations: put('closed') }, event);
    case 'CommitmentRestored':
      return {
        ...state,
        confirmedPence: confirmedPence + amountPence,
        reservations: {
          ...state.reservations,
          [reservationId]: {
            ...known!,
            amountPence: event.data.costPence,
            raisedFor: event.data.reversalId,
          },
        },
      };
    case 'ReservationReleased':
      return {
        ...state,
        rounds,
        reservedPence: reservedPence - amountPence,
        reservations: put('released'),
        lastFreedAt: latestOf(lastFreedAt, at),
      };
    default:
      event satisfies never;
      return state;
  }
}

/** Total: an event that no history holds in this place changes nothing. */
export function evolve(state: FundState, event: RecordedEvent<FundEvent>): FundState {
  const at = event.metadata.occurredAt;
  if (event.type === 'FundOpened') {
    const { programmeId, budgetPence } = event.data;
    const opened = { programmeId, budgetPence, openedAt: at, confirmedPence: 0, reservedPence: 0 };
    return state.status === 'open' ? state : { status: 'open', ...opened, rounds: [], reservations: {} };
  }
  if (state.status === 'none') return state; // no history begins like this
  if (event.type === 'AllocationRoundAdopted') {
    const rounds = [...state.rounds, roundAdoptedBy(event, factOf(event))];
    return { ...state, rounds, reservedPence: state.reservedPence + event.data.totalPence };
  }
  if (event.type === 'AllocationRoundReconciled') return roundReconciled(state, event);
  if (event.type === 'FundBudgetRaised' || event.type === 'FundBudgetLowered')
    return withBudget(state, event);
  if (event.type === 'FundClosed') return withClosure(state, event);
  if (event.type === 'ReservationRaised' || event.type === 'ReservationLowered') return revised(state, event);
  return ofReservation(state, event);
}

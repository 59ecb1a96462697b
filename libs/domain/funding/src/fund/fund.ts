import {
  formatPence,
  isPence,
  refusal,
  refuseBefore,
  type Aggregate,
  type Command,
  type Decision,
  type Fact,
  type Pence,
  type Refusal,
} from '#kernel';
import { closeFund, refuseClosedFund, type CloseFundCommand } from './fund-closing.js';
import { lowerBudget, raiseBudget, type FundBudgetCommand } from './fund-budget.js';
import { carriedOverReservationId } from '../allocation/carried-over-reservation.js';
import {
  availablePence,
  evolve,
  type FundState,
  type OpenFundState,
  type Reservation,
} from './fund-state.js';
import {
  commitmentCarriedOver,
  commitmentConfirmed,
  commitmentReduced,
  fundEvents,
  fundOpened,
  fundsReserved,
  reservationReleased,
  type FundEvent,
} from './fund.events.js';
import {
  commitmentClosed,
  alreadyReserved,
  badAmount,
  eventDataOf,
  notConfirmed,
  notOpen,
  released,
  reservationOf,
  standingFor,
  type OfOffer,
} from './reservation.js';
import { decideRevision, type RevisionCommand } from './revised-reservation.js';
import { restoreCommitment, type RestoreCommitmentCommand } from './restored-commitment.js';
import { adoptRound, reconcileRound, type RoundCommand } from './rounds.js';

export type OpenFundCommand = Command<
  'OpenFund',
  Readonly<{ programmeId: string; budgetPence: Pence; programme: Fact }>
>;
export type ReserveFundsCommand = Command<
  'ReserveFunds',
  Readonly<{ reservationId: string; allocationId: string; urn: string; amountPence: Pence }>
>;
export type ConfirmCommitmentCommand = Command<'ConfirmCommitment', Readonly<OfOffer & { acceptance: Fact }>>;
export type ReleaseReservationCommand = Command<
  'ReleaseReservation',
  Readonly<OfOffer & { reason: string; evidence: Fact | null }>
>;
/** An allocation was closed: of what is committed to it, what it came to stays. */
export type ReduceCommitmentCommand = Command<
  'ReduceCommitment',
  Readonly<{ reservationId: string; costPence: Pence; closure: Fact }>
>;
/** As {@link ReduceCommitmentCommand}, and what was never drawn is kept for the setting that took the part over. */
export type CarryOverCommitmentCommand = Command<
  'CarryOverCommitment',
  ReduceCommitmentCommand['data'] &
    Readonly<{ to: Pick<Reservation, 'allocationId' | 'urn' | 'amountPence'> }>
>;
export type FundCommand =
  | OpenFundCommand
  | ReserveFundsCommand
  | ConfirmCommitmentCommand
  | ReleaseReservationCommand
  | ReduceCommitmentCommand
  | CarryOverCommitmentCommand
  | RestoreCommitmentCommand
  | RevisionCommand
  | FundBudgetCommand
  | RoundCommand
  | CloseFundCommand;

function open({ data, at }: OpenFundCommand, state: FundState): Decision<FundEvent> {
  if (state.status === 'open') return [];
  const { programmeId, budgetPence, programme } = data;
  if (!isPence(budgetPence)) return badAmount('budgetPence', budgetPence);
  return (
    refuseBefore(at, { 'the creation of the programme': programme.occurredAt }) ?? [
      fundOpened({ programmeId, budgetPence, programme: programme.event }),
    ]
  );
}

function reserve({ data, at }: ReserveFundsCommand, state: FundState): Decision<FundEvent> {
  const { reservationId, allocationId, urn, amountPence } = data;
  if (!isPence(amountPence) || amountPence === 0) return badAmount('amountPence', amountPence);
  if (state.status === 'none') return notOpen();
  const { programmeId } = state;
  const known = state.reservations[reservationId];
  if (known?.status === 'released') return released(known);
  if (known !== undefined) {
    const same = known.amountPence === amountPence && known.allocationId === allocationId;
    return same ? [] : differs(known, urn, amountPence);
  }
  const other = standingFor(state, allocationId);
  if (other !== undefined) return alreadyReserved(other);
  const available = availablePence(state);
  if (amountPence > available) {
    return refusal(
      'FUND.INSUFFICIENT',
      'wrong-state',
      `the fund of ${programmeId} has ${formatPence(available)} available of ${formatPence(state.budgetPence)}; ${formatPence(amountPence)} was asked for setting ${urn}`,
      { programmeId, urn, availablePence: available, askedPence: amountPence },
    );
  }
  return (
    refuseBefore(at, {
      'the opening of the fund': state.openedAt,
      // Money that became free later cannot have been promised earlier: at no date was the fund over-committed.
      'the last return of money to the fund': state.lastFreedAt,
      'the last raise of the budget': state.budgetRaisedAt,
    }) ?? [fundsReserved({ programmeId, reservationId, allocationId, urn, amountPence })]
  );
}

function differs({ reservationId, urn, amountPence }: Reservation, askedUrn: string, asked: Pence): Refusal {
  return refusal(
    'FUND.RESERVATION_DIFFERS',
    'wrong-state',
    `this reservation is of ${formatPence(amountPence)} for setting ${urn}, not of ${formatPence(asked)} for setting ${askedUrn}`,
    { reservationId, urn, amountPence, askedUrn, askedPence: asked },
  );
}

function confirm({ data, at }: ConfirmCommitmentCommand, state: FundState): Decision<FundEvent> {
  const reservation = reservationOf(state, data);
  if ('refused' in reservation || state.status === 'none') return reservation as Refusal;
  if (reservation.status === 'confirmed' || reservation.status === 'closed') return [];
  if (reservation.status === 'released') return released(reservation);
  // A part of a round comes into sight only now: what was reserved for the setting alone must have been given back.
  const other = standingFor(state, reservation.allocationId);
  if (other !== undefined && other.reservationId !== reservation.reservationId) return alreadyReserved(other);
  const { acceptance } = data;
  return (
    refuseBefore(at, {
      'the reservation': reservation.reservedAt,
      'the acceptance of the offer': acceptance.occurredAt,
    }) ?? [
      commitmentConfirmed({
        ...eventDataOf(state.programmeId, reservation),
        acceptance: acceptance.event,
      }),
    ]
  );
}

function release({ data, at }: ReleaseReservationCommand, state: FundState): Decision<FundEvent> {
  const reservation = reservationOf(state, data);
  if ('refused' in reservation || state.status === 'none') return reservation as Refusal;
  if (reservation.status === 'released') return [];
  if (reservation.status === 'confirmed' || reservation.status === 'closed') {
    const { reservationId, urn } = reservation;
    return refusal(
      'FUND.ALREADY_CONFIRMED',
      'wrong-state',
      `the money for setting ${urn} is committed: its offer was accepted`,
      { reservationId, urn },
    );
  }
  const { reason, evidence } = data;
  return (
    refuseBefore(at, {
      'the reservation': reservation.reservedAt,
      'the end of the offer': evidence?.occurredAt,
    }) ?? [
      reservationReleased({
        ...eventDataOf(state.programmeId, reservation),
        reason,
        evidence: evidence?.event ?? null,
      }),
    ]
  );
}

/** The commitment of an allocation that was closed, and what it is reduced by; `undefined`: nothing is to do. */
function reduced(
  { reservationId, costPence }: ReduceCommitmentCommand['data'],
  state: FundState,
):
  | { readonly reservation: Reservation; readonly byPence: Pence; readonly fund: OpenFundState }
  | Refusal
  | undefined {
  const reservation = reservationOf(state, { reservationId });
  if ('refused' in reservation || state.status === 'none') return reservation as Refusal;
  const { status, amountPence } = reservation;
  if (status !== 'confirmed' && status !== 'closed') return notConfirmed(reservation);
  if (status === 'closed' && costPence >= amountPence) return undefined;
  if (!isPence(costPence) || costPence > amountPence) return badAmount('costPence', costPence);
  return costPence === amountPence
    ? undefined
    : { reservation, byPence: amountPence - costPence, fund: state };
}

function reduce({ data, at }: ReduceCommitmentCommand, state: FundState): Decision<FundEvent> {
  const it = reduced(data, state);
  if (it === undefined) return [];
  if ('refused' in it) return it;
  const { costPence, closure } = data;
  return (
    refuseBefore(at, { 'the closing of the allocation': closure.occurredAt }) ?? [
      commitmentReduced({
        ...eventDataOf(it.fund.programmeId, { ...it.reservation, amountPence: it.byPence }),
        ...{ costPence, closure: closure.event },
      }),
    ]
  );
}

/**
 * In one event, so that nobody else is promised the money between the two. At the closing alone: what the commitment comes to
 * less after that, as a payment turns out not to have been made, goes back to the fund.
 */
function carryOver({ data, at }: CarryOverCommitmentCommand, state: FundState): Decision<FundEvent> {
  const it = reduced(data, state);
  if (it === undefined) return [];
  if ('refused' in it) return it;
  if (it.reservation.status === 'closed') return commitmentClosed(it.reservation);
  const { costPence, closure, to } = data;
  if (!isPence(to.amountPence) || to.amountPence === 0 || to.amountPence > it.byPence)
    return badAmount('to.amountPence', to.amountPence);
  const other = standingFor(it.fund, to.allocationId);
  if (other !== undefined) return alreadyReserved(other);
  return (
    refuseBefore(at, { 'the closing of the allocation': closure.occurredAt }) ?? [
      commitmentCarriedOver({
        ...eventDataOf(it.fund.programmeId, { ...it.reservation, amountPence: it.byPence }),
        ...{ costPence, closure: closure.event },
        carried: { ...to, reservationId: carriedOverReservationId(it.reservation.urn) },
      }),
    ]
  );
}

/**
 * The money of one programme: stream `fund-<programme>`. Committed is confirmed plus reserved, and never above the
 * budget; an allocation has at most one reservation that stands.
 */
export const fund: Aggregate<FundState, FundCommand, FundEvent> = {
  category: 'fund',
  events: fundEvents,
  initial: { status: 'none' },
  decide: (command, state) => {
    const closed = state.status === 'none' ? undefined : refuseClosedFund(command.type, state);
    if (closed !== undefined) return closed;
    switch (command.type) {
      case 'OpenFund':
        return open(command, state);
      case 'ReserveFunds':
        return reserve(command, state);
      case 'ConfirmCommitment':
        return confirm(command, state);
      case 'ReleaseReservation':
        return release(command, state);
      case 'ReduceCommitment':
        return reduce(command, state);
      case 'CarryOverCommitment':
        return carryOver(command, state);
      case 'RestoreCommitment':
        return restoreCommitment(command, state);
      case 'RaiseReservation':
      case 'LowerReservation':
        return decideRevision(command, state);
      case 'AdoptRound':
        return state.status === 'none' ? notOpen() : adoptRound(command, state, availablePence(state));
      case 'ReconcileRound':
        return state.status === 'none' ? notOpen() : reconcileRound(command, state);
      case 'RaiseFundBudget':
        return state.status === 'none' ? notOpen() : raiseBudget(command, state);
      case 'LowerFundBudget':
        return state.status === 'none' ? notOpen() : lowerBudget(command, state);
      case 'CloseFund':
        return state.status === 'none' ? notOpen() : closeFund(command, state);
      default:
        return command satisfies never;
    }
  },
  evolve,
};

import {
  formatPence,
  isPence,
  refusal,
  refuseBefore,
  type Aggregate,
  type Command,
  type Decision,
  type Fact,
  type Instant,
  type Pence,
  type RecordedEvent,
  type Refusal,
} from '#kernel';
import {
  commitmentConfirmed,
  fundEvents,
  fundOpened,
  fundsReserved,
  reservationReleased,
  type FundEvent,
} from './fund.events.js';

/** Money set aside for one offer. */
export interface Reservation {
  readonly reservationId: string;
  readonly allocationId: string;
  readonly urn: string;
  readonly amountPence: Pence;
  readonly status: 'reserved' | 'confirmed' | 'released';
  readonly reservedAt: Instant;
}

interface Opened {
  readonly programmeId: string;
  readonly budgetPence: Pence;
  readonly openedAt: Instant;
  readonly confirmedPence: Pence;
  readonly reservedPence: Pence;
  /** By reservation id; those that were released stay, so that they are never taken up again. */
  readonly reservations: Readonly<Record<string, Reservation>>;
  /** When money was last given back, by when it happened. */
  readonly lastFreedAt?: Instant;
}

export type FundState = { readonly status: 'none' } | (Opened & { readonly status: 'open' });

export type OpenFundCommand = Command<
  'OpenFund',
  Readonly<{ programmeId: string; budgetPence: Pence; programme: Fact }>
>;
export type ReserveFundsCommand = Command<
  'ReserveFunds',
  Readonly<{ reservationId: string; allocationId: string; urn: string; amountPence: Pence }>
>;
export type ConfirmCommitmentCommand = Command<
  'ConfirmCommitment',
  Readonly<{ reservationId: string; acceptance: Fact }>
>;
export type ReleaseReservationCommand = Command<
  'ReleaseReservation',
  Readonly<{ reservationId: string; reason: string; evidence: Fact | null }>
>;
export type FundCommand =
  OpenFundCommand | ReserveFundsCommand | ConfirmCommitmentCommand | ReleaseReservationCommand;

/** What is neither committed nor in flight. */
export function availablePence(state: Extract<FundState, { status: 'open' }>): Pence {
  return state.budgetPence - state.confirmedPence - state.reservedPence;
}

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

function badAmount(field: string, value: unknown): Refusal {
  return refusal('FUND.AMOUNT', 'invalid', `${field} must be a whole number of pence above 0`, {
    field,
    value: String(value),
  });
}

function notOpen(): Refusal {
  return refusal('FUND.NOT_OPEN', 'wrong-state', 'the programme has no fund yet');
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
  const other = Object.values(state.reservations).find(
    (one) => one.allocationId === allocationId && one.status !== 'released',
  );
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
    }) ?? [fundsReserved({ programmeId, reservationId, allocationId, urn, amountPence })]
  );
}

function released({ reservationId, urn }: Reservation): Refusal {
  return refusal(
    'FUND.RESERVATION_RELEASED',
    'wrong-state',
    `the money reserved for setting ${urn} was given back to the fund: make the offer anew`,
    { reservationId, urn },
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

function alreadyReserved({ reservationId, urn, amountPence, status }: Reservation): Refusal {
  const how = status === 'confirmed' ? 'committed' : 'reserved';
  return refusal(
    'FUND.ALREADY_RESERVED',
    'wrong-state',
    `${formatPence(amountPence)} is ${how} for setting ${urn} already; if its offer was never made, the money is given back within minutes`,
    { reservationId, urn, amountPence },
  );
}

function reservationOf(state: FundState, reservationId: string): Reservation | Refusal {
  if (state.status === 'none') return notOpen();
  return (
    state.reservations[reservationId] ??
    refusal('FUND.UNKNOWN_RESERVATION', 'not-found', `the fund knows no reservation ${reservationId}`, {
      reservationId,
    })
  );
}

function eventDataOf(programmeId: string, { reservationId, allocationId, urn, amountPence }: Reservation) {
  return { programmeId, reservationId, allocationId, urn, amountPence };
}

function confirm({ data, at }: ConfirmCommitmentCommand, state: FundState): Decision<FundEvent> {
  const reservation = reservationOf(state, data.reservationId);
  if ('refused' in reservation || state.status === 'none') return reservation as Refusal;
  if (reservation.status === 'confirmed') return [];
  if (reservation.status === 'released') return released(reservation);
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
  const reservation = reservationOf(state, data.reservationId);
  if ('refused' in reservation || state.status === 'none') return reservation as Refusal;
  if (reservation.status === 'released') return [];
  if (reservation.status === 'confirmed') {
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

function evolve(state: FundState, event: RecordedEvent<FundEvent>): FundState {
  const at = event.metadata.occurredAt;
  if (event.type === 'FundOpened') {
    const { programmeId, budgetPence } = event.data;
    const opened = { programmeId, budgetPence, openedAt: at, confirmedPence: 0, reservedPence: 0 };
    return state.status === 'open' ? state : { status: 'open', ...opened, reservations: {} };
  }
  if (state.status === 'none') return state; // no history begins like this
  const { reservationId, allocationId, urn, amountPence } = event.data;
  const known = state.reservations[reservationId];
  const put = (status: Reservation['status']): Readonly<Record<string, Reservation>> => ({
    ...state.reservations,
    [reservationId]: {
      ...{ reservationId, allocationId, urn, amountPence, status },
      reservedAt: known?.reservedAt ?? at,
    },
  });
  const { reservedPence, confirmedPence, lastFreedAt } = state;
  switch (event.type) {
    case 'FundsReserved':
      return { ...state, reservedPence: reservedPence + amountPence, reservations: put('reserved') };
    case 'CommitmentConfirmed':
      return {
        ...state,
        reservedPence: reservedPence - amountPence,
        confirmedPence: confirmedPence + amountPence,
        reservations: put('confirmed'),
      };
    case 'ReservationReleased':
      return {
        ...state,
        reservedPence: reservedPence - amountPence,
        reservations: put('released'),
        lastFreedAt: lastFreedAt === undefined || at > lastFreedAt ? at : lastFreedAt,
      };
    default:
      event satisfies never;
      return state;
  }
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
    switch (command.type) {
      case 'OpenFund':
        return open(command, state);
      case 'ReserveFunds':
        return reserve(command, state);
      case 'ConfirmCommitment':
        return confirm(command, state);
      case 'ReleaseReservation':
        return release(command, state);
      default:
        return command satisfies never;
    }
  },
  evolve,
};

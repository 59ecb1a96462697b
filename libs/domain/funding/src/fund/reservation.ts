import { formatPence, refusal, type Refusal } from '#kernel';
import { carriedOverFrom } from '../allocation/carried-over-reservation.js';
import { partOfRound } from '../round/round-reservation.js';
import type { FundState, OpenFundState, Reservation } from './fund-state.js';
import { roundNumbered, type RoundMoney } from './rounds.js';

// What is kept for one allocation: alone, or as its part of a round.

/** Which offer the money is for: of a round the fund knows the sum alone, and the allocation says its part. */
export interface OfOffer {
  readonly reservationId: string;
  /** Needed for an offer of a round. */
  readonly offer?: Pick<Reservation, 'allocationId' | 'urn' | 'amountPence'>;
}
export function badAmount(field: string, value: unknown): Refusal {
  return refusal('FUND.AMOUNT', 'invalid', `${field} must be a whole number of pence above 0`, {
    field,
    value: String(value),
  });
}

export function notOpen(): Refusal {
  return refusal('FUND.NOT_OPEN', 'wrong-state', 'the programme has no fund yet');
}

export function released({ reservationId, urn }: Reservation): Refusal {
  return refusal(
    'FUND.RESERVATION_RELEASED',
    'wrong-state',
    `the money reserved for setting ${urn} was given back to the fund: make the offer anew`,
    { reservationId, urn },
  );
}

export function reservationOf(state: FundState, { reservationId, offer }: OfOffer): Reservation | Refusal {
  if (state.status === 'none') return notOpen();
  const known = state.reservations[reservationId];
  if (known !== undefined) return known;
  const part = partOfRound(reservationId);
  if (part !== undefined && offer !== undefined) {
    const money = roundNumbered(state, part.round);
    return 'refused' in money ? money : heldInRound(reservationId, offer, money);
  }
  return refusal('FUND.UNKNOWN_RESERVATION', 'not-found', `the fund knows no reservation ${reservationId}`, {
    reservationId,
  });
}

function heldInRound(
  reservationId: string,
  offer: NonNullable<OfOffer['offer']>,
  { round, heldPence, adoption }: RoundMoney,
): Reservation | Refusal {
  if (offer.amountPence > heldPence) {
    return refusal(
      'FUND.ROUND_EXHAUSTED',
      'wrong-state',
      `round ${round} still holds ${formatPence(heldPence)}, less than the ${formatPence(offer.amountPence)} offered to setting ${offer.urn}`,
      { round, urn: offer.urn, heldPence, amountPence: offer.amountPence },
    );
  }
  return { reservationId, ...offer, status: 'reserved', reservedAt: adoption.occurredAt };
}

export function eventDataOf(
  programmeId: string,
  { reservationId, allocationId, urn, amountPence }: Reservation,
) {
  return { programmeId, reservationId, allocationId, urn, amountPence };
}

export function standingFor({ reservations }: OpenFundState, allocationId: string): Reservation | undefined {
  return Object.values(reservations).find(
    (one) => one.allocationId === allocationId && one.status !== 'released',
  );
}

/** What is kept, until it is offered it, for a setting because whose part it took over had not drawn it. */
export function carriedOverFor(state: FundState, allocationId: string): Reservation | undefined {
  if (state.status === 'none') return undefined;
  return Object.values(state.reservations).find(
    (one) =>
      one.allocationId === allocationId &&
      one.status === 'reserved' &&
      carriedOverFrom(one.reservationId) !== undefined,
  );
}

export function alreadyReserved({ reservationId, urn, amountPence, status }: Reservation): Refusal {
  const how = status === 'reserved' ? 'reserved' : 'committed';
  return refusal(
    'FUND.ALREADY_RESERVED',
    'wrong-state',
    `${formatPence(amountPence)} is ${how} for setting ${urn} already; if its offer was never made, the money is given back within minutes`,
    { reservationId, urn, amountPence },
  );
}

export function notConfirmed({ reservationId, urn, status }: Reservation): Refusal {
  const message = `the money for setting ${urn} is ${status}: only what is committed can be reduced or restored`;
  return refusal('FUND.NOT_CONFIRMED', 'wrong-state', message, { reservationId, urn });
}

export function commitmentClosed({ reservationId, urn }: Reservation): Refusal {
  const message = `the allocation of setting ${urn} is closed: what is kept for it is what it came to`;
  return refusal('FUND.COMMITMENT_CLOSED', 'wrong-state', message, { reservationId, urn });
}

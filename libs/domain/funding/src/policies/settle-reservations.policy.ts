import { instantFromMillis, millisOf } from '#kernel';
import { definePolicy } from '#platform/jobs';
import { offerAccepted, offerDeclined } from '../allocation/allocation.events.js';
import { allocationClosed } from '../allocation/money-back.events.js';
import { fundsReserved } from '../fund/fund.events.js';
import { SETTLE_RESERVATION } from '../fund/settle-reservation/settle-reservation.job.js';
import { causeOf } from './caused-by.js';

/** How long an offer may take from the reservation to the offer itself; whoever is slower finds it abandoned. */
export const MOST_OFFER_MILLISECONDS = 5 * 60_000;

/**
 * Pairs of appends can be left half done by a crash. Whenever money was reserved, somebody looks some minutes later
 * whether the offer was made; whenever an offer was accepted or declined, or an allocation closed, whether the fund has
 * confirmed or freed its money.
 */
export const settleReservations = definePolicy({
  name: 'settle-reservations',
  handles: [fundsReserved, offerAccepted, offerDeclined, allocationClosed],
  enqueues: [SETTLE_RESERVATION],
  react: (event) => {
    const { programmeId, reservationId } = event.data;
    const job = {
      id: `${SETTLE_RESERVATION}.${event.id}`,
      kind: SETTLE_RESERVATION,
      payload: { programmeId, reservationId, cause: causeOf(event) },
    };
    if (event.type !== 'FundsReserved') return [{ enqueue: job }];
    // From when it was recorded: an offer told late is being made now.
    const runAt = instantFromMillis(millisOf(event.metadata.recordedAt) + MOST_OFFER_MILLISECONDS);
    return [{ enqueue: { ...job, runAt } }];
  },
});

import { instantFromMillis, millisOf } from '#kernel';
import { definePolicy } from '#platform/jobs';
import {
  allocationRevised,
  offerAccepted,
  offerDeclined,
  offerLapsed,
} from '../allocation/allocation.events.js';
import { allocationClosed } from '../allocation/money-back.events.js';
import { commitmentRestored, fundsReserved, reservationRaised } from '../fund/fund.events.js';
import { SETTLE_RESERVATION } from '../fund/settle-reservation/settle-reservation.job.js';
import { causeOf } from './caused-by.js';

/** How long an offer may take from the reservation to the offer or the revision itself; whoever is slower finds it abandoned. */
export const MOST_OFFER_MILLISECONDS = 5 * 60_000;

const SET_ASIDE: ReadonlySet<string> = new Set(
  [fundsReserved, reservationRaised, commitmentRestored].map(({ type }) => type),
);

/**
 * Pairs of appends can be left half done by a crash. Whenever money was reserved, somebody looks some minutes later
 * whether the offer, the revision or the reversal of a receipt was made; whenever an offer was revised, accepted, declined or lapsed, or an allocation closed, whether the fund has
 * confirmed or freed its money.
 */
export const settleReservations = definePolicy({
  name: 'settle-reservations',
  handles: [
    fundsReserved,
    reservationRaised,
    commitmentRestored,
    allocationRevised,
    offerAccepted,
    offerDeclined,
    offerLapsed,
    allocationClosed,
  ],
  enqueues: [SETTLE_RESERVATION],
  react: (event) => {
    const { programmeId, reservationId } = event.data;
    const job = {
      id: `${SETTLE_RESERVATION}.${event.id}`,
      kind: SETTLE_RESERVATION,
      payload: { programmeId, reservationId, cause: causeOf(event) },
    };
    if (!SET_ASIDE.has(event.type)) return [{ enqueue: job }];
    // From when it was recorded: an offer told late is being made now.
    const runAt = instantFromMillis(millisOf(event.metadata.recordedAt) + MOST_OFFER_MILLISECONDS);
    return [{ enqueue: { ...job, runAt } }];
  },
});

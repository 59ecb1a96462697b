import { paymentBarred } from '#domain/payments';
import { instantFromMillis, millisOf } from '#kernel';
import { definePolicy } from '#platform/jobs';
import { tranchePaymentReversed } from '../allocation/allocation.events.js';
import { FINISH_REVERSAL } from '../allocation/finish-reversal/finish-reversal.job.js';
import { causeOf } from './caused-by.js';
import { MOST_OFFER_MILLISECONDS } from './settle-reservations.policy.js';

/**
 * A release, or a payment, is barred in one stream before it is reversed in another; should a crash have come between the two,
 * it is reversed after all: until then the tranche is neither paid nor closed over.
 */
export const finishReversals = definePolicy({
  name: 'finish-reversals',
  handles: [paymentBarred, tranchePaymentReversed],
  enqueues: [FINISH_REVERSAL],
  react: (event) => {
    const { programmeId, urn, number } = event.data;
    return [
      {
        enqueue: {
          id: `${FINISH_REVERSAL}.${event.id}`,
          kind: FINISH_REVERSAL,
          payload: { programmeId, urn, number, cause: causeOf(event) },
          // Whoever asked for it is at it until then.
          runAt: instantFromMillis(millisOf(event.metadata.recordedAt) + MOST_OFFER_MILLISECONDS),
        },
      },
    ];
  },
});

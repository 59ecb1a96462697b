import { instantFromMillis, millisOf } from '#kernel';
import { definePolicy } from '#platform/jobs';
import { fundClosed } from '../fund/fund.events.js';
import { FINISH_CLOSING } from '../fund/finish-closing/finish-closing.job.js';
import { causeOf } from './caused-by.js';
import { MOST_OFFER_MILLISECONDS } from './settle-reservations.policy.js';

/** A fund is closed because its programme is; should a crash have come between the two, the programme is closed after it. */
export const finishClosings = definePolicy({
  name: 'finish-closings',
  handles: [fundClosed],
  enqueues: [FINISH_CLOSING],
  react: (event) => [
    {
      enqueue: {
        id: `${FINISH_CLOSING}.${event.id}`,
        kind: FINISH_CLOSING,
        payload: { programmeId: event.data.programmeId, reason: event.data.reason, cause: causeOf(event) },
        // Whoever closes it is at it, and is who is named as having closed it.
        runAt: instantFromMillis(millisOf(event.metadata.recordedAt) + MOST_OFFER_MILLISECONDS),
      },
    },
  ],
});

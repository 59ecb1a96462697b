import { instantFromMillis, millisOf } from '#kernel';
import { definePolicy } from '#platform/jobs';
import { FINISH_TAKE_OVER } from '../participation/finish-take-over/finish-take-over.payload.js';
import { partHandedOver } from '../participation/participation.events.js';

/** Longer than the request that took a part over can still be at it. */
export const MOST_TAKE_OVER_MILLISECONDS = 5 * 60_000;

/**
 * A part is handed over in one stream before it is taken over in another; should a crash have come between the two, it is
 * taken over after all: until then it can go to nobody else.
 */
export const finishTakeOvers = definePolicy({
  name: 'finish-take-overs',
  handles: [partHandedOver],
  enqueues: [FINISH_TAKE_OVER],
  react: ({ id, data: { programmeId, urn }, metadata }) => [
    {
      enqueue: {
        id: `${FINISH_TAKE_OVER}.${id}`,
        kind: FINISH_TAKE_OVER,
        payload: { programmeId, urn, eventId: id },
        runAt: instantFromMillis(millisOf(metadata.recordedAt) + MOST_TAKE_OVER_MILLISECONDS),
      },
    },
  ],
});

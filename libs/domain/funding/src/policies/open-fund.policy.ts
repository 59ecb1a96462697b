import { programmeCreated } from '#domain/programme';
import { definePolicy } from '#platform/jobs';
import { OPEN_FUND } from '../fund/open-fund/open-fund.job.js';
import { causeOf } from './caused-by.js';

/** Whenever a programme is created, its budget becomes a fund. */
export const openFund = definePolicy({
  name: 'open-fund',
  handles: [programmeCreated],
  enqueues: [OPEN_FUND],
  react: (event) => [
    {
      enqueue: {
        id: `${OPEN_FUND}.${event.id}`,
        kind: OPEN_FUND,
        payload: { programmeId: event.data.programmeId, cause: causeOf(event) },
      },
    },
  ],
});

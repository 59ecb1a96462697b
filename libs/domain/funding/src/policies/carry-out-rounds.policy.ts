import { definePolicy } from '#platform/jobs';
import { allocationRoundAdopted } from '../fund/fund.events.js';
import { CARRY_OUT_ROUND } from '../round/carry-out-round/carry-out-round.job.js';
import { causeOf } from './caused-by.js';

/** Whenever a round was adopted, its offers are made: again and again, until it is reconciled. */
export const carryOutRounds = definePolicy({
  name: 'carry-out-rounds',
  handles: [allocationRoundAdopted],
  enqueues: [CARRY_OUT_ROUND],
  react: (event) => {
    const { programmeId, round } = event.data;
    const payload = { programmeId, round, cause: causeOf(event) };
    return [{ enqueue: { id: `${CARRY_OUT_ROUND}.${event.id}`, kind: CARRY_OUT_ROUND, payload } }];
  },
});

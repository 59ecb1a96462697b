import {
  continuityDecided,
  dueDiligenceCompleted,
  financialReviewCompleted,
  fraudRiskAssessed,
  programmeResumed,
  settingWithdrawn,
} from '#domain/programme';
import { definePolicy } from '#platform/jobs';
import { allocationRoundAdopted } from '../fund/fund.events.js';
import { CARRY_OUT_ROUND } from '../round/carry-out-round/carry-out-round.job.js';
import { causeOf } from './caused-by.js';

/**
 * Whenever a round was adopted, or its programme goes on after a pause, its offers are made; and whenever something is said about a setting for which its offer
 * may have waited, or which ends its part, that one is looked at again.
 */
export const carryOutRounds = definePolicy({
  name: 'carry-out-rounds',
  handles: [
    allocationRoundAdopted,
    dueDiligenceCompleted,
    fraudRiskAssessed,
    continuityDecided,
    settingWithdrawn,
    financialReviewCompleted,
    programmeResumed,
  ],
  enqueues: [CARRY_OUT_ROUND],
  react: (event) => {
    const { programmeId } = event.data;
    const whose = 'urn' in event.data ? { urn: event.data.urn } : {};
    const payload = { programmeId, ...whose, cause: causeOf(event) };
    return [{ enqueue: { id: `${CARRY_OUT_ROUND}.${event.id}`, kind: CARRY_OUT_ROUND, payload } }];
  },
});

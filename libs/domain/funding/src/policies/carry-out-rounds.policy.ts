import {
  continuityDecided,
  dueDiligenceCompleted,
  financialReviewCompleted,
  fraudRiskAssessed,
  programmeResumed,
  settingWithdrawn,
} from '#domain/programme';
import { workforceFigureVerified } from '#domain/settings';
import type { EventOf } from '#kernel';
import { definePolicy } from '#platform/jobs';
import { allocationRevised } from '../allocation/allocation.events.js';
import { allocationRoundAdopted } from '../fund/fund.events.js';
import { CARRY_OUT_ROUND } from '../round/carry-out-round/carry-out-round.job.js';
import { partOfRound } from '../round/round-reservation.js';
import { causeOf } from './caused-by.js';

/**
 * Whenever a round was adopted, or its programme goes on after a pause, its offers are made; and whenever something is said
 * about a setting for which its offer may have waited, or which ends its part, that one is looked at again: also once a figure
 * that was corrected is what it was, and once an offer was made and revised at once, which may have been the last of its round.
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
    allocationRevised,
    workforceFigureVerified,
  ],
  enqueues: [CARRY_OUT_ROUND],
  react: (event) => {
    const programmeId = 'programmeId' in event.data ? event.data.programmeId : null;
    if (event.type === 'AllocationRevised' && !isFirstOfShare(event.data)) return [];
    const whose = 'urn' in event.data ? { urn: event.data.urn } : {};
    const payload = { programmeId, ...whose, cause: causeOf(event) };
    return [{ enqueue: { id: `${CARRY_OUT_ROUND}.${event.id}`, kind: CARRY_OUT_ROUND, payload } }];
  },
});

function isFirstOfShare({ reservationId, revision }: EventOf<typeof allocationRevised>['data']): boolean {
  return revision === 1 && partOfRound(reservationId) !== undefined;
}

import {
  continuityDecided,
  dueDiligenceCompleted,
  financialReviewCompleted,
  fraudRiskAssessed,
  programmeResumed,
  settingWithdrawn,
} from '#domain/programme';
import { workforceFigureRecorded, workforceFigureVerified } from '#domain/settings';
import { instantFromMillis, millisOf, type EventOf, type Instant, type RecordedEvent } from '#kernel';
import { definePolicy, type NewJob } from '#platform/jobs';
import { allocationRevised } from '../allocation/allocation.events.js';
import { allocationRoundAdopted } from '../fund/fund.events.js';
import { CARRY_OUT_ROUND } from '../round/carry-out-round/carry-out-round.job.js';
import { partOfRound } from '../round/round-reservation.js';
import { causeOf } from './caused-by.js';

/**
 * Whenever a round was adopted, or its programme goes on after a pause, its offers are made; and whenever something is said
 * about a setting for which its offer may have waited, or which ends its part, that one is looked at again: also once a figure
 * that was corrected is what it was, and once an offer was made and revised at once, which may have been the last of its round.
 * A census says something of many settings at once: after it, the rounds with offers to make are looked at as a whole.
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
    workforceFigureRecorded,
  ],
  enqueues: [CARRY_OUT_ROUND],
  react: (event) => {
    if (event.type === 'WorkforceFigureRecorded') return [{ enqueue: afterTheMinute(event) }];
    const programmeId = 'programmeId' in event.data ? event.data.programmeId : null;
    if (event.type === 'AllocationRevised' && !isFirstOfShare(event.data)) return [];
    const whose = 'urn' in event.data ? { urn: event.data.urn } : {};
    const payload = { programmeId, ...whose, cause: causeOf(event) };
    return [{ enqueue: { id: `${CARRY_OUT_ROUND}.${event.id}`, kind: CARRY_OUT_ROUND, payload } }];
  },
});

const MINUTE = 60_000;

/** Once the minute is over in which a figure was recorded: however many are in it, once. */
function afterTheMinute(event: RecordedEvent): NewJob {
  const end: Instant = instantFromMillis(
    (Math.floor(millisOf(event.metadata.recordedAt) / MINUTE) + 1) * MINUTE,
  );
  return {
    id: `${CARRY_OUT_ROUND}.figures.${end.slice(0, 16).replace(/\D/g, '')}`,
    kind: CARRY_OUT_ROUND,
    payload: { programmeId: null, cause: causeOf(event) },
    runAt: end,
  };
}

function isFirstOfShare({ reservationId, revision }: EventOf<typeof allocationRevised>['data']): boolean {
  return revision === 1 && partOfRound(reservationId) !== undefined;
}

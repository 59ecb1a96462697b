import { continuityDecided, financialReviewCompleted, settingWithdrawn } from '#domain/programme';
import { addDays, startOfDay, type CalendarDate } from '#kernel';
import { definePolicy } from '#platform/jobs';
import { allocationOffered, allocationRevised } from '../allocation/allocation.events.js';
import { LAPSE_OFFER } from '../allocation/lapse-offer/lapse-offer.job.js';
import { causeOf } from './caused-by.js';

/**
 * Whenever the last day of an offer has passed, and whenever a setting's part may have ended, the offer is looked at: it
 * lapses unless it was answered.
 */
export const lapseOffers = definePolicy({
  name: 'lapse-offers',
  handles: [
    allocationOffered,
    allocationRevised,
    settingWithdrawn,
    continuityDecided,
    financialReviewCompleted,
  ],
  enqueues: [LAPSE_OFFER],
  react: (event) => {
    const { programmeId, urn } = event.data;
    const job = {
      id: `${LAPSE_OFFER}.${event.id}`,
      kind: LAPSE_OFFER,
      payload: { programmeId, urn, cause: causeOf(event) },
    };
    if (event.type !== 'AllocationOffered' && event.type !== 'AllocationRevised') return [{ enqueue: job }];
    const { acceptBy } = event.data;
    if (acceptBy === null) return [];
    return [{ enqueue: { ...job, runAt: startOfDay(addDays(acceptBy as CalendarDate, 1)) } }];
  },
});

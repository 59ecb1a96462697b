import { actionPlanApprovalWithdrawn, actionPlanApproved, actionPlanVariationApproved } from '#domain/plans';
import {
  progressReportAcceptanceWithdrawn,
  progressReportAccepted,
  progressReportPartlyAccepted,
} from '#domain/reporting';
import type { EventOf } from '#kernel';
import { definePolicy } from '#platform/jobs';
import { allocationOffered, offerAccepted } from '../allocation/allocation.events.js';
import { AGREEMENT_ACCEPTED, PLAN_APPROVED, reportAccepted } from '../allocation/conditions.js';
import { RECORD_CONDITION } from '../allocation/record-condition/record-condition.job.js';
import { causeOf } from './caused-by.js';

const handles = [
  allocationOffered,
  offerAccepted,
  actionPlanApproved,
  actionPlanApprovalWithdrawn,
  actionPlanVariationApproved,
  progressReportAccepted,
  progressReportPartlyAccepted,
  progressReportAcceptanceWithdrawn,
] as const;
type Handled = EventOf<(typeof handles)[number]>;

/**
 * Whenever something happens elsewhere on which a tranche may wait, the allocation shall record how that condition
 * stands. Also when an allocation is offered: its plan may have been approved before.
 */
export const recordConditions = definePolicy({
  name: 'record-conditions',
  handles,
  enqueues: [RECORD_CONDITION],
  react: (event) => {
    const { programmeId, urn } = event.data;
    return conditionsTouchedBy(event).map((condition) => ({
      enqueue: {
        id: `${RECORD_CONDITION}.${event.id}.${condition}`,
        kind: RECORD_CONDITION,
        payload: { programmeId, urn, condition, cause: causeOf(event) },
      },
    }));
  },
});

function conditionsTouchedBy(event: Handled): readonly string[] {
  switch (event.type) {
    case 'AllocationOffered':
      return [...new Set(event.data.tranches.flatMap(({ conditions }) => conditions))];
    case 'OfferAccepted':
      return [AGREEMENT_ACCEPTED];
    case 'ActionPlanApproved':
    case 'ActionPlanApprovalWithdrawn':
    case 'ActionPlanVariationApproved':
      return [PLAN_APPROVED];
    case 'ProgressReportAccepted':
    case 'ProgressReportPartlyAccepted':
    case 'ProgressReportAcceptanceWithdrawn':
      return [reportAccepted(event.data.window)];
  }
}

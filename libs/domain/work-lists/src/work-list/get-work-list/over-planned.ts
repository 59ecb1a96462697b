import type { AllocationDocument } from '#domain/funding';
import type { PlanDocument } from '#domain/plans';
import { turnOf } from '#domain/programme';
import { formatPence } from '#kernel';
import type { Waiting } from '../work-item.js';

/**
 * Approved plans that cost more than their setting is allocated since it was offered less, or its allocation revised down:
 * no tranche is paid until they are varied. A variation that is there already is on a list itself.
 */
export function overPlanned(
  plans: readonly PlanDocument[],
  allocations: readonly AllocationDocument[],
): readonly Waiting[] {
  const ofSetting = new Map(allocations.map(({ urn, allocation }) => [urn, allocation]));
  return plans.flatMap(({ id, urn, status, version, variation, totalPence, decidedAt }) => {
    const allocation = ofSetting.get(urn);
    if (status !== 'approved' || variation !== null) return [];
    if (allocation === undefined || (allocation.status !== 'offered' && allocation.status !== 'accepted'))
      return [];
    const overPence = totalPence - allocation.duePence;
    if (overPence <= 0) return [];
    const lowered = (allocation.revisions.at(-1) ?? allocation.offer).occurredAt;
    const since = decidedAt !== null && decidedAt > lowered ? decidedAt : lowered;
    const toDo = `vary version ${version} of the action plan: it costs ${formatPence(overPence)} more than is allocated`;
    return [{ ...turnOf('vary-plan', toDo, since), kind: 'plan', id, urn }];
  });
}

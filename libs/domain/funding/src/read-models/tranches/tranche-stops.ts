import type { PlanDocument } from '#domain/plans';
import { participationTurns, turnOf, type Action, type Turn } from '#domain/programme';
import { dateInLondon, formatPence } from '#kernel';
import type { AllocationState } from '../../allocation/allocation-state.js';
import type { Around, SettingAround } from './around.js';

const PART: readonly Action[] = ['decide-continuity', 'do-due-diligence', 'assess-fraud-risk'];
/** What of a setting's part stops the next signature of a tranche that stands so, as `part-standing.ts` refuses it. */
const STOPPING: Readonly<Record<'ready' | 'proposed' | 'approved', ReadonlySet<Action | null>>> = {
  ready: new Set([...PART, 'review-finances']),
  proposed: new Set(PART),
  approved: new Set([...PART, 'issue-agreement', 'sign-agreement', 'review-finances']),
};

/** Whoever must act before a tranche can be signed for again; `undefined` if nothing stops it. Each is on a list itself. */
export function trancheStop(
  status: keyof typeof STOPPING,
  allocation: AllocationState,
  setting: SettingAround,
  { issued, now }: Pick<Around, 'issued' | 'now'>,
): Turn | undefined {
  const part = setting.participation?.part;
  if (part === undefined) return undefined;
  const today = dateInLondon(now);
  const stop = participationTurns(part, issued, now).find(
    ({ nextAction, nextSince, nextUntil }) =>
      STOPPING[status].has(nextAction) &&
      nextSince !== null &&
      nextSince <= now &&
      // A review that is not late yet stops nothing; one that wants something changed has no last day.
      (nextAction !== 'review-finances' || nextUntil === null || nextUntil < today),
  );
  return stop ?? planOverTurn(setting.plan, allocation);
}

/**
 * An approved plan that costs more than its setting is allocated since it was offered less, or its allocation revised down:
 * no tranche is paid until it is varied. A variation that is there already is on a list itself.
 */
export function planOverTurn(plan: PlanDocument | undefined, allocation: AllocationState): Turn | undefined {
  if (plan?.status !== 'approved' || plan.variation !== null) return undefined;
  if (allocation.status !== 'offered' && allocation.status !== 'accepted') return undefined;
  const { version, totalPence, decidedAt } = plan;
  const overPence = totalPence - allocation.duePence;
  if (overPence <= 0) return undefined;
  const lowered = (allocation.revisions.at(-1) ?? allocation.offer).occurredAt;
  return turnOf(
    'vary-plan',
    `vary version ${version} of the action plan: it costs ${formatPence(overPence)} more than is allocated`,
    decidedAt !== null && decidedAt > lowered ? decidedAt : lowered,
  );
}

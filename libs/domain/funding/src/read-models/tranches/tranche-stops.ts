import type { PlanDocument } from '#domain/plans';
import { asTurn, turnOf, type Action, type Turn } from '#domain/programme';
import { dateInLondon, formatPence, type Pence } from '#kernel';
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
  around: Pick<Around, 'now'>,
): Turn | undefined {
  return partStop(STOPPING[status], setting, around) ?? planOver(setting.plan, allocation);
}

/** Whoever must act before an offer can be accepted, as `refusePart` refuses that. */
export function acceptanceStop(setting: SettingAround, around: Pick<Around, 'now'>): Turn | undefined {
  return partStop(STOPPING.proposed, setting, around);
}

/** Whoever must act before what was released is paid. */
export function paymentStop(setting: SettingAround, around: Pick<Around, 'now'>): Turn | undefined {
  return partStop(STOPPING.proposed, setting, around);
}

function partStop(
  stopping: ReadonlySet<Action | null>,
  setting: SettingAround,
  { now }: Pick<Around, 'now'>,
): Turn | undefined {
  const today = dateInLondon(now);
  return setting.partTurns.find(
    ({ nextAction, nextSince, nextUntil }) =>
      stopping.has(nextAction) &&
      nextSince !== null &&
      nextSince <= now &&
      // A review that is not late yet stops nothing; one that wants something changed has no last day.
      (nextAction !== 'review-finances' || nextUntil === null || nextUntil < today),
  );
}

/** The plan that is in force is what counts, also while a variation of it waits for somebody. */
function planOver(plan: PlanDocument | undefined, allocation: AllocationState): Turn | undefined {
  if (plan === undefined || overPenceOf(plan, allocation) <= 0) return undefined;
  return plan.variation === null ? planOverTurn(plan, allocation) : asTurn(plan);
}

function overPenceOf({ status, totalPence }: PlanDocument, allocation: AllocationState): Pence {
  const stands = allocation.status === 'offered' || allocation.status === 'accepted';
  return stands && status === 'approved' ? totalPence - allocation.duePence : 0;
}

/**
 * An approved plan that costs more than its setting is allocated since it was offered less, or its allocation revised down:
 * what is left to pay is not paid until it is varied. A variation that is there already is on a list itself.
 */
export function planOverTurn(plan: PlanDocument | undefined, allocation: AllocationState): Turn | undefined {
  if (plan === undefined || plan.variation !== null) return undefined;
  if (allocation.status !== 'offered' && allocation.status !== 'accepted') return undefined;
  const { version, decidedAt } = plan;
  const overPence = overPenceOf(plan, allocation);
  const isAnyLeft = allocation.tranches.some(
    ({ released, amountPence }) => released === null && amountPence > 0,
  );
  if (overPence <= 0 || !isAnyLeft) return undefined;
  const lowered = (allocation.revisions.at(-1) ?? allocation.offer).occurredAt;
  return turnOf(
    'vary-plan',
    `vary version ${version} of the action plan: it costs ${formatPence(overPence)} more than is allocated`,
    decidedAt !== null && decidedAt > lowered ? decidedAt : lowered,
  );
}

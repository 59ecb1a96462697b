import { formatPence, refusal, type Pence, type Refusal } from '#kernel';
import type { ReportContents } from './report-rules.js';

/** An action of a plan, and what it costs there. */
export interface PlannedAction {
  readonly actionId: string;
  readonly costPence: Pence;
}

/** What the reports of earlier windows say that was spent on an action, as far as they were accepted. */
export interface AcceptedBefore {
  readonly window: number;
  readonly spentPence: Pence;
}

/**
 * Spending is told up to now. It is no more than its action costs in the plan, as what is accepted as spent need not come
 * back; and no less than was accepted before, as money that was spent stays so.
 * @param planned every action that is told of, as the newest version in force that had it has it
 * @param before by `actionId`; what was accepted before the plan came to cost less may stay as it is
 */
export function refuseSpending(
  { actions }: ReportContents,
  planned: readonly PlannedAction[],
  before: Readonly<Record<string, AcceptedBefore>>,
): Refusal | undefined {
  const costs = new Map(planned.map(({ actionId, costPence }) => [actionId, costPence]));
  for (const [index, { actionId, spentPence }] of actions.entries()) {
    const field = `actions[${index}].spentPence`;
    const says = `${field}: ${formatPence(spentPence)} spent on '${actionId}'`;
    const costPence = costs.get(actionId) ?? 0;
    const earlier = Object.hasOwn(before, actionId) ? before[actionId] : undefined;
    if (earlier !== undefined && spentPence < earlier.spentPence) {
      const { window, spentPence: acceptedPence } = earlier;
      return refusal(
        'REPORT.SPENT_LESS_THAN_ACCEPTED',
        'wrong-state',
        `${says} is less than the ${formatPence(acceptedPence)} accepted with report ${window}: say what was spent ` +
          `up to now, or, if report ${window} was wrong, have its acceptance withdrawn and correct it first`,
        { field, actionId, spentPence, acceptedPence, window },
      );
    }
    if (spentPence > Math.max(costPence, earlier?.spentPence ?? 0)) {
      return refusal(
        'REPORT.SPENT_BEYOND_PLAN',
        'wrong-state',
        `${says} is more than the ${formatPence(costPence)} it costs in the approved plan: correct it, or have the ` +
          'plan varied first; what a setting spends beyond the plan is its own',
        { field, actionId, spentPence, costPence },
      );
    }
  }
  return undefined;
}

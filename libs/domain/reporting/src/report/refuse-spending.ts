import { formatPence, refusal, type Pence, type Refusal } from '#kernel';
import type { AcceptedWord } from './accepted-spending.js';
import type { ReportContents } from './report-rules.js';

/** An action of a plan, and what it costs there. */
export interface PlannedAction {
  readonly actionId: string;
  readonly costPence: Pence;
}

/** What another report says that was spent on an action, as far as that was accepted. */
export interface AcceptedElsewhere {
  /** Of which window that report is. */
  readonly window: number;
  readonly spentPence: Pence;
}

/** What the reports of earlier and of later windows have accepted as spent, each by `actionId`. */
export interface AcceptedAround {
  /** The newest accepted word before this window. */
  readonly before: Readonly<Record<string, AcceptedElsewhere>>;
  /** The first accepted word after this window. */
  readonly after: Readonly<Record<string, AcceptedElsewhere>>;
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
  before: Readonly<Record<string, AcceptedElsewhere>>,
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

/**
 * What is accepted as spent on an action never falls but by the withdrawal of an acceptance, in whichever order reports are judged:
 * no word is accepted that says less than what is accepted of an earlier window, or more than of a later one.
 * @param words that would be accepted with report `window`
 */
export function refuseAccepting(
  window: number,
  words: readonly AcceptedWord[],
  { before, after }: AcceptedAround,
): Refusal | undefined {
  for (const { actionId, spentPence } of words) {
    const says = `report ${window} says that ${formatPence(spentPence)} was spent on '${actionId}', which is`;
    const earlier = Object.hasOwn(before, actionId) ? before[actionId] : undefined;
    if (earlier !== undefined && spentPence < earlier.spentPence) {
      return refusal(
        'REPORT.SPENT_LESS_THAN_ACCEPTED',
        'wrong-state',
        `${says} less than the ${formatPence(earlier.spentPence)} accepted with report ${earlier.window}: ` +
          whatToDo(window, actionId, earlier.window),
        { actionId, spentPence, acceptedPence: earlier.spentPence, window: earlier.window },
      );
    }
    const next = Object.hasOwn(after, actionId) ? after[actionId] : undefined;
    if (next !== undefined && spentPence > next.spentPence) {
      return refusal(
        'REPORT.SPENT_MORE_THAN_ACCEPTED_LATER',
        'wrong-state',
        `${says} more than the ${formatPence(next.spentPence)} accepted with report ${next.window}, of a later window: ` +
          whatToDo(window, actionId, next.window),
        { actionId, spentPence, acceptedPence: next.spentPence, window: next.window },
      );
    }
  }
  return undefined;
}

function whatToDo(window: number, actionId: string, other: number): string {
  return (
    `return report ${window} with a comment on that, accept the part of it without '${actionId}', ` +
    `or, if report ${other} is wrong, withdraw its acceptance first`
  );
}

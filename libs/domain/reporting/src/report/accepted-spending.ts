import type { Pence } from '#kernel';

/** What was accepted as spent on an action, up to then. */
export interface AcceptedWord {
  readonly actionId: string;
  readonly spentPence: Pence;
}

/** A report, with what of it was accepted and not withdrawn, whatever has been sent in since. */
export type AnyReport =
  { readonly status: 'none' } | { readonly status: string; readonly accepted: readonly AcceptedWord[] };

/** What the newest accepted word on an action says that was spent on it up to then. */
export interface AcceptedSpending<R> {
  readonly spentPence: Pence;
  /** Which of the reports said so. */
  readonly by: R;
}

/** What is accepted of a report once more of it is: on an action that is not accepted now, the word that was before stays. */
export function withAccepted(
  before: readonly AcceptedWord[],
  now: readonly AcceptedWord[],
): readonly AcceptedWord[] {
  const words = [...before, ...now].map(({ actionId, spentPence }) => [actionId, spentPence] as const);
  return [...new Map(words)].map(([actionId, spentPence]) => ({ actionId, spentPence }));
}

/**
 * Reports say of each action what was spent on it up to then, so that the newest that was accepted counts. Of one that
 * was accepted in part, the actions that were not accepted leave what was accepted before.
 * @param reports of one setting, in the order of their windows
 * @returns by `actionId`; nothing of an action on which no word was accepted
 */
export function acceptedSpending<R extends AnyReport>(
  reports: readonly R[],
): ReadonlyMap<string, AcceptedSpending<Exclude<R, { status: 'none' }>>> {
  const spent = new Map<string, AcceptedSpending<Exclude<R, { status: 'none' }>>>();
  for (const report of reports) {
    if (!('accepted' in report)) continue;
    const by = report as Exclude<R, { status: 'none' }>;
    for (const { actionId, spentPence } of report.accepted) spent.set(actionId, { spentPence, by });
  }
  return spent;
}

import type { Pence } from '#kernel';

/** What a report says of the spending on each action, and what became of that. */
export type Reported = {
  readonly actions: readonly { readonly actionId: string; readonly spentPence: Pence }[];
} & (
  | { readonly status: 'accepted' }
  | { readonly status: 'partly-accepted'; readonly verdict: { readonly accepted: readonly string[] } }
);
export type AnyReport = Reported | { readonly status: 'none' | 'submitted' | 'returned' | 'withdrawn' };

/** What the newest accepted word on an action says that was spent on it up to then. */
export interface AcceptedSpending<R> {
  readonly spentPence: Pence;
  /** Which of the reports said so. */
  readonly by: R;
}

/**
 * Reports say of each action what was spent on it up to then, so that the newest that was accepted counts. Of one that
 * was accepted in part, the actions that were not accepted leave what was accepted before.
 * @param reports of one setting, in the order of their windows
 * @returns by `actionId`; nothing of an action on which no word was accepted
 */
export function acceptedSpending<R extends AnyReport>(
  reports: readonly R[],
): ReadonlyMap<string, AcceptedSpending<R>> {
  const spent = new Map<string, AcceptedSpending<R>>();
  for (const report of reports) {
    if (report.status !== 'accepted' && report.status !== 'partly-accepted') continue;
    const counts = report.status === 'accepted' ? null : new Set(report.verdict.accepted);
    for (const { actionId, spentPence } of report.actions) {
      if (counts === null || counts.has(actionId)) spent.set(actionId, { spentPence, by: report });
    }
  }
  return spent;
}

import { sumPence, type Pence } from '#kernel';
import { overpaidPence, type Offered } from './allocation-state.js';
import { askedPence, backPence, letGoPence } from './money-back-state.js';
import type { SettledTranche } from './money-back-rules.js';
import { stillPaid } from './unmade-payment.js';

// Money that was paid is accounted for once it is accepted as spent, is back, or was let go of by two people.

/** What the streams beside the allocation's own say of the money that a setting was paid. */
export interface Accounts {
  /** By the newest accepted word on each action of its plan. */
  readonly spentPence: Pence;
  /** What settings whose part it took over were paid and did not account for: it does. */
  readonly inheritedPence: Pence;
  /** URN of the setting that took its part over, which accounts for what is left; `null`: nobody has. */
  readonly passedOnTo: string | null;
  /** The board decided to reclaim what was paid, spent or not. */
  readonly reclaimed: boolean;
  /** Its part has ended: nothing more of its allocation is paid. */
  readonly ended?: boolean;
}

/** What a report says of the spending on each action, and what became of that. */
export type Reported = {
  readonly actions: readonly { readonly actionId: string; readonly spentPence: Pence }[];
} & (
  | { readonly status: 'accepted' }
  | { readonly status: 'partly-accepted'; readonly verdict: { readonly accepted: readonly string[] } }
);
type AnyReport = Reported | { readonly status: 'none' | 'submitted' | 'returned' | 'withdrawn' };

/**
 * Reports say of each action what was spent on it up to then, so that the newest that was accepted counts. Of one that
 * was accepted in part, the actions that were not accepted leave what was accepted before.
 * @param reports of one setting, in the order of their windows
 */
export function acceptedSpend(reports: readonly AnyReport[]): Pence {
  const spent = new Map<string, Pence>();
  for (const report of reports) {
    if (report.status !== 'accepted' && report.status !== 'partly-accepted') continue;
    const counts = report.status === 'accepted' ? null : new Set(report.verdict.accepted);
    for (const { actionId, spentPence } of report.actions) {
      if (counts === null || counts.has(actionId)) spent.set(actionId, spentPence);
    }
  }
  return [...spent.values()].reduce((sum, pence) => sum + pence, 0);
}

type Paid = Pick<Offered, 'tranches' | 'duePence' | 'moneyBack'>;

export function settledPence({ tranches }: Paid, paid: readonly SettledTranche[]): Pence {
  const made = stillPaid({ tranches }, paid);
  return sumPence(
    tranches.filter(({ number, released }) => released !== null && made.some((one) => one.number === number)),
  );
}

function seenToPence({ moneyBack }: Paid): Pence {
  const { reclaimedPence, returnedPence } = backPence(moneyBack);
  return reclaimedPence + returnedPence + askedPence(moneyBack);
}

/** Paid, neither accepted as spent nor back nor asked for, and not let go of. Nobody is owed for an overspend. */
export function unaccountedPence(
  state: Paid,
  paid: readonly SettledTranche[],
  { spentPence, inheritedPence }: Pick<Accounts, 'spentPence' | 'inheritedPence'>,
): Pence {
  const unspent = settledPence(state, paid) + inheritedPence - spentPence;
  return Math.max(0, unspent - seenToPence(state) - letGoPence(state.moneyBack));
}

/**
 * What can be asked back: what is not accepted as spent, or was paid beyond what is due even if it was spent; where the board
 * decided to reclaim, all that was paid.
 * @param askedAlreadyPence of the claim itself that is looked at
 */
export function dueBackPence(
  state: Paid,
  paid: readonly SettledTranche[],
  { spentPence, inheritedPence, reclaimed }: Accounts,
  askedAlreadyPence: Pence = 0,
): Pence {
  const settled = settledPence(state, paid);
  const unspent = settled + inheritedPence - (reclaimed ? 0 : spentPence);
  const overpaid = Math.min(overpaidPence(state), settled);
  return Math.max(0, Math.max(unspent, overpaid) - seenToPence(state) + askedAlreadyPence);
}

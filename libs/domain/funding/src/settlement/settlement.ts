import type { Pence } from '#kernel';
import { settledPence as paidPence, unaccountedPence, type Accounts } from '../allocation/accounted.js';
import {
  overpaidLeftPence,
  overpaidPence,
  releasedPence,
  type AllocationState,
} from '../allocation/allocation-state.js';
import { unfinished } from '../allocation/closing.js';
import { askedPence, backPence, letGoPence } from '../allocation/money-back-state.js';
import type { SettledTranche } from '../allocation/money-back-rules.js';

/** What a setting was paid, what it is accepted to have spent, and what of the difference has come back. */
export interface Settlement {
  readonly programmeId: string;
  readonly urn: string;
  readonly settingName: string;
  readonly status: 'offered' | 'accepted' | 'closed';
  readonly allocatedPence: Pence;
  readonly releasedPence: Pence;
  /** What the bank has paid. */
  readonly settledPence: Pence;
  /** By the newest accepted word on each action of its plan. */
  readonly spentPence: Pence;
  readonly reclaimedPence: Pence;
  readonly returnedPence: Pence;
  /** Proposed or approved to be reclaimed, and not come in. */
  readonly askedPence: Pence;
  /** Released beyond what is due, as the allocation was revised downwards since; it comes back even if it was spent. */
  readonly overpaidPence: Pence;
  /** Asked for by two people, and then let go of. */
  readonly letGoPence: Pence;
  /** What settings whose part it took over were paid and did not account for: this one does. */
  readonly inheritedPence: Pence;
  /** URN of the setting that took its part over and accounts for what this one did not; `null`: there is none. */
  readonly passedOnTo: string | null;
  /**
   * Paid, not accepted as spent or too much, and neither back nor asked for nor let go of. Never below 0: nobody is owed for an
   * overspend.
   */
  readonly toComeBackPence: Pence;
  /** From which tranches it would be reclaimed, the last one first. */
  readonly reclaim: readonly { readonly number: number; readonly amountPence: Pence }[];
  /** What stands in the way of closing the allocation, in words. */
  readonly unfinished: readonly string[];
}

/**
 * @param accounts what is accepted of what it was paid
 * @param paid what the bank has paid of the allocation
 */
export function settlementOf(
  allocation: Exclude<AllocationState, { status: 'none' }>,
  accounts: Accounts,
  paid: readonly SettledTranche[],
): Settlement {
  const { programmeId, urn, settingName, status, amountPence, moneyBack } = allocation;
  const { spentPence, inheritedPence, passedOnTo } = accounts;
  const settledPence = paidPence(allocation, paid);
  const toComeBackPence = leftToComeBack(allocation, accounts, paid);
  return {
    ...{ programmeId, urn, settingName, status, allocatedPence: amountPence },
    ...{ releasedPence: releasedPence(allocation), settledPence, spentPence, ...backPence(moneyBack) },
    ...{ askedPence: askedPence(moneyBack), overpaidPence: overpaidPence(allocation) },
    ...{ letGoPence: letGoPence(moneyBack), inheritedPence, passedOnTo, toComeBackPence },
    reclaim: claimable(allocation, paid, toComeBackPence),
    unfinished: status === 'accepted' ? unfinished(allocation, paid, accounts) : [],
  };
}

function leftToComeBack(
  allocation: Exclude<AllocationState, { status: 'none' }>,
  accounts: Accounts,
  paid: readonly SettledTranche[],
): Pence {
  if (allocation.status === 'closed') return 0;
  // Whoever took the part over accounts for what was not spent.
  const unspent = accounts.passedOnTo === null ? unaccountedPence(allocation, paid, accounts) : 0;
  return Math.max(unspent, Math.min(overpaidLeftPence(allocation), paidPence(allocation, paid)));
}

/** The last tranche first. */
function claimable(
  { tranches, moneyBack }: Exclude<AllocationState, { status: 'none' }>,
  paid: readonly SettledTranche[],
  wantedPence: Pence,
): Settlement['reclaim'] {
  let left = wantedPence;
  const settled = tranches.filter(({ number }) => paid.some((one) => one.number === number));
  return settled.toReversed().flatMap(({ number, amountPence }) => {
    const { reclaimedPence, returnedPence } = backPence(moneyBack, number);
    const take = Math.min(left, amountPence - reclaimedPence - returnedPence - askedPence(moneyBack, number));
    left -= take;
    return take > 0 ? [{ number, amountPence: take }] : [];
  });
}

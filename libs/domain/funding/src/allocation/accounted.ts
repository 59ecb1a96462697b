import { acceptedSpending, type AnyReport } from '#domain/reporting';
import { sumPence, type Pence } from '#kernel';
import { overpaidPence, saysAmount, type Offered } from './allocation-state.js';
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
  /** What of that was paid too much, and so comes back on the allocation that it was paid with, spent or not. */
  readonly inheritedOverpaidPence: Pence;
  /** Who took its part over, and who that one's, in order: the last of them answers for what is left; none: the setting itself. */
  readonly successors: readonly Successor[];
  /** The board decided to reclaim what was paid, spent or not. */
  readonly reclaimed: boolean;
}

/** A setting that took a part over. */
export interface Successor {
  readonly urn: string;
  /** Its own balance, without what is left of the part: below 0 where it has accounted for money of that. */
  readonly balancePence: number;
}

/** URN of who answers for what a setting was paid and did not account for; `null`: itself. */
export function passedOnTo({ successors }: Pick<Accounts, 'successors'>): string | null {
  return successors.at(-1)?.urn ?? null;
}

/**
 * What is accepted as spent, by the newest accepted word on each action.
 * @param reports of one setting, in the order of their windows
 */
export function acceptedSpend(reports: readonly AnyReport[]): Pence {
  return [...acceptedSpending(reports).values()].reduce((sum, { spentPence }) => sum + spentPence, 0);
}

/** What of an allocation says what was paid and what came back. */
export type Paid = Pick<Offered, 'tranches' | 'moneyBack'>;
type AskedBack = Paid & Pick<Offered, 'duePence' | 'revisions' | 'offer'>;

export function settledPence({ tranches }: Pick<Paid, 'tranches'>, paid: readonly SettledTranche[]): Pence {
  const made = stillPaid({ tranches }, paid);
  return sumPence(
    tranches.filter(({ number, released }) => released !== null && made.some((one) => one.number === number)),
  );
}

function seenToPence({ moneyBack }: Pick<Paid, 'moneyBack'>): Pence {
  const { reclaimedPence, returnedPence } = backPence(moneyBack);
  return reclaimedPence + returnedPence + askedPence(moneyBack);
}

/**
 * Paid to it or left to it, less what is accepted as spent, is back, is asked for or was let go of. Below 0 where more was spent:
 * nobody is owed for that. Of a part that the board decided to reclaim all is asked back, spent or not.
 */
export function balancePence(
  state: Paid,
  paid: readonly SettledTranche[],
  { spentPence, inheritedPence, reclaimed }: Omit<Accounts, 'successors' | 'inheritedOverpaidPence'>,
): number {
  const unspent = settledPence(state, paid) + inheritedPence - (reclaimed ? 0 : spentPence);
  return unspent - seenToPence(state) - letGoPence(state.moneyBack);
}

/** What of it nobody has accounted for, by itself: whoever took the part over may have. */
export function unaccountedPence(
  state: Paid,
  paid: readonly SettledTranche[],
  accounts: Omit<Accounts, 'successors' | 'inheritedOverpaidPence'>,
): Pence {
  return Math.max(0, balancePence(state, paid, accounts));
}

/**
 * What can be asked back of what it was paid: what nobody has accounted for, neither the setting nor whoever took its part over;
 * or what was paid beyond what is due, even if it was spent.
 * @param askedAlreadyPence of the claim itself that is looked at
 */
export function dueBackPence(
  state: AskedBack,
  paid: readonly SettledTranche[],
  accounts: Accounts,
  askedAlreadyPence: Pence = 0,
): Pence {
  let left = Math.max(0, balancePence(state, paid, accounts) + askedAlreadyPence);
  let unspent = Math.max(0, left - accounts.inheritedOverpaidPence);
  for (const { balancePence: own } of accounts.successors) {
    left = Math.max(0, own + left);
    unspent = Math.min(unspent, left);
  }
  const tooMuch = Math.min(overpaidPence(state), settledPence(state, paid)) - seenToPence(state);
  const letGo = letGoPence(state.moneyBack, saysAmount(state).event);
  return Math.max(unspent, tooMuch - letGo + askedAlreadyPence);
}

import type { Pence } from '#kernel';
import {
  balancePence,
  settledPence,
  unaccountedPence,
  type Accounts,
  type Paid,
  type Successor,
} from './accounted.js';
import { overpaidLeftPence, type AllocationState } from './allocation-state.js';
import { NOTHING_BACK } from './money-back-state.js';
import type { SettledTranche } from './money-back-rules.js';

// The one rule of who answers for money: what a setting was paid, and is neither accepted as spent nor back nor let go of, is
// answered for by the setting itself; once another has taken its part over, by that one, together with what that one was paid;
// and so on to the last, whether that is offered anything, takes part still, or has left. Never by two, and never by nobody.
// It is asked back, and comes in, on an allocation that one of them was paid with, closed or not; no more on each than was paid with
// it and is left there, and together no more than whoever answers has not accounted for.

/** What one setting was paid and has accounted for, and who took its part over. */
export interface Books {
  readonly urn: string;
  /** It may have none: what was paid to those whose part it took over is its to answer for all the same. */
  readonly allocation: AllocationState;
  readonly paid: readonly SettledTranche[];
  readonly spentPence: Pence;
  /** The board decided to reclaim what it was paid, spent or not. */
  readonly reclaimed: boolean;
  /** URN; `null`: nobody has, also while it is passed on and not taken over. */
  readonly takenOverBy: string | null;
}

/** Of a setting that nothing was offered to. */
export const NOTHING_PAID: Paid = { tranches: [], moneyBack: NOTHING_BACK };

/** The settings between which parts were passed on; nobody's part comes back to itself. */
export class Answering {
  private readonly books: ReadonlyMap<string, Books>;
  private readonly before: ReadonlyMap<string | null, readonly Books[]>;

  constructor(all: readonly Books[]) {
    this.books = new Map(all.map((one) => [one.urn, one]));
    this.before = Map.groupBy(all, ({ takenOverBy }) => takenOverBy);
  }

  /** What the setting itself has to answer for: nothing, once another has taken its part over. */
  answersForPence(urn: string): Pence {
    return this.books.get(urn)?.takenOverBy === null ? this.leftPence(urn) : 0;
  }

  accountsOf(urn: string): Accounts {
    const { spentPence = 0, reclaimed = false } = this.books.get(urn) ?? {};
    return {
      ...{ spentPence, reclaimed, inheritedPence: this.inheritedPence(urn) },
      inheritedOverpaidPence: this.answeredBy(urn).reduce(
        (sum, one) => sum + (one.urn === urn ? 0 : overpaidLeftOf(one)),
        0,
      ),
      successors: this.successorsOf(urn),
    };
  }

  /** The setting itself and everybody whose part came to it: itself first. */
  answeredBy(urn: string): readonly Books[] {
    const own = this.books.get(urn);
    const before = this.before.get(urn) ?? [];
    return [...(own === undefined ? [] : [own]), ...before.flatMap((one) => this.answeredBy(one.urn))];
  }

  private inheritedPence(urn: string, without?: string): Pence {
    const before = this.before.get(urn) ?? [];
    return before.reduce((sum, one) => sum + (one.urn === without ? 0 : this.leftPence(one.urn)), 0);
  }

  private leftPence(urn: string): Pence {
    const own = this.books.get(urn);
    if (own === undefined) return 0;
    return unaccountedPence(paidOf(own), own.paid, { ...own, inheritedPence: this.inheritedPence(urn) });
  }

  private successorsOf(urn: string): readonly Successor[] {
    const next = this.books.get(this.books.get(urn)?.takenOverBy ?? '');
    if (next === undefined) return [];
    const inheritedPence = this.inheritedPence(next.urn, urn);
    const balance = balancePence(paidOf(next), next.paid, { ...next, inheritedPence });
    return [{ urn: next.urn, balancePence: balance }, ...this.successorsOf(next.urn)];
  }
}

/** Of an allocation that is closed nothing is too much any more: it was closed for what it came to. */
function overpaidLeftOf({ allocation, paid }: Books): Pence {
  if (allocation.status !== 'accepted') return 0;
  return Math.min(overpaidLeftPence(allocation), settledPence(allocation, paid));
}

function paidOf({ allocation }: Books): Paid {
  return allocation.status === 'none' ? NOTHING_PAID : allocation;
}

import type { Pence } from '#kernel';
import {
  passedOnTo,
  settledPence as paidPence,
  unaccountedPence,
  type Accounts,
} from '../allocation/accounted.js';
import {
  overpaidLeftPence,
  overpaidPence,
  releasedPence,
  type AllocationState,
} from '../allocation/allocation-state.js';
import { unfinished } from '../allocation/closing.js';
import { askedPence, backPence, keptPence, letGoPence } from '../allocation/money-back-state.js';
import type { SettledTranche } from '../allocation/money-back-rules.js';
import { NOTHING_PAID, type Books } from '../allocation/who-answers.js';

/** What a setting was paid, what it is accepted to have spent, and what of the difference has come back. */
export interface Settlement {
  readonly programmeId: string;
  readonly urn: string;
  readonly settingName: string;
  /** `none`: nothing is offered to it; it answers for what others were paid all the same, whose parts it took over. */
  readonly status: AllocationState['status'];
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
  /** URN of the setting that its part has come to, which accounts for what this one did not; `null`: there is none. */
  readonly passedOnTo: string | null;
  /** URN of the setting to which the board passed its part on, and which has not taken it over; `null`: there is none. */
  readonly toBeTakenOverBy: string | null;
  /** The board decided to reclaim what it was paid, spent or not: what is accepted as spent is to come back, too. */
  readonly allToComeBack: boolean;
  /**
   * Paid, not accepted as spent or too much, and neither back nor asked for nor let go of. Never below 0: nobody is owed for an
   * overspend.
   */
  readonly toComeBackPence: Pence;
  /** From which tranches it would be reclaimed, the last one first: those of whose parts it took over, then its own. */
  readonly reclaim: readonly Claimable[];
  /** What stands in the way of closing the allocation, in words. */
  readonly unfinished: readonly string[];
}

export interface Claimable {
  readonly urn: string;
  readonly number: number;
  readonly amountPence: Pence;
}

type Standing = Exclude<AllocationState, { status: 'none' }>;
/** A setting that nothing is offered to. */
export type WithNothing = Pick<Settlement, 'programmeId' | 'urn' | 'settingName'> & {
  readonly status: 'none';
};

/**
 * @param accounts what is accepted of what it was paid
 * @param paid what the bank has paid of the allocation
 * @param before those whose parts came to it
 * @param toUrn to whom the board passed its part on
 */
export function settlementOf(
  allocation: Standing | WithNothing,
  accounts: Accounts,
  paid: readonly SettledTranche[],
  before: readonly Pick<Books, 'urn' | 'allocation' | 'paid'>[] = [],
  toUrn: string | null = null,
): Settlement {
  const { programmeId, urn, settingName, status } = allocation;
  const { spentPence, inheritedPence } = accounts;
  const toComeBackPence = leftToComeBack(allocation, accounts, paid);
  const taker = passedOnTo(accounts);
  return {
    ...{ programmeId, urn, settingName, status, ...amountsOf(allocation, paid) },
    allToComeBack: accounts.reclaimed,
    ...{ spentPence, inheritedPence, passedOnTo: taker, toComeBackPence },
    toBeTakenOverBy: taker === null ? toUrn : null,
    reclaim: claimable([...before, { urn, allocation, paid }], toComeBackPence),
    unfinished: status === 'accepted' ? unfinished(allocation, paid, accounts) : [],
  };
}

function amountsOf(allocation: Standing | WithNothing, paid: readonly SettledTranche[]) {
  if (allocation.status === 'none') {
    const nothing = { allocatedPence: 0, releasedPence: 0, settledPence: 0, askedPence: 0 };
    return { ...nothing, reclaimedPence: 0, returnedPence: 0, overpaidPence: 0, letGoPence: 0 };
  }
  const { amountPence: allocatedPence, moneyBack } = allocation;
  return {
    ...{
      allocatedPence,
      releasedPence: releasedPence(allocation),
      settledPence: paidPence(allocation, paid),
    },
    ...{ ...backPence(moneyBack), askedPence: askedPence(moneyBack) },
    ...{ overpaidPence: overpaidPence(allocation), letGoPence: letGoPence(moneyBack) },
  };
}

function leftToComeBack(
  allocation: Standing | WithNothing,
  accounts: Accounts,
  paid: readonly SettledTranche[],
): Pence {
  // Whoever took the part over accounts for what was not spent.
  const answers = passedOnTo(accounts) === null;
  if (allocation.status === 'none') return answers ? unaccountedPence(NOTHING_PAID, paid, accounts) : 0;
  const unspent = answers ? unaccountedPence(allocation, paid, accounts) : 0;
  if (allocation.status === 'closed') return unspent;
  return Math.max(unspent, Math.min(overpaidLeftPence(allocation), paidPence(allocation, paid)));
}

/** Of each in turn, the last tranche first. */
function claimable(
  all: readonly {
    readonly urn: string;
    readonly allocation: AllocationState | WithNothing;
    readonly paid: readonly SettledTranche[];
  }[],
  wantedPence: Pence,
): readonly Claimable[] {
  let left = wantedPence;
  return all.flatMap(({ urn, allocation, paid }) => {
    if (allocation.status === 'none') return [];
    const { tranches, moneyBack } = allocation;
    const settled = tranches.filter(({ number }) => paid.some((one) => one.number === number));
    return settled.toReversed().flatMap((tranche) => {
      const take = Math.min(left, keptPence(moneyBack, tranche));
      left -= take;
      return take > 0 ? [{ urn, number: tranche.number, amountPence: take }] : [];
    });
  });
}

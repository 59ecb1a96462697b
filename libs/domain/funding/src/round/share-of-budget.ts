import { fteInTenThousandths } from '#domain/settings';
import {
  formatPence,
  LARGEST_PENCE,
  refusal,
  splitByLargestRemainder,
  sumPence,
  type Pence,
  type Refusal,
} from '#kernel';

/** Every setting gets a share of the budget by its teaching staff, never below the floor nor above the cap. */
export interface ShareOfBudget {
  readonly budgetPence: Pence;
  readonly floorPence: Pence;
  /** Not below the floor. */
  readonly capPence: Pence;
}

export interface SettingToShare {
  readonly urn: string;
  /** Full-time equivalent teachers, an exact decimal such as `23.4`. */
  readonly fte: string;
}

/** What one setting gets: `amountPence` is `clampedPence` + `remainderPence`. */
export interface Share {
  readonly urn: string;
  /** FTE × rate before floor and cap, without the fraction of a penny; `LARGEST_PENCE` if it is more. */
  readonly unclampedPence: Pence;
  /** `unclampedPence`, not below the floor and not above the cap. */
  readonly clampedPence: Pence;
  /** One of the pennies that the fractions add up to: the largest fraction first, of equal ones the lower URN. */
  readonly remainderPence: 0 | 1;
  readonly amountPence: Pence;
}

/** Pence for a ten-thousandth of a full-time equivalent teacher, as an exact fraction. */
export interface Rate {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export interface SharedBudget {
  /** The lowest rate at which the amounts come to the total. */
  readonly rate: Rate;
  readonly totalPence: Pence;
  /** 0, unless every setting that has teachers is at the cap. */
  readonly leftPence: Pence;
  /** By URN. */
  readonly shares: readonly Share[];
}

interface Weighed {
  readonly urn: string;
  /** Ten-thousandths of a full-time equivalent teacher. */
  readonly weight: bigint;
}

const NAMED_AT_MOST = 10;

/**
 * Shares a budget out to the penny, in whole numbers, the same whatever the order of the settings. It is the
 * allotment with lower and upper bounds (water-filling): one rate for all, at which the amounts come to the budget.
 * The total Σ min(cap, max(floor, rate × FTE)) grows with the rate in straight pieces, which join where a setting
 * leaves the floor or reaches the cap; the pieces are walked upwards until one of them holds the budget.
 * @returns a refusal if the floor cannot be afforded for all
 * @throws RangeError a URN is there twice, or the cap is below the floor; @throws RefusalError `FTE.NOT_A_NUMBER`
 */
export function shareBudget(
  policy: ShareOfBudget,
  settings: readonly SettingToShare[],
): SharedBudget | Refusal {
  if (policy.capPence < policy.floorPence) throw new RangeError('the cap is below the floor');
  const weighed = inOrderOfUrn(settings);
  const { floorPence, budgetPence } = policy;
  if (BigInt(floorPence) * BigInt(weighed.length) > BigInt(budgetPence)) {
    return floorNotAfforded(policy, weighed);
  }
  const rate = rateThatSpends(policy, weighed);
  const clamped = weighed.map(({ weight }) => clampedAt(rate, weight, policy));
  const pennies = pennyWinners(policy, weighed, clamped);
  const shares = weighed.map(({ urn }, index): Share => {
    const { unclampedPence, clampedPence } = clamped[index]!;
    const remainderPence = pennies.has(urn) ? 1 : 0;
    return { urn, unclampedPence, clampedPence, remainderPence, amountPence: clampedPence + remainderPence };
  });
  const totalPence = sumPence(shares);
  return { rate, totalPence, leftPence: budgetPence - totalPence, shares };
}

/** URNs have five digits or six, and are ordered as the numbers they are. */
function inOrderOfUrn(settings: readonly SettingToShare[]): readonly Weighed[] {
  const weighed = settings
    .map(({ urn, fte }) => ({ urn, weight: fteInTenThousandths(fte) }))
    .sort((a, b) => a.urn.length - b.urn.length || (a.urn < b.urn ? -1 : 1));
  const twice = weighed.find(({ urn }, index) => urn === weighed[index + 1]?.urn);
  if (twice !== undefined) throw new RangeError(`setting ${twice.urn} is there twice`);
  return weighed;
}

function floorNotAfforded({ floorPence, budgetPence }: ShareOfBudget, weighed: readonly Weighed[]): Refusal {
  const urns = weighed.map(({ urn }) => urn);
  const needed = formatPence(floorPence * urns.length);
  return refusal(
    'ROUND.FLOOR_NOT_AFFORDED',
    'wrong-state',
    `the floor of ${formatPence(floorPence)} for each of ${urns.length} settings comes to ${needed}, and there is ${formatPence(budgetPence)} to share: ${named(urns)}`,
    { floorPence, budgetPence, urns },
  );
}

/** The first of a list of settings, and how many more there are. */
export function named(urns: readonly string[]): string {
  const more = urns.length - NAMED_AT_MOST;
  const first = urns.slice(0, NAMED_AT_MOST).join(', ');
  return more > 0 ? `${first} and ${more} more` : first;
}

/** Walks the pieces upwards. Heavier settings leave the floor earlier, and reach the cap earlier. */
function rateThatSpends(policy: ShareOfBudget, weighed: readonly Weighed[]): Rate {
  const [budget, floor, cap] = [policy.budgetPence, policy.floorPence, policy.capPence].map(BigInt) as [
    bigint,
    bigint,
    bigint,
  ];
  const weights = weighed.map(({ weight }) => weight).filter((weight) => weight > 0n);
  weights.sort((a, b) => (a === b ? 0 : a > b ? -1 : 1));
  let offFloor = 0;
  let atCap = 0;
  let between = 0n; // the weight of those that have left the floor and have not reached the cap
  let bounded = floor * BigInt(weighed.length); // the pence of all others
  let lowest: Rate = { numerator: 0n, denominator: 1n };
  for (;;) {
    const leaving = weights[offFloor];
    const reaching = atCap < offFloor ? weights[atCap] : undefined;
    if (leaving === undefined && reaching === undefined) return lowest;
    const leaves = leaving !== undefined && (reaching === undefined || floor * reaching <= cap * leaving);
    const end: Rate = leaves
      ? { numerator: floor, denominator: leaving }
      : { numerator: cap, denominator: reaching! };
    if ((budget - bounded) * end.denominator <= end.numerator * between) {
      return between === 0n ? lowest : { numerator: budget - bounded, denominator: between };
    }
    lowest = end;
    if (leaves) {
      offFloor += 1;
      between += leaving;
      bounded -= floor;
    } else {
      atCap += 1;
      between -= reaching!;
      bounded += cap;
    }
  }
}

type Clamped = Pick<Share, 'unclampedPence' | 'clampedPence'> & {
  /** Whether a fraction of a penny was cut off that floor and cap left standing. */
  readonly fraction: boolean;
};

/** What a number of teachers comes to at a round's rate, the fraction of a penny cut off, within floor and cap. */
export function dueAtRoundRate(
  fte: string,
  { numerator, denominator }: { readonly numerator: string; readonly denominator: string },
  bounds: Pick<ShareOfBudget, 'floorPence' | 'capPence'>,
): Pick<Share, 'unclampedPence' | 'clampedPence'> {
  const rate = { numerator: BigInt(numerator), denominator: BigInt(denominator) };
  const { unclampedPence, clampedPence } = clampedAt(rate, fteInTenThousandths(fte), bounds);
  return { unclampedPence, clampedPence };
}

function clampedAt(
  { numerator, denominator }: Rate,
  weight: bigint,
  { floorPence, capPence }: Pick<ShareOfBudget, 'floorPence' | 'capPence'>,
): Clamped {
  const exact = numerator * weight;
  const unclamped = exact / denominator;
  const unclampedPence = unclamped > BigInt(LARGEST_PENCE) ? LARGEST_PENCE : Number(unclamped);
  const clampedPence = Math.min(Math.max(unclampedPence, floorPence), capPence);
  const between = exact > BigInt(floorPence) * denominator && exact < BigInt(capPence) * denominator;
  return { unclampedPence, clampedPence, fraction: between && exact % denominator > 0n };
}

/** Who gets one of the pennies that are left when every fraction is cut off: only those that had a fraction. */
function pennyWinners(
  { budgetPence }: ShareOfBudget,
  weighed: readonly Weighed[],
  clamped: readonly Clamped[],
): ReadonlySet<string> {
  const cut = weighed.filter((_, index) => clamped[index]!.fraction);
  if (cut.length === 0) return new Set();
  const others = clamped.reduce((sum, { fraction, clampedPence }) => sum + (fraction ? 0 : clampedPence), 0);
  const whole = splitByLargestRemainder(
    budgetPence - others,
    cut.map(({ weight }) => weight),
  );
  const before = new Map(weighed.map(({ urn }, index) => [urn, clamped[index]!.clampedPence]));
  return new Set(cut.filter(({ urn }, index) => whole[index]! > before.get(urn)!).map(({ urn }) => urn));
}

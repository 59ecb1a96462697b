/** An amount of money in whole pence; a safe integer. */
export type Pence = number;

/** No single amount in a programme comes near this (ten billion pounds): a larger one is a slip of the keyboard. */
export const LARGEST_PENCE: Pence = 1_000_000_000_000;

export function isPence(value: unknown): value is Pence {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= LARGEST_PENCE;
}

const pounds = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'GBP' });

/** `123456` → `£1,234.56`. */
export function formatPence(pence: Pence): string {
  return pounds.format(pence / 100);
}

/** What all of them come to; nothing comes to 0. */
export function sumPence(all: readonly { readonly amountPence: Pence }[]): Pence {
  return all.reduce((sum, { amountPence }) => sum + amountPence, 0);
}

/**
 * Splits a total in proportion to whole-number weights by largest remainder (Hamilton's method): the parts add
 * up to the total exactly, and each differs from its exact share by less than a penny. Equal remainders go to
 * the earlier part.
 * @throws RangeError if a weight is negative or all are zero
 */
export function splitByLargestRemainder(total: Pence, weights: readonly bigint[]): Pence[] {
  if (total < 0) throw new RangeError('what is split must not be negative');
  const sum = weights.reduce((a, b) => a + b, 0n);
  if (sum <= 0n || weights.some((weight) => weight < 0n)) {
    throw new RangeError('weights must not be negative, and at least one must be positive');
  }
  const shares = weights.map((weight) => BigInt(total) * weight);
  const parts = shares.map((share) => share / sum);
  const left = Number(BigInt(total) - parts.reduce((a, b) => a + b, 0n));
  const byRemainder = shares
    .map((share, index) => ({ index, remainder: share % sum }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  for (const { index } of byRemainder.slice(0, left)) parts[index] = (parts[index] ?? 0n) + 1n;
  return parts.map(Number);
}

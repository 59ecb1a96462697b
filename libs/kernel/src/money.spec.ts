import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatPence, isPence, LARGEST_PENCE, splitByLargestRemainder, sumPence } from './money.js';

describe('pence', () => {
  it('are whole, not negative, and not absurd', () => {
    expect([0, 1, LARGEST_PENCE].every(isPence)).toBe(true);
    expect([-1, 0.5, LARGEST_PENCE + 1, NaN, Infinity, '1', null, undefined, 1n].some(isPence)).toBe(false);
  });

  it('are shown in pounds', () => {
    expect(formatPence(123456)).toBe('£1,234.56');
    expect(formatPence(-5)).toBe('-£0.05');
    expect(formatPence(LARGEST_PENCE)).toBe('£10,000,000,000.00');
  });

  it('are summed, and nothing comes to nothing', () => {
    expect(sumPence([{ amountPence: 401 }, { amountPence: 300 }, { amountPence: 0 }])).toBe(701);
    expect(sumPence([])).toBe(0);
  });
});

describe('splitting by largest remainder', () => {
  it('gives the penny left over to the largest remainder, and among equals to the earlier part', () => {
    expect(splitByLargestRemainder(100, [1n, 1n, 1n])).toEqual([34, 33, 33]);
    expect(splitByLargestRemainder(1001, [4000n, 3000n, 3000n])).toEqual([401, 300, 300]);
    expect(splitByLargestRemainder(10, [15n, 25n, 60n])).toEqual([2, 2, 6]);
  });

  it('refuses weights it cannot split by', () => {
    expect(() => splitByLargestRemainder(1, [])).toThrow(RangeError);
    expect(() => splitByLargestRemainder(1, [0n, 0n])).toThrow(RangeError);
    expect(() => splitByLargestRemainder(1, [2n, -1n])).toThrow(RangeError);
  });

  it('loses no penny, and is nowhere a whole penny from the exact share', () => {
    const weights = fc
      .array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 50 })
      .filter((all) => all.some((weight) => weight > 0n));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LARGEST_PENCE }), weights, (total, all) => {
        const parts = splitByLargestRemainder(total, all);
        const sum = all.reduce((a, b) => a + b, 0n);
        expect(parts.reduce((a, b) => a + b, 0)).toBe(total);
        parts.forEach((part, index) => {
          const distance = BigInt(part) * sum - BigInt(total) * all[index]!;
          expect(distance < sum && distance > -sum).toBe(true);
        });
      }),
    );
  });
});

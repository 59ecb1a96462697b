import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rateThatFits } from './rate.js';

const bounds = { budgetPence: 120_000_000, floorPence: 1_000_000, capPence: 5_000_000 };
const total = (ftes: readonly string[], rate: number): number =>
  ftes.reduce(
    (sum, fte) => sum + Math.min(Math.max(Math.round(Number(fte) * rate), 1_000_000), 5_000_000),
    0,
  );

describe('the rate of the demonstration', () => {
  it('is the highest in whole pounds that fits the budget', () => {
    const tenths = fc.integer({ min: 1, max: 1200 }).map((value) => (value / 10).toFixed(1));
    fc.assert(
      fc.property(fc.array(tenths, { minLength: 1, maxLength: 100 }), (ftes) => {
        const rate = rateThatFits(ftes, bounds);
        expect(rate % 100).toBe(0);
        expect(total(ftes, rate)).toBeLessThanOrEqual(bounds.budgetPence);
        // The next pound would not have fitted, unless every setting is at the cap already.
        const next = total(ftes, rate + 100);
        expect(next > bounds.budgetPence || rate >= bounds.capPence).toBe(true);
      }),
    );
  });

  it('is the lowest there is when not even the floor fits for all', () => {
    expect(
      rateThatFits(
        Array.from({ length: 200 }, () => '10.0'),
        bounds,
      ),
    ).toBe(100);
  });
});

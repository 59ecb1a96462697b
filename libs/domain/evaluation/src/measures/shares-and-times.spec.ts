import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hoursOf, shareOf } from './shares-and-times.js';

const HOUR = 3_600_000;

describe('a share', () => {
  it('keeps both whole numbers and rounds hundredths of a percent down', () => {
    expect(shareOf(2, 3)).toEqual({ numerator: 2, denominator: 3, basisPoints: 6666 });
    expect(shareOf(3, 3).basisPoints).toBe(10_000);
  });

  it('of nothing is no share at all', () => {
    expect(shareOf(0, 0)).toEqual({ numerator: 0, denominator: 0, basisPoints: null });
  });

  it('is exact for the largest amounts', () => {
    // As floating point, 999999999999 * 10000 is beyond what a double holds exactly.
    expect(shareOf(999_999_999_999, 1_000_000_000_000).basisPoints).toBe(9999);
  });
});

describe('times', () => {
  it('are none where no setting has been through', () => {
    expect(hoursOf([])).toBeNull();
  });

  it('are whole hours rounded down; the middle of an even number lies halfway', () => {
    expect(hoursOf([3 * HOUR - 1])).toEqual({ minimum: 2, median: 2, maximum: 2 });
    expect(hoursOf([9 * HOUR, HOUR, 2 * HOUR])).toEqual({ minimum: 1, median: 2, maximum: 9 });
    expect(hoursOf([9 * HOUR, HOUR])).toEqual({ minimum: 1, median: 5, maximum: 9 });
  });

  it('do not depend on the order, and lie in order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 90_000_000_000 }), { minLength: 1 }), (durations) => {
        const hours = hoursOf(durations);
        expect(hoursOf([...durations].reverse())).toEqual(hours);
        expect(hours!.minimum).toBeLessThanOrEqual(hours!.median);
        expect(hours!.median).toBeLessThanOrEqual(hours!.maximum);
      }),
    );
  });
});

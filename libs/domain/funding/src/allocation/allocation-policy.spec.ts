import { isRefusal, type Refusal } from '#kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { workOut, type RatePerFte, type TrancheTerms, type WorkedOut } from './allocation-policy.js';

const policy: RatePerFte = {
  kind: 'rate-per-fte',
  ...{ version: 1, ratePencePerFte: 65_000, floorPence: 1_000_000, capPence: 5_000_000 },
};
const schedule = [
  { number: 1, shareBasisPoints: 4000, conditions: ['agreement-accepted', 'plan-approved'] },
  { number: 2, shareBasisPoints: 3500, conditions: ['report-1-accepted'] },
  { number: 3, shareBasisPoints: 2500, conditions: ['report-2-accepted'] },
];

function done(result: WorkedOut | Refusal): WorkedOut {
  if (isRefusal(result)) throw new Error(result.message);
  return result;
}

describe('what a setting is offered', () => {
  it.each([
    ['23.4', 1_521_000, 1_521_000],
    ['0', 0, 1_000_000],
    ['10', 650_000, 1_000_000],
    ['15.3846', 999_999, 1_000_000],
    ['76.9231', 5_000_002, 5_000_000],
    ['1000', 65_000_000, 5_000_000],
  ])('for %s FTE is %d pence, within floor and cap %d', (fte, unclampedPence, amountPence) => {
    expect(done(workOut(fte, policy, schedule))).toMatchObject({ unclampedPence, amountPence });
  });

  it.each([
    ['0.0001', 4999, 0],
    ['0.0001', 5000, 1],
    ['0.5', 1, 1],
    ['0.4999', 1, 0],
    ['1.5', 3, 5],
  ])('rounds %s × %d half-up to %d', (fte, ratePencePerFte, expected) => {
    const open = { ...policy, ratePencePerFte, floorPence: 0, capPence: 1_000_000_000_000 };
    expect(done(workOut(fte, open, schedule)).unclampedPence).toBe(expected);
  });

  it('splits it into tranches that keep their number, share and conditions', () => {
    expect(done(workOut('23.4', policy, schedule)).tranches).toEqual([
      { ...schedule[0], amountPence: 608_400 },
      { ...schedule[1], amountPence: 532_350 },
      { ...schedule[2], amountPence: 380_250 },
    ]);
  });

  it('refuses what comes to more than any programme has, rather than lose precision', () => {
    const absurd = { ...policy, ratePencePerFte: 1_000_000_000_000 };
    expect(workOut('9999', absurd, schedule)).toMatchObject({ code: 'ALLOCATION.AMOUNT_ABSURD' });
  });

  it.each(['x', '', '-1', '1e3', '12,5', 'NaN'])('refuses %p as a number of teachers', (fte) => {
    expect(() => workOut(fte, policy, schedule)).toThrow();
  });
});

describe('whatever the figures', () => {
  const fte = fc
    .integer({ min: 0, max: 99_999_999 })
    .map((n) => [BigInt(n), `${Math.floor(n / 10_000)}.${String(n % 10_000).padStart(4, '0')}`] as const);
  const anyPolicy = fc
    .record({
      version: fc.constant(1),
      ratePencePerFte: fc.integer({ min: 0, max: 10_000_000 }),
      floorPence: fc.integer({ min: 0, max: 10_000_000 }),
      over: fc.integer({ min: 0, max: 10_000_000 }),
    })
    .map(({ over, ...rest }): RatePerFte => ({ ...policy, ...rest, capPence: rest.floorPence + over }));
  const anySchedule = fc
    .array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 6 })
    .map((shares): TrancheTerms[] =>
      shares.map((shareBasisPoints, index) => ({ number: index + 1, shareBasisPoints, conditions: [] })),
    );

  it('the amount is exact to the penny, within floor and cap, and the tranches add up to it', () => {
    fc.assert(
      fc.property(fte, anyPolicy, anySchedule, ([tenThousandths, text], terms, shares) => {
        const { unclampedPence, amountPence, tranches } = done(workOut(text, terms, shares));
        // |2 × (rounded − exact)| ≤ 1, in integers; a half is rounded up.
        const twice =
          2n * (BigInt(unclampedPence) * 10_000n - tenThousandths * BigInt(terms.ratePencePerFte));
        expect(twice > -10_000n && twice <= 10_000n).toBe(true);
        expect(amountPence).toBe(Math.max(terms.floorPence, Math.min(terms.capPence, unclampedPence)));
        expect(tranches.reduce((sum, tranche) => sum + tranche.amountPence, 0)).toBe(amountPence);
        const whole = shares.reduce((sum, share) => sum + share.shareBasisPoints, 0);
        for (const tranche of tranches) {
          const exact = (amountPence * tranche.shareBasisPoints) / whole;
          expect(Math.abs(tranche.amountPence - exact)).toBeLessThan(1.000001);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('more teachers never mean less money', () => {
    fc.assert(
      fc.property(fte, fte, anyPolicy, anySchedule, (one, other, terms, shares) => {
        const [fewer, more] = one[0] <= other[0] ? [one, other] : [other, one];
        const [less, more2] = [workOut(fewer[1], terms, shares), workOut(more[1], terms, shares)];
        expect(done(less).amountPence).toBeLessThanOrEqual(done(more2).amountPence);
      }),
    );
  });
});

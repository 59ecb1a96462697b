import { isRefusal } from '#kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  shareBudget,
  type SettingToShare,
  type SharedBudget,
  type ShareOfBudget,
} from './share-of-budget.js';

const POUND = 100;

function shared(policy: ShareOfBudget, settings: readonly SettingToShare[]): SharedBudget {
  const result = shareBudget(policy, settings);
  if (isRefusal(result)) throw new Error(result.message);
  return result;
}

const amounts = (result: SharedBudget) => result.shares.map(({ amountPence }) => amountPence);

describe('a budget shared by teaching staff', () => {
  const policy = { budgetPence: 120_000 * POUND, floorPence: 10_000 * POUND, capPence: 50_000 * POUND };

  it('gives each setting its share where no bound is met', () => {
    const { shares, leftPence } = shared({ ...policy, capPence: 60_000 * POUND }, [
      { urn: '100001', fte: '20' },
      { urn: '100002', fte: '40' },
      { urn: '100003', fte: '20.0' },
    ]);
    expect(leftPence).toBe(0);
    expect(shares.map(({ amountPence }) => amountPence / POUND)).toEqual([30_000, 60_000, 30_000]);
  });

  it.each([
    {
      what: 'what the floor takes is taken from the others',
      ftes: ['1', '20', '30'],
      pounds: [10_000, 44_000, 66_000],
      capPence: 200_000 * POUND,
    },
    {
      what: 'what the cap leaves goes to the others',
      ftes: ['10', '20', '200'],
      pounds: [23_333.33, 46_666.67, 50_000],
      capPence: 50_000 * POUND,
    },
    {
      what: 'both at once',
      ftes: ['0.1', '4', '300', '5'],
      pounds: [10_000, 26_666.67, 50_000, 33_333.33],
      capPence: 50_000 * POUND,
    },
    {
      what: 'a setting leaves the floor when all others are at the cap',
      ftes: ['0.5', '30', '300'],
      pounds: [20_000, 50_000, 50_000],
      capPence: 50_000 * POUND,
    },
    {
      what: 'no teachers at all get the floor',
      ftes: ['0', '30', '30'],
      pounds: [10_000, 50_000, 50_000],
      capPence: 50_000 * POUND,
      left: 10_000,
    },
  ])('$what', ({ ftes, pounds, capPence, left = 0 }) => {
    const result = shared(
      { ...policy, capPence },
      ftes.map((fte, index) => ({ urn: String(100_001 + index), fte })),
    );
    expect(amounts(result).map((pence) => pence / POUND)).toEqual(pounds);
    expect(result.leftPence).toBe(left * POUND);
  });

  it('gives the pennies that are left over to the largest fractions, of equal ones to the lower URN', () => {
    const thirds = { budgetPence: 1_000, floorPence: 0, capPence: 1_000 };
    const equal = ['100003', '20001', '100002'].map((urn) => ({ urn, fte: '7.5' }));
    expect(shared(thirds, equal).shares).toEqual([
      { urn: '20001', unclampedPence: 333, clampedPence: 333, remainderPence: 1, amountPence: 334 },
      { urn: '100002', unclampedPence: 333, clampedPence: 333, remainderPence: 0, amountPence: 333 },
      { urn: '100003', unclampedPence: 333, clampedPence: 333, remainderPence: 0, amountPence: 333 },
    ]);
    const unequal = [
      { urn: '100001', fte: '1' },
      { urn: '100002', fte: '1.5' },
    ];
    // 400.0 and 600.0 of 1,000; of 1,001: 400.4 and 600.6.
    expect(amounts(shared({ ...thirds, budgetPence: 1_001, capPence: 2_000 }, unequal))).toEqual([400, 601]);
  });

  it('has nothing to do without settings, and leaves the budget', () => {
    expect(shared(policy, [])).toEqual({
      rate: { numerator: 0n, denominator: 1n },
      totalPence: 0,
      leftPence: policy.budgetPence,
      shares: [],
    });
  });

  it('uses the whole of a budget that just affords the floor', () => {
    const settings = Array.from({ length: 12 }, (_, index) => ({
      urn: String(100_000 + index),
      fte: String(index),
    }));
    const result = shared(policy, settings);
    expect(new Set(amounts(result))).toEqual(new Set([10_000 * POUND]));
    expect(result).toMatchObject({ totalPence: policy.budgetPence, leftPence: 0 });
  });

  it('refuses a floor that cannot be afforded, naming the settings', () => {
    const settings = Array.from({ length: 13 }, (_, index) => ({ urn: String(100_000 + index), fte: '10' }));
    expect(shareBudget(policy, settings)).toMatchObject({
      code: 'ROUND.FLOOR_NOT_AFFORDED',
      message:
        'the floor of £10,000.00 for each of 13 settings comes to £130,000.00, and there is £120,000.00 to share: ' +
        '100000, 100001, 100002, 100003, 100004, 100005, 100006, 100007, 100008, 100009 and 3 more',
      details: { urns: settings.map(({ urn }) => urn) },
    });
  });

  it('never pays a penny over the cap, even where the rate of the last one lifts a heavier one just past it', () => {
    const result = shared({ budgetPence: 100, floorPence: 0, capPence: 7 }, [
      { urn: '100001', fte: '3' },
      { urn: '100002', fte: '3.1' },
    ]);
    expect(amounts(result)).toEqual([7, 7]);
    expect(result.leftPence).toBe(86);
  });

  it('is told of a mistake of its caller', () => {
    const one = { urn: '100001', fte: '1' };
    expect(() => shareBudget(policy, [one, one])).toThrow('setting 100001 is there twice');
    expect(() => shareBudget({ ...policy, capPence: 1 }, [one])).toThrow('the cap is below the floor');
    expect(() => shareBudget(policy, [{ urn: '100001', fte: 'x' }])).toThrow('fte');
  });
});

const fte = fc
  .integer({ min: 0, max: 3_000_000 })
  .map((tenThousandths) => (tenThousandths / 10_000).toFixed(4))
  .map((text) => text.replace(/^0+(?=\d)/, ''));
const settings = fc.uniqueArray(
  fc.record({
    urn: fc.integer({ min: 10_000, max: 999_999 }).map(String),
    fte: fc.oneof(fte, fc.constant('23.4')),
  }),
  { selector: ({ urn }) => urn, minLength: 1, maxLength: 60 },
);
const bounds = fc
  .tuple(fc.nat(1_000_000), fc.nat(4_000_000))
  .map(([floorPence, more]) => ({ floorPence, capPence: floorPence + more }));
/** Budgets from what just affords the floors to more than all caps; penny by penny where they are small. */
const shareable = fc
  .tuple(settings, bounds, fc.double({ min: 0, max: 1.1, noNaN: true }))
  .map(([list, { floorPence, capPence }, part]) => ({
    list,
    policy: {
      floorPence,
      capPence,
      budgetPence: floorPence * list.length + Math.floor((capPence - floorPence) * list.length * part),
    },
  }));

/** Settings that lie so near each other, of so small a budget, that a penny given to the wrong one shows. */
const pennyApart = fc
  .record({
    list: fc.uniqueArray(
      fc.record({
        urn: fc.integer({ min: 10_000, max: 999_999 }).map(String),
        fte: fc.integer({ min: 1, max: 40 }).map((tenths) => (tenths / 10).toFixed(1)),
      }),
      { selector: ({ urn }) => urn, minLength: 2, maxLength: 12 },
    ),
    floorPence: fc.nat(4),
    more: fc.integer({ min: 1, max: 12 }),
    pence: fc.nat(60),
  })
  .map(({ list, floorPence, more, pence }) => ({
    list,
    policy: {
      floorPence,
      capPence: floorPence + more,
      budgetPence: floorPence * list.length + pence,
    },
  }));

const weightOf = ({ fte: text }: SettingToShare) => BigInt(Math.round(Number(text) * 10_000));

describe('any budget shared among any settings', () => {
  it('is used to the penny, within floor and cap; what is left is left because all are at the cap', () => {
    fc.assert(
      fc.property(fc.oneof(shareable, pennyApart), ({ list, policy }) => {
        const { shares, totalPence, leftPence } = shared(policy, list);
        const sum = shares.reduce((total, { amountPence }) => total + amountPence, 0);
        expect([sum, totalPence + leftPence]).toEqual([totalPence, policy.budgetPence]);
        for (const { amountPence } of shares) {
          expect(amountPence).toBeGreaterThanOrEqual(policy.floorPence);
          expect(amountPence).toBeLessThanOrEqual(policy.capPence);
        }
        const withTeachers = new Set(list.filter((one) => weightOf(one) > 0n).map(({ urn }) => urn));
        const atCap = shares.every(
          ({ urn, amountPence }) => amountPence === policy.capPence || !withTeachers.has(urn),
        );
        expect(leftPence === 0 || atCap).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('is shared at one rate: each amount is rate × FTE within floor and cap, to the penny', () => {
    fc.assert(
      fc.property(fc.oneof(shareable, pennyApart), ({ list, policy }) => {
        const { shares, rate } = shared(policy, list);
        const byUrn = new Map(list.map((one) => [one.urn, one]));
        for (const { urn, amountPence } of shares) {
          const exact = rate.numerator * weightOf(byUrn.get(urn)!);
          const [floor, cap] = [policy.floorPence, policy.capPence].map(
            (pence) => BigInt(pence) * rate.denominator,
          ) as [bigint, bigint];
          const due = exact < floor ? floor : exact > cap ? cap : exact;
          const off = BigInt(amountPence) * rate.denominator - due;
          expect((off < 0n ? -off : off) < rate.denominator).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('comes out the same in whatever order the settings come', () => {
    fc.assert(
      fc.property(
        shareable.chain((one) =>
          fc.record({
            one: fc.constant(one),
            list: fc.shuffledSubarray(one.list, { minLength: one.list.length }),
          }),
        ),
        ({ one, list }) => {
          expect(shared(one.policy, list)).toEqual(shared(one.policy, one.list));
        },
      ),
    );
  });

  it.each([
    ['of any size', shareable],
    ['where every penny counts', pennyApart],
  ])('never gives more teachers less, and equal numbers the same within a penny, %s', (_, any) => {
    fc.assert(
      fc.property(any, ({ list, policy }) => {
        const { shares } = shared(policy, list);
        const amountOf = new Map(shares.map(({ urn, amountPence }) => [urn, amountPence]));
        const byWeight = list.toSorted((a, b) => (weightOf(a) < weightOf(b) ? -1 : 1));
        for (const [index, heavier] of byWeight.entries()) {
          const lighter = byWeight[index - 1];
          if (lighter === undefined) continue;
          const more = amountOf.get(heavier.urn)! - amountOf.get(lighter.urn)!;
          if (weightOf(heavier) === weightOf(lighter)) expect(Math.abs(more)).toBeLessThanOrEqual(1);
          else expect(more).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 500 },
    );
  });
});

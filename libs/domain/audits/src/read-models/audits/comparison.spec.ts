import { describe, expect, it } from '@jest/globals';
import { compared } from './comparison.js';

const id = { programmeId: 'ipswich', urn: '124570' };
const rating = (feature: string, group: string | null, value: number) => ({
  ...{ feature, group, rating: value, evidence: 'Seen' },
});

describe('two cycles of an audit', () => {
  const last = {
    ...{ ...id, cycle: 1 },
    ratings: [rating('range-of-careers', null, 3), rating('range-of-careers', 'governors', 1)],
  };
  const now = {
    ...{ ...id, cycle: 2 },
    ratings: [rating('linked-to-outcomes', null, 4), rating('range-of-careers', null, 2)],
  };

  it('are compared by feature and group, also where only one of them has a rating', () => {
    expect(compared(now, last)).toEqual({
      ...{ ...id, cycle: 2, lastCycle: 1 },
      ratings: [
        { feature: 'linked-to-outcomes', group: null, last: null, now: 4, change: null },
        { feature: 'range-of-careers', group: null, last: 3, now: 2, change: -1 },
        { feature: 'range-of-careers', group: 'governors', last: 1, now: null, change: null },
      ],
    });
  });

  it('of which there is but the first, show what it rated', () => {
    const { lastCycle, ratings } = compared(last, undefined);
    expect(lastCycle).toBeNull();
    expect(ratings.map(({ last: before, now: after }) => [before, after])).toEqual([
      [null, 3],
      [null, 1],
    ]);
  });
});

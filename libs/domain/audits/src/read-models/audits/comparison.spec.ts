import { describe, expect, it } from '@jest/globals';
import { compared } from './comparison.js';

const id = { programmeId: 'ipswich', urn: '124570' };
const rating = (feature: string, group: string | null, value: number) => ({
  ...{ feature, group, rating: value, evidence: 'Seen' },
});

const instrument = (version: number, ...slugs: readonly string[]) => ({
  version,
  features: slugs.map((slug) => ({ slug, label: `The ${slug}` })),
  groups: [{ slug: 'governors', label: 'Governors' }],
});

describe('two cycles of an audit', () => {
  const need = (needId: string, priority: 'high' | 'low', statement = needId) => ({
    ...{ needId, group: 'governors', priority, statement, standard: null },
  });
  const last = {
    ...{ academicYear: '2024/25', completedAt: '2024-11-01T09:00:00.000Z' },
    needs: [need('phonics', 'high'), need('lead', 'low')],
    ...{ ...id, cycle: 1, instrument: instrument(1, 'range-of-careers') },
    groups: ['governors'],
    ratings: [rating('range-of-careers', null, 3), rating('range-of-careers', 'governors', 1)],
  };
  const now = {
    ...{ academicYear: '2025/26', completedAt: '2025-11-01T09:00:00.000Z' },
    needs: [need('phonics', 'low', 'phonics for all'), need('research', 'high')],
    ...{ ...id, cycle: 2, instrument: instrument(2, 'range-of-careers', 'linked-to-outcomes') },
    groups: ['senior-leaders'],
    ratings: [rating('linked-to-outcomes', null, 4), rating('range-of-careers', null, 2)],
  };

  it('are compared by feature and group, also where only one of them has a rating', () => {
    expect(compared(now, last)).toEqual({
      needs: expect.any(Array),
      ...{ academicYear: '2025/26', lastAcademicYear: '2024/25', completed: true },
      ...{ ...id, cycle: 2, lastCycle: 1, instrumentVersion: 2, lastInstrumentVersion: 1 },
      ratings: [
        {
          ...{
            feature: 'linked-to-outcomes',
            label: 'The linked-to-outcomes',
            group: null,
            groupLabel: null,
          },
          ...{ last: null, now: 4, change: null, askedLast: false, askedNow: true },
        },
        {
          ...{ feature: 'range-of-careers', label: 'The range-of-careers', group: null, groupLabel: null },
          ...{ last: 3, now: 2, change: -1, askedLast: true, askedNow: true },
        },
        {
          ...{
            feature: 'range-of-careers',
            label: 'The range-of-careers',
            group: 'governors',
            groupLabel: 'Governors',
          },
          // Whom the setting has no more, nobody could rate.
          ...{ last: 1, now: null, change: null, askedLast: true, askedNow: false },
        },
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

  it('tell of each need whether it is met, new or persisting', () => {
    const governors = { group: 'governors', groupLabel: 'Governors' };
    expect(compared(now, last).needs).toEqual([
      {
        ...{ needId: 'lead', outcome: 'met', statement: 'lead', ...governors },
        ...{ lastPriority: 'low', priority: null },
      },
      {
        ...{ needId: 'research', outcome: 'new', statement: 'research', ...governors },
        ...{ lastPriority: null, priority: 'high' },
      },
      {
        ...{ needId: 'phonics', outcome: 'persisting', statement: 'phonics for all', ...governors },
        ...{ lastPriority: 'high', priority: 'low' },
      },
    ]);
    expect(compared(last, undefined).needs.map(({ outcome }) => outcome)).toEqual(['new', 'new']);
  });

  it('say nothing of needs before the newer one is completed: nobody knows which are met', () => {
    const begun = { ...now, completedAt: null, groups: null, ratings: [], needs: [] };
    expect(compared(begun, last)).toMatchObject({ completed: false, needs: [] });
  });
});

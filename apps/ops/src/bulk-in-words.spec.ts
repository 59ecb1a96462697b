import type { BulkAnswer } from '#domain/bulk';
import { instant } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { bulkInWords } from './bulk-in-words.js';

const dryRun: BulkAnswer = {
  ...{ token: 'TOKEN', action: 'approve', programmeId: 'ipswich', expiresAt: instant('2024-03-02') },
  ...{ rows: 2, lookedAtAgain: 0, carriedOut: 0, toCarryOut: 0, status: 'dry run', refusal: null },
  ...{ counts: { done: 1, nothingToDo: 0, refused: 1 }, notLookedAt: [], told: [] },
};

it('what was broken off says what is done, what is to be carried out, and how that goes on', () => {
  const counts = { done: 25, nothingToDo: 0, refused: 0 };
  const under = {
    ...dryRun,
    status: 'under way',
    rows: 600,
    carriedOut: 25,
    toCarryOut: 575,
    counts,
  } as const;
  const said = bulkInWords(under, {});
  expect(said).toContain('600 rows: 25 done, 0 with nothing to do, 0 refused, 575 to be carried out.');
  expect(said).toMatch(/goes on when a server runs, or when it is confirmed again:\n.*--confirm TOKEN/);
  expect(said).not.toContain('by itself');
  expect(bulkInWords(dryRun, {})).toContain('1 would be done');
});

describe('what a dry run of many says to do next', () => {
  it('is to confirm it as whoever asked', () => {
    expect(bulkInWords(dryRun, {})).toMatch(/bulk approve ipswich --confirm TOKEN$/);
    expect(bulkInWords(dryRun, { as: 'ada', role: 'approver' })).toMatch(
      /--confirm TOKEN --as ada --role approver$/,
    );
    expect(bulkInWords(dryRun, { as: 'ada', data: 'our data' })).toMatch(
      /--confirm TOKEN --data 'our data' --as ada$/,
    );
    const running = { ...dryRun, status: 'under way' } as const;
    expect(bulkInWords(running, { data: '../office' })).toMatch(
      /bulk show ipswich TOKEN --data \.\.\/office$/,
    );
    const stopped = { ...dryRun, status: 'stopped', carriedOut: 1 } as const;
    expect(bulkInWords(stopped, { as: 'ada' })).toMatch(/To go on with it:.*\n.*--confirm TOKEN --as ada$/);
  });

  it('is nothing where every row is refused', () => {
    const none = { ...dryRun, counts: { done: 0, nothingToDo: 0, refused: 2 } };
    expect(bulkInWords(none, { as: 'ada' })).not.toContain('--confirm');
  });
});

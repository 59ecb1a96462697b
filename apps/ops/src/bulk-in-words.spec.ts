import type { BulkAnswer } from '#domain/bulk';
import { instant } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { bulkInWords } from './bulk-in-words.js';

const dryRun: BulkAnswer = {
  ...{ token: 'TOKEN', action: 'approve', programmeId: 'ipswich', expiresAt: instant('2024-03-02') },
  ...{ rows: 2, lookedAtAgain: 0, carriedOut: 0, status: 'dry run', refusal: null },
  ...{ counts: { done: 1, nothingToDo: 0, refused: 1 }, notLookedAt: [], told: [] },
};

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

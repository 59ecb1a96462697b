import { instant } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { answerOf } from './bulk-answer.js';
import type { KeptBulk, KeptRow, KeptRun } from './kept-bulk.js';

const bulk = { action: 'enrol', programmeId: 'many', parts: 1, notLookedAt: [] } as unknown as KeptBulk;
const outcome = { outcome: 'done', code: null, field: null, message: null };
const rowsOf = (done: number): readonly KeptRow[] =>
  [1, 2, 3].map(
    (row) =>
      ({ row: { row, urn: '1' }, said: outcome, result: row <= done ? outcome : null }) as unknown as KeptRow,
  );
const run = { at: instant('2024-03-01'), checked: 1, slice: 0, refusal: null } as unknown as KeptRun;

describe('how far many settings at once are', () => {
  it('counts what would be in a dry run, and since it was confirmed what was carried out only', () => {
    const dry = answerOf('TOKEN', { bulk, rows: rowsOf(0) });
    expect(dry).toMatchObject({ status: 'dry run', toCarryOut: 0, counts: { done: 3 } });
    const confirmed = answerOf('TOKEN', { bulk, rows: rowsOf(0), run });
    expect(confirmed).toMatchObject({ status: 'confirmed', toCarryOut: 3, counts: { done: 0 } });
    const broken = answerOf('TOKEN', { bulk, rows: rowsOf(1), run });
    expect(broken).toMatchObject({ status: 'under way', toCarryOut: 2, counts: { done: 1 } });
    const finished = answerOf('TOKEN', { bulk, rows: rowsOf(3), run });
    expect(finished).toMatchObject({ status: 'finished', toCarryOut: 0, counts: { done: 3 } });
  });
});

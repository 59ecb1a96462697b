import { parseInstant, type Instant } from '#kernel';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordSweeper } from './record-sweeper.js';
import type { Records } from './records.js';
import { openSqliteRecords } from './sqlite/sqlite-records.js';

const NOON = parseInstant('2024-03-01T12:00:00Z');
const LATER = parseInstant('2024-03-01T12:00:01Z');

describe('the sweeper of records', () => {
  let folder: string;
  let records: Records;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tranche-sweeper-'));
    records = await openSqliteRecords({ path: join(folder, 'records.sqlite') });
    const put = (id: string, expiresAt: Instant | 'never') =>
      records.put({ kind: 'k', id }, { value: 1, expected: 'none', expiresAt }, NOON);
    await put('short', LATER);
    await put('long', 'never');
  });
  afterEach(async () => {
    await records.close();
    rmSync(folder, { recursive: true });
  });

  it('deletes what has expired by its clock, again and again, also after a sweep that failed, until told to stop', async () => {
    const stop = new AbortController();
    const swept: (number | string)[] = [];
    const sweeping = {
      sweep: async (now: Instant): Promise<number> => {
        const turn = swept.length;
        if (turn === 1) throw new Error('the engine is away');
        const count = await records.sweep(now);
        swept.push(count);
        if (turn === 3) stop.abort();
        return count;
      },
    };
    const warn = (message: string): void => void swept.push(message);
    let now = NOON;
    const clock = { now: () => (swept.length >= 2 ? (now = LATER) : now) };
    await new RecordSweeper(sweeping, clock, { every: 1, warn }).run(stop.signal);
    expect(swept).toEqual([0, expect.stringContaining('the engine is away'), 1, 0]);
    expect(await records.get({ kind: 'k', id: 'short' }, NOON)).toBeUndefined();
    expect((await records.get({ kind: 'k', id: 'long' }, LATER))?.value).toBe(1);
  });
});

import { parseInstant, type Json } from '#kernel';
import { openSqliteRecords, type Records } from '#platform/records';
import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const folder = mkdtempSync(join(tmpdir(), 'tranche-records-files-'));
afterAll(() => rmSync(folder, { recursive: true }));
const NOW = parseInstant('2024-03-01T12:00:00Z');

const put = (store: Records, id: string, value: Json): Promise<string | undefined> =>
  store.put({ kind: 'k', id }, { value, expected: 'none', expiresAt: 'never' }, NOW);

async function filled(path: string, records: number): Promise<void> {
  const store = await openSqliteRecords({ path });
  await Promise.all(Array.from({ length: records }, (_, at) => put(store, `r${at}`, 'x'.repeat(500))));
  await store.close();
}

describe('a records file', () => {
  it('that is none of ours is refused, and left as it was', async () => {
    const text = join(folder, 'text.sqlite');
    writeFileSync(text, 'URN,EstablishmentName\n'.repeat(100));
    const foreign = join(folder, 'foreign.sqlite');
    const database = new DatabaseSync(foreign);
    database.exec('CREATE TABLE records (kind TEXT, id TEXT)');
    database.close();
    for (const path of [text, foreign]) {
      const before = readFileSync(path);
      await expect(openSqliteRecords({ path })).rejects.toMatchObject({ code: 'STORE.FOREIGN_FILE' });
      expect(readFileSync(path).equals(before)).toBe(true);
    }
  });

  it('that was cut short is refused', async () => {
    const path = join(folder, 'short.sqlite');
    await filled(path, 500);
    truncateSync(path, statSync(path).size - 10_000);
    await expect(openSqliteRecords({ path })).rejects.toMatchObject({ code: 'STORE.FOREIGN_FILE' });
  });

  it('that is full says so to the write that does not fit, and takes what was asked for with it', async () => {
    const path = join(folder, 'full.sqlite');
    await filled(path, 100);
    const store = await openSqliteRecords({ path, maxPages: Math.ceil(statSync(path).size / 4096) });
    const known = (await store.get({ kind: 'k', id: 'r1' }, NOW))!;
    const change = { value: 'y', expected: known.version, expiresAt: 'never' } as const;
    const together = await Promise.allSettled([
      put(store, 'large', 'x'.repeat(60_000)),
      store.put({ kind: 'k', id: 'r1' }, change, NOW),
    ]);
    expect(together).toMatchObject([
      { status: 'rejected', reason: { code: 'STORE.FULL' } },
      { status: 'fulfilled', value: expect.any(String) },
    ]);
    expect(await store.get({ kind: 'k', id: 'large' }, NOW)).toBeUndefined();
    expect((await store.get({ kind: 'k', id: 'r1' }, NOW))?.value).toBe('y');
    await store.close();
    const roomy = await openSqliteRecords({ path });
    expect(await put(roomy, 'large', 'x'.repeat(60_000))).toBeDefined();
    await roomy.close();
  });

  it('that another process is writing is waited for, then refused as busy; reading goes on', async () => {
    const path = join(folder, 'busy.sqlite');
    await filled(path, 3);
    const store = await openSqliteRecords({ path, busyMilliseconds: 50 });
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    await expect(put(store, 'mine', 1)).rejects.toMatchObject({ code: 'STORE.BUSY' });
    expect((await store.get({ kind: 'k', id: 'r0' }, NOW))?.value).toHaveLength(500);
    other.exec('COMMIT');
    other.close();
    expect(await put(store, 'mine', 1)).toBeDefined();
    await store.close();
  });

  it('that is closed has written what was asked for before', async () => {
    const path = join(folder, 'closed.sqlite');
    const store = await openSqliteRecords({ path });
    const asked = put(store, 'last', 1);
    await store.close();
    await store.close();
    const version = await asked;
    await expect(put(store, 'late', 1)).rejects.toMatchObject({ code: 'STORE.CLOSED' });
    const again = await openSqliteRecords({ path });
    expect((await again.get({ kind: 'k', id: 'last' }, NOW))?.version).toBe(version);
    await again.close();
  });
});

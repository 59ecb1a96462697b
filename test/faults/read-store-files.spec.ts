import { openSqliteReadStore, type CollectionSpec } from '#platform/read-store';
import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const folder = mkdtempSync(join(tmpdir(), 'tranche-read-store-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Item = Readonly<{ id: string; text: string }>;
const spec: CollectionSpec<Item> = { name: 'items', version: 1, indexes: {} };

async function filled(path: string, documents: number): Promise<void> {
  const store = await openSqliteReadStore({ path });
  const lease = (await store.acquireLease('test', 'test', 10_000))!;
  const build = await store.liveBuild(spec, 'source');
  const writes = Array.from({ length: documents }, (_, at) => {
    const id = `i${at}`;
    return { id, document: { id, text: 'x'.repeat(500) }, position: BigInt(at + 1) };
  });
  await store.write(build, lease, writes, BigInt(documents));
  await store.close();
}

describe('a read-models file', () => {
  it('that is none of ours is refused, and left as it was', async () => {
    const text = join(folder, 'text.sqlite');
    writeFileSync(text, 'URN,EstablishmentName\n'.repeat(100));
    const foreign = join(folder, 'foreign.sqlite');
    const database = new DatabaseSync(foreign);
    database.exec('CREATE TABLE builds (build INTEGER)');
    database.close();
    for (const path of [text, foreign]) {
      const before = readFileSync(path);
      await expect(openSqliteReadStore({ path })).rejects.toMatchObject({ code: 'STORE.FOREIGN_FILE' });
      expect(readFileSync(path).equals(before)).toBe(true);
    }
  });

  it('that was cut short is refused', async () => {
    const path = join(folder, 'short.sqlite');
    await filled(path, 500);
    truncateSync(path, statSync(path).size - 10_000);
    await expect(openSqliteReadStore({ path })).rejects.toMatchObject({ code: 'STORE.FOREIGN_FILE' });
  });

  it('that is full says so, and keeps what it has', async () => {
    const path = join(folder, 'full.sqlite');
    await filled(path, 100);
    const pages = Math.ceil(statSync(path).size / 4096);
    const store = await openSqliteReadStore({ path, maxPages: pages });
    const lease = (await store.acquireLease('test', 'again', 10_000)) ?? {
      name: 'test',
      holder: 'test',
      fence: 1n,
    };
    const build = await store.liveBuild(spec, 'source');
    const large = { id: 'large', document: { id: 'large', text: 'x'.repeat(100_000) }, position: 500n };
    await expect(store.write(build, lease, [large], 500n)).rejects.toMatchObject({ code: 'STORE.FULL' });
    expect(await store.checkpoint(build)).toBe(100n);
    expect((await store.collection(spec).find({ limit: 1000 })).documents).toHaveLength(100);
    await store.close();
    const roomy = await openSqliteReadStore({ path });
    await roomy.write(build, lease, [large], 500n);
    expect(await roomy.collection(spec).get('large')).toEqual(large.document);
    await roomy.close();
  });

  it('that was closed says so', async () => {
    const store = await openSqliteReadStore({ path: join(folder, 'closed.sqlite') });
    await store.close();
    await store.close();
    await expect(store.collection(spec).get('x')).rejects.toMatchObject({ code: 'STORE.CLOSED' });
  });

  it('that another process is writing is waited for, then refused as busy; reading goes on', async () => {
    const path = join(folder, 'busy.sqlite');
    await filled(path, 3);
    const store = await openSqliteReadStore({ path, busyMilliseconds: 50 });
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    await expect(store.acquireLease('another', 'me', 1000)).rejects.toMatchObject({ code: 'STORE.BUSY' });
    expect((await store.collection(spec).find({})).documents).toHaveLength(3);
    other.exec('COMMIT');
    other.close();
    expect(await store.acquireLease('another', 'me', 1000)).toBeDefined();
    await store.close();
  });
});

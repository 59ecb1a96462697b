import { RefusalError, type Refusal } from '#kernel';
import { openSqliteEventStore } from '#platform/event-store';
import { openSqliteJobStore } from '#platform/jobs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { temporaryFolder } from './event-store.harness.js';

function fingerprints(folder: string): Record<string, string> {
  const hash = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
  return Object.fromEntries(readdirSync(folder).map((name) => [name, hash(name)]));
}

async function refusalOf(path: string, kind?: 'live' | 'demo'): Promise<Refusal> {
  try {
    const store = await openSqliteEventStore({ path, ...(kind === undefined ? {} : { kind }) });
    await store.close();
  } catch (error) {
    if (error instanceof RefusalError) return error.refusal;
    throw error;
  }
  throw new Error(`${path} was opened`);
}

/** A good store with some events, closed. */
async function storeAt(path: string, kind?: 'live' | 'demo'): Promise<void> {
  const store = await openSqliteEventStore({ path, ...(kind === undefined ? {} : { kind }) });
  for (let n = 0; n < 50; n += 1) {
    const event = { id: randomUUID(), type: 'Happened', data: { text: 'x'.repeat(1000) }, metadata: {} };
    await store.append(`some-${n}`, 'no-stream', [event]);
  }
  await store.close();
}

function sqliteAt(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

const plants: Record<string, [plant: (path: string) => unknown, says: RegExp]> = {
  'a text file': [
    (path) => writeFileSync(path, 'URN,EstablishmentName\n'.repeat(100)),
    /not a SQLite database/,
  ],
  'a file of a few bytes': [(path) => writeFileSync(path, 'SQLite'), /not a SQLite database/],
  'a header and nothing else': [
    (path) => writeFileSync(path, Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(84)])),
    /another program/,
  ],
  'another program’s database': [
    (path) =>
      sqliteAt(
        path,
        'CREATE TABLE events (position INTEGER); PRAGMA user_version = 1; INSERT INTO events VALUES (1)',
      ),
    /another program/,
  ],
  'another program’s database in WAL mode': [
    (path) => sqliteAt(path, 'PRAGMA journal_mode = WAL; PRAGMA application_id = 77; CREATE TABLE t (x)'),
    /another program/,
  ],
  'the jobs file': [
    async (path) => (await openSqliteJobStore({ path })).close(),
    /another program, or is another of this one’s files/,
  ],
  'a store from a newer program': [
    async (path) => {
      await storeAt(path);
      sqliteAt(path, 'PRAGMA user_version = 99');
    },
    /newer program \(version 99/,
  ],
  'a truncated store': [
    async (path) => {
      await storeAt(path);
      truncateSync(path, 5 * 4096);
    },
    /truncated: 20480 bytes/,
  ],
  'a store cut in the middle of a page': [
    async (path) => {
      await storeAt(path);
      truncateSync(path, 3 * 4096 + 17);
    },
    /truncated: 12305 bytes/,
  ],
};

describe('a file that is not a good store of ours', () => {
  it.each(Object.entries(plants))('%s is refused and not changed', async (_, [plant, says]) => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'events.sqlite');
    await plant(path);
    const before = fingerprints(folder.path);
    const refusal = await refusalOf(path);
    expect(refusal).toMatchObject({ code: 'STORE.FOREIGN_FILE', kind: 'unavailable', details: { path } });
    expect(refusal.message).toMatch(says);
    expect(fingerprints(folder.path)).toEqual(before);
  });

  it('a folder is refused', async () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, 'events.sqlite'));
    expect((await refusalOf(join(folder.path, 'events.sqlite'))).code).toBe('STORE.FOREIGN_FILE');
  });

  it('a rotten page is told when it is read', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'events.sqlite');
    await storeAt(path);
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 2 * 4096);
    writeFileSync(path, bytes);
    const read = async (): Promise<void> => {
      const store = await openSqliteEventStore({ path });
      try {
        for await (const _page of store.readAll());
      } finally {
        await store.close();
      }
    };
    await expect(read()).rejects.toMatchObject({ refusal: { code: 'STORE.DAMAGED' } });
  });
});

describe('live and demo stores', () => {
  const folder = temporaryFolder();
  const [live, demo] = [join(folder.path, 'live.sqlite'), join(folder.path, 'demo.sqlite')];
  beforeAll(async () => {
    await storeAt(live);
    await storeAt(demo, 'demo');
  });

  it('are what they were made as', async () => {
    for (const [path, kind] of [
      [live, 'live'],
      [demo, 'demo'],
    ] as const) {
      for (const store of [
        await openSqliteEventStore({ path }),
        await openSqliteEventStore({ path, kind }),
      ]) {
        expect(store.identity.kind).toBe(kind);
        await store.close();
      }
    }
  });

  it('are never taken for each other, and stay as they are', async () => {
    const before = fingerprints(folder.path);
    for (const [path, kind] of [
      [live, 'demo'],
      [demo, 'live'],
    ] as const) {
      const refusal = await refusalOf(path, kind);
      expect(refusal).toMatchObject({ code: 'STORE.WRONG_KIND', details: { path, wanted: kind } });
    }
    expect(fingerprints(folder.path)).toEqual(before);
  });
});

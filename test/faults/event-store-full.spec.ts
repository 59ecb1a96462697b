import { isRefusal, RefusalError } from '#kernel';
import { openSqliteEventStore, type NewEvent, type SqliteEventStore } from '#platform/event-store';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { contentsOf, temporaryFolder } from './event-store.harness.js';

const PAGES = 60;

function event(bytes: number): NewEvent {
  return { id: randomUUID(), type: 'Large', data: { text: 'x'.repeat(bytes) }, metadata: {} };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'written',
    (error: unknown) =>
      error instanceof RefusalError && isRefusal(error.refusal) ? error.code : String(error),
  );
}

/** Appends until the store says that it is full; the ids of what it took. */
async function fill(store: SqliteEventStore, bytes: number): Promise<string[]> {
  const taken: string[] = [];
  for (let n = 0; n < 1000; n += 1) {
    const one = event(bytes);
    const code = await codeOf(store.append(`fill-${randomUUID()}`, 'no-stream', [one]));
    if (code === 'STORE.FULL') return taken;
    expect(code).toBe('written');
    taken.push(one.id);
  }
  throw new Error('it never was full');
}

describe('a full disk', () => {
  it('is refused clearly; what was there can be read; nothing is half written; with room again it goes on', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'events.sqlite');
    const small = await openSqliteEventStore({ path, maxPages: PAGES });
    const taken = await fill(small, 8000);
    expect(taken.length).toBeGreaterThan(5);
    const batch = [event(10), event(60_000), event(10)];
    expect(await codeOf(small.append('batch-1', 'no-stream', batch))).toBe('STORE.FULL');
    expect((await contentsOf(small)).map((one) => one.id)).toEqual(taken);
    await small.close();

    const larger = await openSqliteEventStore({ path, maxPages: PAGES * 10 });
    expect((await contentsOf(larger)).map((one) => one.id)).toEqual(taken);
    expect((await larger.append('batch-1', 'no-stream', batch)).revision).toBe(2n);
    await larger.close();
  });

  it('fails only the append that has no room, not those that came with it', async () => {
    using folder = temporaryFolder();
    const store = await openSqliteEventStore({ path: join(folder.path, 'events.sqlite'), maxPages: PAGES });
    await store.append('seed-1', 'no-stream', [event(100)]);
    const sizes = [100, 900_000, 100, 100, 900_000, 100];
    const codes = await Promise.all(
      sizes.map((bytes, n) => codeOf(store.append(`group-${n}`, 'no-stream', [event(bytes)]))),
    );
    expect(codes).toEqual(sizes.map((bytes) => (bytes > 1000 ? 'STORE.FULL' : 'written')));
    expect((await contentsOf(store)).map((one) => one.stream)).toEqual([
      'seed-1',
      'group-0',
      'group-2',
      'group-3',
      'group-5',
    ]);
    await store.close();
  });

  it('fails everybody when there is room for nobody, and each is told', async () => {
    using folder = temporaryFolder();
    const store = await openSqliteEventStore({ path: join(folder.path, 'events.sqlite'), maxPages: PAGES });
    const taken = (await fill(store, 5000)).length + (await fill(store, 10)).length;
    const codes = await Promise.all(
      Array.from({ length: 16 }, (_, n) => codeOf(store.append(`late-${n}`, 'no-stream', [event(5000)]))),
    );
    expect(new Set(codes)).toEqual(new Set(['STORE.FULL']));
    expect(await contentsOf(store)).toHaveLength(taken);
    await store.close();
  });

  it('is refused when there is not even room to begin', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'events.sqlite');
    expect(await codeOf(openSqliteEventStore({ path, maxPages: 2 }))).toBe('STORE.FULL');
    const store = await openSqliteEventStore({ path });
    await store.append('after-1', 'no-stream', [event(10)]);
    await store.close();
  });
});

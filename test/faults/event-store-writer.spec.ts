import { openSqliteEventStore, type NewEvent } from '#platform/event-store';
import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { contentsOf, temporaryFolder } from './event-store.harness.js';

function event(): NewEvent {
  return { id: randomUUID(), type: 'Happened', data: {}, metadata: {} };
}

describe('the thread that appends', () => {
  it('has its connection in WAL mode with synchronous=FULL', async () => {
    using folder = temporaryFolder();
    const store = await openSqliteEventStore({ path: join(folder.path, 'events.sqlite') });
    const full = 2;
    expect(await store.durability()).toEqual({ journalMode: 'wal', synchronous: full });
    await store.append('some-1', 'no-stream', [event()]);
    expect(await store.durability()).toEqual({ journalMode: 'wal', synchronous: full });
    await store.close();
  });

  it('shares one commit among appends that arrive together', async () => {
    using folder = temporaryFolder();
    const store = await openSqliteEventStore({ path: join(folder.path, 'events.sqlite') });
    await Promise.all(
      Array.from({ length: 64 }, (_, n) => store.append(`some-${n}`, 'no-stream', [event()])),
    );
    expect(store.answered).toEqual({ appends: 64, groups: 1 });
    await store.close();
  });

  it('refuses more than may wait, and writes the rest', async () => {
    using folder = temporaryFolder();
    const store = await openSqliteEventStore({ path: join(folder.path, 'events.sqlite') });
    const results = await Promise.allSettled(
      Array.from({ length: 10_050 }, (_, n) => store.append(`some-${n}`, 'no-stream', [event()])),
    );
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(50);
    expect(refused[0]!.reason).toMatchObject({ code: 'STORE.BUSY' });
    expect(await contentsOf(store)).toHaveLength(10_000);
    expect((await store.append('some-more', 'no-stream', [event()])).revision).toBe(0n);
    await store.close();
  });

  it('fails what is waiting, clearly, when it has died, and another takes its place', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'wanted-deaths'), '2');
    const store = await openSqliteEventStore({
      path: join(folder.path, 'events.sqlite'),
      writerThread: new URL('./event-store-crashing.thread.js', import.meta.url),
    });
    const says = /writer thread has stopped: the disk has gone.*not known/;
    const ids = Array.from({ length: 5 }, () => event());
    const all = (): Promise<PromiseSettledResult<unknown>[]> =>
      Promise.allSettled(ids.map((one, n) => store.append(`some-${n}`, 'no-stream', [one])));
    for (let death = 0; death < 2; death += 1) {
      for (const result of await all()) {
        expect(result).toMatchObject({
          status: 'rejected',
          reason: { message: expect.stringMatching(says) },
        });
      }
      // A thread that keeps dying is not started again at once.
      if (death === 1) await expect(store.append('some-9', 'no-stream', [event()])).rejects.toThrow(says);
      else await sleep(1100);
    }
    expect(await contentsOf(store)).toEqual([]);
    await sleep(1100);
    for (const result of await all()) expect(result).toMatchObject({ status: 'fulfilled' });
    expect(await contentsOf(store)).toHaveLength(5);
    expect(await store.durability()).toEqual({ journalMode: 'wal', synchronous: 2 });
    await store.close();
  });

  it('that cannot start fails the opening', async () => {
    using folder = temporaryFolder();
    const opening = openSqliteEventStore({
      path: join(folder.path, 'events.sqlite'),
      writerThread: new URL('./no-such.thread.js', import.meta.url),
    });
    await expect(opening).rejects.toThrow('no-such.thread.js');
  });
});

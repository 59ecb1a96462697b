import { instantFromMillis, millisOf, parseInstant, systemClock, type Instant } from '#kernel';
import { openDatabase } from '#platform/sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JOBS_FILE } from './schema.js';
import { openSqliteJobStore, SqliteJobStore } from './sqlite-job-store.js';

const NOON = parseInstant('2024-03-01T12:00:00Z');

describe('the jobs file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tranche-jobs-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const path = (): string => join(folder, 'jobs.sqlite');

  it('is written so that a loss of power loses nothing', async () => {
    const database = openDatabase(path(), JOBS_FILE);
    const store = new SqliteJobStore(database, systemClock);
    await store.enqueue({ id: 'a', kind: 'k', payload: {} }, NOON);
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 }); // FULL
    await store.close();
  });

  it('is not written while there is nothing to do, however often one looks', async () => {
    const store = await openSqliteJobStore({ path: path() });
    await store.enqueue(
      { id: 'later', kind: 'k', payload: {}, runAt: parseInstant('2030-01-01T00:00:00Z') },
      NOON,
    );
    await store.acquireLease('policy:p', 'other', 60_000);
    const watcher = openDatabase(path(), JOBS_FILE);
    const version = (): unknown => watcher.prepare('PRAGMA data_version').get();
    const before = version();
    const schedules = [{ name: 's', cron: '0 0 1 1 *', kind: 'k', payload: {} }];
    expect(await store.claim({ now: NOON, limit: 8, holdMilliseconds: 1000 })).toEqual([]);
    expect(await store.acquireLease('policy:p', 'me', 60_000)).toBeUndefined();
    await store.nextDue();
    expect(version()).toEqual(before);
    await store.runSchedules(schedules, NOON); // A new one is written down,
    const after = version();
    expect(after).not.toEqual(before);
    await store.runSchedules(schedules, NOON); // and then no more until its next moment.
    expect(version()).toEqual(after);
    watcher.close();
    await store.close();
  });

  it('measures holds by the wall clock, and all else by the caller’s', async () => {
    let wall = NOON;
    const pass = (milliseconds: number): Instant => (wall = instantFromMillis(millisOf(wall) + milliseconds));
    const store = await openSqliteJobStore({ path: path(), wallClock: { now: () => wall } });
    const claim = () => store.claim({ now: NOON, limit: 8, holdMilliseconds: 1000 });
    await store.enqueue({ id: 'a', kind: 'k', payload: {} }, NOON);
    const [first] = await claim();
    expect(first?.heldUntil).toBe('2024-03-01T12:00:01.000Z');
    pass(999);
    expect(await claim()).toEqual([]);
    await store.extend(first!, 1000);
    pass(999);
    expect(await claim()).toEqual([]);
    pass(1);
    expect((await claim()).map(({ id }) => id)).toEqual(['a']);
    await store.close();
  });

  it('does not slow down with a long queue', async () => {
    const queueOf = async (length: number) => {
      const store = await openSqliteJobStore({ path: join(folder, `${length}.sqlite`) });
      const lease = (await store.acquireLease('policy:p', 'me', 60_000))!;
      const enqueue = (n: number) => ({ enqueue: { id: `j${n}`, kind: 'k', payload: {} } });
      await store.applyPolicy(
        'p',
        Array.from({ length }, (_, n) => enqueue(n)),
        1n,
        NOON,
        lease,
      );
      return { store, took: [] as number[] };
    };
    const queues = [await queueOf(100), await queueOf(30_000)] as const;
    for (let n = 0; n < 60; n += 1) {
      for (const { store, took } of queues) {
        const begun = performance.now();
        const kinds = ['k', 'other'];
        const [job] = await store.claim({ now: NOON, limit: 1, holdMilliseconds: 60_000, kinds });
        took.push(performance.now() - begun);
        expect(job?.id).toBe(`j${n}`);
        await store.complete(job!, NOON);
      }
    }
    const [short, long] = queues.map(({ took }) => took.sort((a, b) => a - b)[took.length / 2]!);
    // Both wait for the disk once. Sorting the whole queue would add some 10 to 20 ms.
    expect(long! - short!).toBeLessThan(5);
    await Promise.all(queues.map(({ store }) => store.close()));
  });

  it('says that another process is in the way, and has written nothing', async () => {
    const store = await openSqliteJobStore({ path: path(), busyMilliseconds: 20 });
    const other = openDatabase(path(), JOBS_FILE);
    other.exec('BEGIN IMMEDIATE');
    const job = { id: 'a', kind: 'k', payload: {} };
    await expect(store.enqueue(job, NOON)).rejects.toMatchObject({ code: 'STORE.BUSY' });
    other.exec('ROLLBACK');
    expect(await store.get('a')).toBeUndefined();
    expect(await store.enqueue(job, NOON)).toBe(true);
    other.close();
    await store.close();
  });

  it('refuses a file that is none of ours', async () => {
    const other = openDatabase(path(), { ...JOBS_FILE, name: 'other', applicationId: 1 });
    other.close();
    await expect(openSqliteJobStore({ path: path() })).rejects.toMatchObject({ code: 'STORE.FOREIGN_FILE' });
  });
});

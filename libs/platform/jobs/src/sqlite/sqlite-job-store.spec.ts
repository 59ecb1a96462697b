import { instantFromMillis, millisOf, parseInstant, systemClock, type Instant } from '#kernel';
import { openDatabase } from '#platform/sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { statementsOn } from './job-table.js';
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

  it('lets go of what a dead worker held, although the wall clock was set back', async () => {
    let wall = NOON;
    const store = await openSqliteJobStore({ path: path(), wallClock: { now: () => wall } });
    await store.enqueue({ id: 'a', kind: 'k', payload: {} }, NOON);
    const claim = () => store.claim({ now: NOON, limit: 8, holdMilliseconds: 15_000 });
    expect(await claim()).toHaveLength(1);
    await store.acquireLease('policy:p', 'dead', 6000);
    wall = instantFromMillis(millisOf(NOON) - 3_600_000);
    expect((await claim()).map(({ id }) => id)).toEqual(['a']);
    expect(await store.acquireLease('policy:p', 'living', 6000)).toBeDefined();
    expect(await store.acquireLease('policy:p', 'third', 6000)).toBeUndefined();
    expect(await claim()).toEqual([]);
    await store.close();
  });

  it('says that it was closed', async () => {
    const store = await openSqliteJobStore({ path: path() });
    await store.close();
    await expect(store.get('a')).rejects.toMatchObject({ code: 'STORE.CLOSED' });
    await store.close();
  });

  it('looks a long queue up in its indexes: no claim goes through all of it, or sorts it', () => {
    const database = openDatabase(path(), JOBS_FILE);
    const planOf = (name: keyof ReturnType<typeof statementsOn>, parameters: object): string[] =>
      database
        .prepare(`EXPLAIN QUERY PLAN ${statementsOn(database)[name].sourceSQL}`)
        .all({ now: NOON, kinds: null, ...parameters })
        .map((step) => String(step['detail']));
    const claim = [
      planOf('anyDue', { wall: 0 }),
      planOf('endLapsedCancelled', { wall: 0 }),
      planOf('endLapsedDead', { wall: 0 }),
      planOf('endLapsedExpired', { wall: 0 }),
      planOf('endExpired', {}),
      planOf('take', { wall: 0, limit: 8 }),
    ];
    for (const step of claim.flat()) expect(step).not.toMatch(/SCAN jobs/);
    expect(claim[4]).toContainEqual(expect.stringContaining('jobs_expiring'));
    // Only what one claim may take is put in order: of those that wait, the index gives them in order.
    const waiting = claim[5]!.findIndex((step) => step.includes('status=? AND run_at<?'));
    expect(waiting).toBeGreaterThan(0);
    expect(claim[5]![waiting + 1]).not.toContain('TEMP B-TREE');
    database.close();
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

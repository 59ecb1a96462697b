import { instantFromMillis, millisOf, parseInstant, systemClock, type Clock, type Instant } from '#kernel';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { JobHandlers, type JobHandler } from './job-handlers.js';
import type { NewJob } from './job-store.js';
import { JobWorker, type JobWorkerOptions } from './job-worker.js';
import { openSqliteJobStore, type SqliteJobStore } from './sqlite/sqlite-job-store.js';

const START = parseInstant('2024-03-01T12:00:00Z');

class SimulatedClock implements Clock {
  constructor(private instant: Instant) {}
  now(): Instant {
    return this.instant;
  }
  pass(milliseconds: number): void {
    this.instant = instantFromMillis(millisOf(this.instant) + milliseconds);
  }
}

describe('the job worker', () => {
  let folder: string;
  let store: SqliteJobStore;
  let clock: SimulatedClock;
  let said: string[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tranche-worker-'));
    store = await openSqliteJobStore({ path: join(folder, 'jobs.sqlite') });
    clock = new SimulatedClock(START);
    said = [];
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const worker = (
    run: JobHandler['run'],
    options: JobWorkerOptions = {},
    by: Clock = clock,
    schedules = [] as ConstructorParameters<typeof JobWorker>[4],
  ): JobWorker => {
    const log = { warn: (text: string) => said.push(text), error: (text: string) => said.push(`! ${text}`) };
    return new JobWorker(store, new JobHandlers().add('k', { run }), by, options, schedules, log);
  };
  const enqueue = (id: string, rest: Partial<NewJob> = {}): Promise<boolean> =>
    store.enqueue({ id, kind: 'k', payload: {}, ...rest }, START);
  /** Runs it until `over` resolves, then stops it and waits for that. */
  const during = async (one: JobWorker, over: () => Promise<void>): Promise<void> => {
    const stop = new AbortController();
    const ended = one.run(stop.signal);
    await over();
    stop.abort();
    await ended;
  };
  const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
    const deadline = performance.now() + 5000;
    while (!(await holds())) {
      if (performance.now() > deadline) throw new Error('waited in vain');
      await sleep(5);
    }
  };

  it('runs everything due, and what falls due meanwhile, by a simulated clock that may stand still', async () => {
    const ran: string[] = [];
    const one = worker(
      async ({ id }) => {
        ran.push(id);
        if (id === 'first') await enqueue('follow-up', { runAt: clock.now() });
      },
      { concurrency: 1 },
    );
    await enqueue('third', { runAt: instantFromMillis(millisOf(START) + 60_000) });
    await enqueue('first');
    await enqueue('second');
    expect(await one.runDue()).toEqual({ done: 3, failed: 0, stillRunning: 0 });
    expect(ran).toEqual(['first', 'second', 'follow-up']);
    expect(await one.runDue()).toEqual({ done: 0, failed: 0, stillRunning: 0 });
    clock.pass(60_000);
    await one.runDue();
    expect(ran.at(-1)).toBe('third');
    expect(await store.get('third')).toMatchObject({ status: 'done', endedAt: clock.now() });
  });

  it('runs what is due at a given moment, not at the clock’s', async () => {
    await enqueue('later', { runAt: parseInstant('2024-09-01T00:00:00Z') });
    const one = worker(async () => undefined);
    expect((await one.runDue()).done).toBe(0);
    expect((await one.runDue(parseInstant('2024-09-01T00:00:00Z'))).done).toBe(1);
  });

  it('tries again after the back-off and says when a job is a dead letter', async () => {
    let attempts = 0;
    const one = worker(async () => {
      attempts += 1;
      throw new Error(`no ${attempts}`);
    });
    await enqueue('a', { attempts: 2 });
    expect(await one.runDue()).toMatchObject({ failed: 1 });
    expect(await one.runDue()).toMatchObject({ failed: 0 });
    clock.pass(1000);
    expect(await one.runDue()).toMatchObject({ failed: 1 });
    expect(await store.get('a')).toMatchObject({ status: 'dead', lastError: 'no 2' });
    expect(said).toEqual([
      'job a (k) failed, attempt 1 of 2: no 1',
      '! job a (k) failed, attempt 2 of 2: no 2; it is a dead letter now, to be redriven by hand',
    ]);
  });

  it('runs as many at once as it may, and no more', async () => {
    let now = 0;
    let most = 0;
    const one = worker(
      async () => {
        most = Math.max(most, (now += 1));
        await sleep(5);
        now -= 1;
      },
      { concurrency: 3 },
    );
    for (let n = 0; n < 20; n += 1) await enqueue(`j${n}`);
    expect((await one.runDue()).done).toBe(20);
    expect(most).toBe(3);
  });

  it('leaves alone the kinds it has no handler for', async () => {
    await store.enqueue({ id: 'foreign', kind: 'unknown', payload: {} }, START);
    expect(await worker(async () => undefined).runDue()).toMatchObject({ done: 0, failed: 0 });
    expect((await store.get('foreign'))?.status).toBe('waiting');
  });

  it('keeps its hold on a job that takes longer than the hold', async () => {
    let runs = 0;
    const slow = async (): Promise<void> => {
      runs += 1;
      await sleep(900);
    };
    const [one, other] = [worker(slow, { holdMilliseconds: 400 }), worker(slow, { holdMilliseconds: 400 })];
    await enqueue('slow');
    const counts = await Promise.all([one.runDue(), other.runDue()]);
    expect(runs).toBe(1);
    expect(counts[0].done + counts[1].done).toBe(1);
    expect(counts.map(({ stillRunning }) => stillRunning)).toEqual([0, 0]); // The other one waited for it.
  });

  it('says how many jobs others still run when it has waited long enough', async () => {
    await enqueue('held');
    await store.claim({ now: START, limit: 1, holdMilliseconds: 60_000 });
    expect(await worker(async () => undefined, { waitMilliseconds: 50 }).runDue()).toMatchObject({
      stillRunning: 1,
    });
  });

  it('tells a job that runs too long to stop, and fails it even if it does not listen', async () => {
    const limits = { timeLimitMilliseconds: 30, graceMilliseconds: 30 };
    const deaf = worker(() => new Promise<void>(() => undefined), limits);
    await enqueue('deaf');
    await deaf.runDue();
    expect(await store.get('deaf')).toMatchObject({ status: 'waiting', lastError: 'ran longer than 30 ms' });
    const listens = worker(async (_job, signal) => {
      await sleep(10_000, undefined, { signal }).catch(() => undefined);
    }, limits);
    await enqueue('listens');
    await listens.runDue();
    expect((await store.get('listens'))?.status).toBe('done');
  });

  it('tells a job whose hold was lost to stop, and its end counts for nothing', async () => {
    let told: unknown;
    const one = worker(
      async (_job, signal) => {
        while (!signal.aborted) await sleep(5);
        told = signal.reason;
      },
      { holdMilliseconds: 30 },
    );
    await enqueue('taken');
    await during(one, async () => {
      await until(async () => (await store.get('taken'))?.status === 'running');
      // As if this process had been stopped for a while: its hold runs out, and another claims the job.
      const end = performance.now() + 40;
      while (performance.now() < end);
      const [taken] = await store.claim({ now: START, limit: 1, holdMilliseconds: 60_000 });
      expect(taken?.attemptsMade).toBe(2);
      await until(() => told !== undefined);
    });
    expect(told).toMatchObject({ message: expect.stringContaining('hold was lost') });
    expect((await store.get('taken'))?.status).toBe('running');
  });

  it('polls, is woken at once, and lets running jobs finish when it stops', async () => {
    const ran: string[] = [];
    const one = worker(
      async ({ id }) => {
        if (id === 'slow') await sleep(100);
        ran.push(id);
      },
      { pollMilliseconds: 100 },
      systemClock,
    );
    await during(one, async () => {
      await enqueue('polled', { runAt: systemClock.now() });
      await until(() => ran.includes('polled'));
      const begun = performance.now();
      await enqueue('woken', { runAt: systemClock.now() });
      one.wake();
      await until(() => ran.includes('woken'));
      expect(performance.now() - begun).toBeLessThan(60);
      await enqueue('slow', { runAt: systemClock.now() });
      one.wake();
      await until(async () => (await store.get('slow'))?.status === 'running');
    });
    expect(ran).toEqual(['polled', 'woken', 'slow']);
    expect((await store.get('slow'))?.status).toBe('done');
  });

  it('makes the jobs of schedules and runs them', async () => {
    const moments: unknown[] = [];
    const schedule = { name: 'nightly', cron: '0 2 * * *', kind: 'k', payload: {} };
    const one = worker(async ({ payload }) => void moments.push(payload), {}, clock, [schedule]);
    await one.runDue();
    clock.pass(3 * 86_400_000);
    await one.runDue();
    await one.runDue();
    expect(moments).toEqual([{ moment: '2024-03-04T02:00:00.000Z' }]);
  });
});

// Redis killed, paused, full, or emptied while jobs are enqueued and done: nothing falsely acknowledged, nothing lost
// that policies do not make anew, everything caught up afterwards.
import { randomId, RefusalError, systemClock } from '#kernel';
import { openSqliteEventStore, type SqliteEventStore } from '#platform/event-store';
import {
  JobHandlers,
  JobWorker,
  openBullJobStore,
  PolicyRunner,
  type Job,
  type JobStore,
} from '#platform/jobs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OwnRedis, ownRedisAvailable, REDIS_MISSING } from '../engines/redis.js';
import { remindCodec, reminds, windowEvent } from './job-policy.js';
import { until } from './job-processes.js';

/** What the issue allows after an engine has come back. */
const CAUGHT_UP_MILLISECONDS = 90_000;
const HOLD = 60_000;

function redisInTrouble(): void {
  let server: OwnRedis;
  let store: JobStore;
  let admin: Redis;

  beforeEach(async () => {
    server = await OwnRedis.start();
    store = await openBullJobStore({ url: server.url() });
    admin = new Redis(server.url());
    admin.on('error', () => undefined); // It is killed in front of its eyes.
  });
  afterEach(async () => {
    await store.close();
    admin.disconnect();
    await server.stop();
  });

  const all = async (status: Job['status']): Promise<string[]> => {
    const ids: string[] = [];
    for (;;) {
      const after = ids.length === 0 ? {} : { after: ids.at(-1)! };
      const page = await store.list({ status, limit: 1000, ...after });
      ids.push(...page.map(({ id }) => id));
      if (page.length < 1000) return ids;
    }
  };

  it('keeps what it acknowledged when it is killed under load, and does all of it once', async () => {
    const acknowledged: string[] = [];
    const refusals = new Set<string>();
    const runs = new Map<string, number>();
    const handlers = new JobHandlers().add('count', {
      run: async ({ id }) => void runs.set(id, (runs.get(id) ?? 0) + 1),
    });
    const said: string[] = [];
    const log = { warn: (text: string) => said.push(text), error: (text: string) => said.push(text) };
    const worker = new JobWorker(store, handlers, systemClock, { holdMilliseconds: 2000 }, [], log);
    const stop = new AbortController();
    const working = worker.run(stop.signal);
    let stopped = false;
    const enqueuers = [0, 1, 2, 3].map(async (who) => {
      for (let n = 0; !stopped; n += 1) {
        const job = { id: `${who}.${n}`, kind: 'count', payload: {} };
        // Whoever is refused tries again with the same id, as the port says.
        for (;;) {
          try {
            await store.enqueue(job, systemClock.now());
            acknowledged.push(job.id);
            break;
          } catch (error) {
            if (!(error instanceof RefusalError)) throw error;
            refusals.add(error.code);
            await sleep(20);
          }
        }
        await sleep(1);
      }
    });
    for (let round = 0; round < 4; round += 1) {
      await sleep(400 + 100 * round);
      await server.process.kill();
      await sleep(200);
      await server.process.start();
    }
    stopped = true;
    await Promise.all(enqueuers);
    await until(async () => (await all('done')).length === acknowledged.length, CAUGHT_UP_MILLISECONDS);
    stop.abort();
    await working;
    expect((await all('done')).sort()).toEqual([...acknowledged].sort());
    expect([...runs.keys()].sort()).toEqual([...acknowledged].sort());
    expect([...refusals]).toEqual(['STORE.UNAVAILABLE']);
    // A busy loop would have said it thousands of times.
    expect(said.length).toBeLessThan(200);
  });

  it('answers with a refusal within its deadline while it is paused, and goes on afterwards', async () => {
    await store.enqueue({ id: 'before', kind: 'k', payload: {} }, systemClock.now());
    await admin.client('PAUSE', 8000, 'ALL' as 'WRITE');
    const began = performance.now();
    const refused = await Promise.allSettled([
      store.enqueue({ id: 'during', kind: 'k', payload: {} }, systemClock.now()),
      store.get('before'),
      store.acquireLease('l', 'me', HOLD),
    ]);
    expect(performance.now() - began).toBeLessThan(7500);
    for (const each of refused) {
      expect(each).toMatchObject({ status: 'rejected', reason: { code: 'STORE.UNAVAILABLE' } });
    }
    await until(
      () =>
        store.enqueue({ id: 'during', kind: 'k', payload: {} }, systemClock.now()).then(
          () => true,
          () => false,
        ),
      CAUGHT_UP_MILLISECONDS,
    );
    const claimed = await store.claim({ now: systemClock.now(), limit: 10, holdMilliseconds: HOLD });
    expect(claimed.map(({ id }) => id).sort()).toEqual(['before', 'during']);
  });

  it('says STORE.FULL at its memory limit and writes nothing, while what is there can be ended', async () => {
    const now = systemClock.now();
    const lease = (await store.acquireLease('policy:p', 'me', HOLD))!;
    const job = (n: number) => ({ id: `job-${n}`, kind: 'k', payload: { text: 'x'.repeat(20_000) } });
    for (let n = 0; n < 5; n += 1) await store.enqueue(job(n), now);
    const used = Number(/used_memory:(\d+)/.exec(await admin.info('memory'))![1]);
    await admin.config('SET', 'maxmemory', String(used + 300_000));
    let kept = 5;
    const fill = async (): Promise<void> => {
      for (; kept < 1000; kept += 1) await store.enqueue(job(kept), now);
    };
    await expect(fill()).rejects.toMatchObject({ code: 'STORE.FULL', refusal: { kind: 'full' } });
    const many = Array.from({ length: 50 }, (_, n) => ({ enqueue: job(1000 + n) }));
    await expect(store.applyPolicy('p', many, 7n, now, lease)).rejects.toMatchObject({ code: 'STORE.FULL' });
    expect(await store.policyCheckpoint('p')).toBeUndefined();
    expect(await all('waiting')).toHaveLength(kept);
    expect(await store.renewLease(lease, HOLD)).toBe(true);
    const [first, second, third] = await store.claim({ now, limit: 3, holdMilliseconds: HOLD });
    expect(await store.complete(first!, now)).toBe(true);
    expect(await store.fail(second!, 'no', now)).toBe(true);
    expect(await store.extend(third!, HOLD)).toBe(true);
    expect(await store.cancel(`job-${kept - 1}`, now)).toBe(true);
    await admin.config('SET', 'maxmemory', '0');
    await store.applyPolicy('p', many, 7n, now, lease);
    expect(await all('waiting')).toHaveLength(kept - 3 + many.length);
  });
}

function redisEmptied(): void {
  let folder: string;
  let events: SqliteEventStore;
  let server: OwnRedis;
  let store: JobStore;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tranche-faults-'));
    events = await openSqliteEventStore({ path: join(folder, 'events.sqlite') });
    server = await OwnRedis.start();
    store = await openBullJobStore({ url: server.url() });
  });
  afterEach(async () => {
    await store.close();
    await events.close();
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  it('has every pending job back after FLUSHALL, made from the events by the policy that was running', async () => {
    const runner = new PolicyRunner(store, events, remindCodec, systemClock, [reminds], {
      leaseMilliseconds: 900,
    });
    const stop = new AbortController();
    const running = runner.run(stop.signal);
    let head = 0n;
    const append = async (name: string, ...what: ('opened' | 'closed')[]): Promise<void> => {
      const batch = what.map((each) => windowEvent(each, name));
      head = (await events.append(`window-${name}`, 'no-stream', batch)).position!;
    };
    const reached = async (): Promise<boolean> => ((await store.policyCheckpoint('remind')) ?? -1n) >= head;
    for (let n = 0; n < 300; n += 1)
      await append(`before-${n}`, 'opened', ...(n % 3 === 0 ? ['closed' as const] : []));
    await until(reached);
    const admin = new Redis(server.url());
    await admin.flushall();
    await admin.quit();
    await append('after', 'opened');
    await until(reached, CAUGHT_UP_MILLISECONDS);
    stop.abort();
    await running;
    const expected = Array.from({ length: 300 }, (_, n) => n).filter((n) => n % 3 !== 0);
    const waiting = await store.list({ status: 'waiting', limit: 1000 });
    expect(waiting.map(({ id }) => id).sort()).toEqual(
      ['remind.after', ...expected.map((n) => `remind.before-${n}`)].sort(),
    );
    expect(await store.list({ status: 'cancelled', limit: 1000 })).toHaveLength(100);
    // Bound to its event store anew, as any store of jobs is.
    await expect(store.belongsTo(randomId())).rejects.toMatchObject({ code: 'JOBS.OF_ANOTHER_STORE' });
  });
}

if (ownRedisAvailable) {
  describe('Redis in trouble', redisInTrouble);
  describe('Redis emptied', redisEmptied);
} else {
  describe.skip(`Redis in trouble: ${REDIS_MISSING}`, () => {
    it('loses nothing', () => undefined);
  });
}

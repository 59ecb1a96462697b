import { randomId } from '#kernel';
import { openBullJobStore, type JobStatus, type JobStore, type NewJob } from '#platform/jobs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Queue, type JobState } from 'bullmq';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { OwnRedis, REDIS_MISSING, ownRedisAvailable } from '../engines/redis.js';
import { DAY, HOLD, NOON, plus } from './jobs.fixture.js';

const STATE_OF: Record<JobStatus, JobState> = {
  ...{ waiting: 'delayed', running: 'active', dead: 'failed' },
  ...{ done: 'completed', cancelled: 'completed', expired: 'completed' },
};

function whatBullMqSees(): void {
  let server: OwnRedis;
  let redis: Redis;
  let prefix: string;
  let store: JobStore;
  let queues: Queue[];

  beforeAll(async () => {
    server = await OwnRedis.start();
    redis = new Redis(server.url());
  });
  afterAll(async () => {
    await redis.quit();
    await server.stop();
  });
  beforeEach(async () => {
    prefix = randomId();
    queues = [];
    store = await openBullJobStore({ url: server.url(), prefix });
  });
  afterEach(async () => {
    await Promise.all(queues.map((queue) => queue.close()));
    await store.close();
  });

  const queue = (kind: string): Queue => {
    const one = new Queue(kind, { prefix: `${prefix}:queues`, connection: { url: server.url() } });
    queues.push(one);
    return one;
  };
  const job = (id: string, rest: Partial<NewJob> = {}): NewJob => ({
    id,
    kind: 'k',
    payload: { id },
    ...rest,
  });
  const claim = (hold = HOLD, now = NOON, kinds?: readonly string[]) =>
    store.claim({ now, limit: 100, holdMilliseconds: hold, ...(kinds === undefined ? {} : { kinds }) });
  /** Each job is in its queue once, where its status says, and the queue holds nothing else. */
  const expectSameInQueue = async (one: Queue, ids: Iterable<string>): Promise<void> => {
    const expected: Partial<Record<string, number>> = {};
    for (const id of ids) {
      const ours = await store.get(id);
      const theirs = await one.getJob(`job.${id}`);
      expect([id, theirs?.data]).toEqual([id, ours?.payload]);
      if (ours === undefined) continue;
      const state = STATE_OF[ours.status];
      expect([id, await theirs!.getState()]).toEqual([id, state]);
      if (state === 'completed') expect(theirs!.returnvalue).toBe(ours.status);
      if (state === 'failed') expect(theirs!.failedReason).toBe(ours.lastError);
      expected[state] = (expected[state] ?? 0) + 1;
    }
    const { paused: _, ...counts } = await one.getJobCounts();
    const none = { delayed: 0, active: 0, failed: 0, completed: 0, waiting: 0, prioritized: 0 };
    expect(counts).toEqual({ ...none, 'waiting-children': 0, ...expected });
  };

  it('is the same as what the port says, whatever was done', async () => {
    const one = queue('k');
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    const acts = fc.oneof(
      fc.record({ do: fc.constant('enqueue' as const), name, attempts: fc.integer({ min: 1, max: 2 }) }),
      fc.record({
        do: fc.constantFrom('claim' as const, 'die' as const, 'later' as const, 'prune' as const),
      }),
      fc.record({
        do: fc.constantFrom('complete', 'fail', 'cancel', 'redrive', 'extend') as fc.Arbitrary<'complete'>,
        name,
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(acts, { minLength: 10, maxLength: 40 }), async (steps) => {
        await store.reset();
        const held = new Map<string, Awaited<ReturnType<typeof claim>>[number]>();
        let now = NOON;
        for (const step of steps as { do: string; name?: string; attempts?: number }[]) {
          const id = step.name ?? '';
          const mine = held.get(id);
          if (step.do === 'enqueue') {
            await store.enqueue(job(id, { attempts: step.attempts!, notAfter: plus(now, 2 * DAY) }), now);
          } else if (step.do === 'claim' || step.do === 'die') {
            for (const each of await claim(step.do === 'die' ? 1 : HOLD, now)) held.set(each.id, each);
            await sleep(2);
          } else if (step.do === 'later') now = plus(now, 1.5 * DAY);
          else if (step.do === 'prune') await store.prune(plus(now, 31 * DAY));
          else if (step.do === 'cancel') await store.cancel(id, now);
          else if (step.do === 'redrive') await store.redrive(id, now);
          else if (mine !== undefined && step.do === 'complete') await store.complete(mine, now);
          else if (mine !== undefined && step.do === 'fail') await store.fail(mine, 'no', now);
          else if (mine !== undefined) await store.extend(mine, HOLD);
        }
        await expectSameInQueue(one, ['a', 'b', 'c', 'd']);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps jobs apart from a queue’s own lists, whatever they are called', async () => {
    const ids = [
      'wait',
      'active',
      'meta',
      'id',
      'events',
      'delayed',
      'completed',
      'failed',
      'marker',
      'pc',
      '0',
      '7',
    ];
    for (const id of ids) await store.enqueue(job(id), NOON);
    await expectSameInQueue(queue('k'), ids);
    const [first, second, ...rest] = await claim();
    expect(rest).toHaveLength(ids.length - 2);
    await store.complete(first!, NOON);
    await store.fail(second!, 'no', NOON);
    await expectSameInQueue(queue('k'), ids);
  });

  it('can pause a queue: its jobs wait, those of others do not', async () => {
    const one = queue('k');
    await store.enqueue(job('a'), NOON);
    await store.enqueue(job('b', { kind: 'other' }), NOON);
    await one.pause();
    expect((await claim()).map(({ id }) => id)).toEqual(['b']);
    expect(await claim()).toEqual([]);
    await expectSameInQueue(one, ['a']);
    await one.resume();
    expect((await claim()).map(({ id }) => id)).toEqual(['a']);
  });

  it('may lose a job behind the store’s back: it is unknown then, and can come again', async () => {
    for (const id of ['a', 'b', 'c']) await store.enqueue(job(id), NOON);
    const one = queue('k');
    await one.remove('job.a');
    expect(await store.get('a')).toBeUndefined();
    expect((await store.list({ status: 'waiting', limit: 2 })).map(({ id }) => id)).toEqual(['b', 'c']);
    const [held] = await store.claim({ now: NOON, limit: 1, holdMilliseconds: 1 });
    expect(held!.id).toBe('b');
    await redis.del(`${prefix}:queues:k:job.b`); // As by a hand that means well.
    await sleep(5);
    expect((await claim()).map(({ id }) => id)).toEqual(['c']);
    expect(await redis.hkeys(`${prefix}:store:kinds-of`)).toEqual(['c']);
    expect(await store.complete(held!, NOON)).toBe(false);
    expect(await store.enqueue(job('a'), NOON)).toBe(true);
    expect((await claim()).map(({ id }) => id)).toEqual(['a']);
  });

  it('makes again what a script that failed half-way had made already, once', async () => {
    const lease = (await store.acquireLease('policy:p', 'me', HOLD))!;
    const effects = [{ enqueue: job('a') }, { enqueue: job('b', { kind: 'broken' }) }];
    await redis.set(`${prefix}:queues:broken:delayed`, 'not a sorted set');
    await expect(store.applyPolicy('p', effects, 1n, NOON, lease)).rejects.toThrow('WRONGTYPE');
    expect(await store.policyCheckpoint('p')).toBeUndefined();
    await redis.del(`${prefix}:queues:broken:delayed`);
    await store.applyPolicy('p', effects, 1n, NOON, lease);
    expect((await claim()).map(({ id }) => id).sort()).toEqual(['a', 'b']);
    await expectSameInQueue(queue('broken'), ['b']);
  });

  it('gives a job to another when Redis’s clock was set back under its hold, and a lease too', async () => {
    await store.enqueue(job('a'), NOON);
    const [lost] = await claim(1000);
    const lease = (await store.acquireLease('l', 'me', 1000))!;
    // An hour ahead: as if the clock had been there when they were granted.
    const ahead = String(Date.now() + 3_600_000);
    await redis.zadd(`${prefix}:store:held:k`, ahead, 'a');
    await redis.hset(`${prefix}:queues:k:job.a`, '_heldUntil', ahead);
    await redis.hset(`${prefix}:store:lease:l`, 'until', ahead);
    const [again] = await claim(1000);
    expect(again!.fence > lost!.fence).toBe(true);
    expect((await store.acquireLease('l', 'you', 1000))!.fence > lease.fence).toBe(true);
  });

  it('belongs to nobody after a reset that was cut short, until it is reset again', async () => {
    await store.belongsTo('ours');
    const lease = (await store.acquireLease('policy:p', 'me', HOLD))!;
    for (let n = 0; n < 10; n += 1) {
      const effects = Array.from({ length: 1000 }, (_, at) => ({ enqueue: job(`${n}.${at}`) }));
      await store.applyPolicy('p', effects, BigInt(n + 1), NOON, lease);
    }
    const cut = await openBullJobStore({ url: server.url(), prefix });
    const resetting = cut.reset();
    while ((await redis.hlen(`${prefix}:store:kinds-of`)) === 10_000) await sleep(1);
    await cut.close();
    await expect(resetting).rejects.toMatchObject({ code: 'STORE.CLOSED' });
    expect(await redis.hlen(`${prefix}:store:kinds-of`)).toBeGreaterThan(0); // Otherwise nothing was cut short.
    await expect(store.belongsTo('ours')).rejects.toMatchObject({
      code: 'JOBS.OF_ANOTHER_STORE',
      message: expect.stringContaining('a reset that was not finished'),
    });
    await store.reset();
    await store.belongsTo('ours');
    expect(await claim()).toEqual([]);
    const left = (await redis.keys(`${prefix}:*`)).map((key) => key.slice(prefix.length + 1)).sort();
    expect(left).toEqual(['store:belongs-to', 'store:counters', 'store:lease:policy:p']);
  });
}

if (ownRedisAvailable) describe('what BullMQ sees of the jobs', whatBullMqSees);
else {
  describe.skip(`what BullMQ sees of the jobs: ${REDIS_MISSING}`, () => {
    it('is the same', () => undefined);
  });
}

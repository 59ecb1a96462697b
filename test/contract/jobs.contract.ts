import { instantFromMillis, millisOf, parseInstant, randomId, type Instant } from '#kernel';
import {
  backOffMilliseconds,
  type ClaimedJob,
  type Job,
  type JobStore,
  type NewJob,
  type PolicyEffect,
} from '#platform/jobs';
import { LeaseLost } from '#platform/read-store';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { behavesLikeTheModel } from './jobs.model.js';

const NOON = parseInstant('2024-03-01T12:00:00Z');
const HOLD = 60_000;
const DAY = 86_400_000;

function plus(instant: Instant, milliseconds: number): Instant {
  return instantFromMillis(millisOf(instant) + milliseconds);
}

/**
 * What every engine of the jobs port does. The store may hold anything else besides: every test uses ids, kinds
 * and names of its own.
 * @param open opens the same store each time; several may be open at once, as in several processes
 */
export function jobStoreContract(name: string, open: () => Promise<JobStore>): void {
  describe(`jobs on ${name}`, () => {
    let store: JobStore;
    let kind: string;
    let opened: JobStore[];

    const another = async (): Promise<JobStore> => {
      const one = await open();
      opened.push(one);
      return one;
    };
    const job = (rest: Partial<NewJob> = {}): NewJob => ({ id: randomId(), kind, payload: {}, ...rest });
    const claim = async (now = NOON, rest: { limit?: number; hold?: number; from?: JobStore } = {}) => {
      const { limit = 100, hold = HOLD, from = store } = rest;
      return from.claim({ now, limit, holdMilliseconds: hold, kinds: [kind] });
    };
    const claimOne = async (now = NOON, hold = HOLD): Promise<ClaimedJob> => {
      const [one, ...more] = await claim(now, { hold });
      expect(more).toEqual([]);
      return one!;
    };
    /** Claims it as a worker that dies at once. */
    const die = async (now = NOON): Promise<ClaimedJob> => {
      const one = await claimOne(now, 1);
      await sleep(5);
      return one;
    };
    const status = async (id: string): Promise<Job['status'] | undefined> => (await store.get(id))?.status;

    beforeEach(async () => {
      opened = [];
      kind = `kind-${randomId()}`;
      store = await another();
    });
    afterEach(async () => {
      await Promise.all(opened.map((each) => each.close()));
    });

    describe('enqueue', () => {
      it('keeps a job as it was given, once for an id', async () => {
        const given = job({ payload: { a: [1, { b: null }] }, notAfter: plus(NOON, DAY), attempts: 3 });
        expect(await store.enqueue(given, NOON)).toBe(true);
        expect(await store.enqueue({ ...given, payload: { other: true } }, plus(NOON, 1))).toBe(false);
        expect(await store.get(given.id)).toEqual({
          ...{ ...given, status: 'waiting', runAt: NOON, attemptsMade: 0, enqueuedAt: NOON },
        });
      });

      it('is durable, and seen by whoever opens the store', async () => {
        const given = job();
        await store.enqueue(given, NOON);
        expect((await (await another()).get(given.id))?.status).toBe('waiting');
        await store.close();
        store = await another();
        expect(await status(given.id)).toBe('waiting');
      });

      it.each(['', '.hidden', '..', 'a:b', 'a/b', 'a b', 'é', '-a', 'x'.repeat(201)])(
        'refuses the id %j and writes nothing',
        async (id) => {
          await expect(store.enqueue(job({ id }), NOON)).rejects.toMatchObject({ code: 'JOB.BAD_ID' });
        },
      );

      it('refuses a bad kind, absurd attempts and a huge payload', async () => {
        const refused = (rest: Partial<NewJob>, code: string) =>
          expect(store.enqueue(job(rest), NOON)).rejects.toMatchObject({ code });
        await refused({ kind: 'a kind' }, 'JOB.BAD_KIND');
        for (const attempts of [0, 1.5, 101, NaN]) await refused({ attempts }, 'JOB.BAD_ATTEMPTS');
        await refused({ payload: { text: 'x'.repeat(70_000) } }, 'JOB.PAYLOAD_TOO_LARGE');
      });

      it('knows the id for 30 days after the job ended, and not longer', async () => {
        const given = job();
        await store.enqueue(given, NOON);
        await store.complete(await claimOne(), NOON);
        expect(await store.enqueue(given, plus(NOON, 30 * DAY))).toBe(false);
        expect(await store.enqueue(given, plus(NOON, 30 * DAY + 1))).toBe(true);
        expect(await status(given.id)).toBe('waiting');
      });
    });

    describe('claim', () => {
      it('gives due jobs, oldest first, as many as asked for, of the kinds asked for', async () => {
        const [third, first, second, later] = [20, 0, 10, 31].map((at) => job({ runAt: plus(NOON, at) }));
        for (const each of [third!, first!, second!, later!]) await store.enqueue(each, NOON);
        await store.enqueue(job({ kind: `other-${kind}` }), NOON);
        const now = plus(NOON, 30);
        expect((await claim(now, { limit: 2 })).map(({ id }) => id)).toEqual([first!.id, second!.id]);
        expect((await claim(now)).map(({ id }) => id)).toEqual([third!.id]);
        expect(await claim(now)).toEqual([]);
        const [newer, older] = [2, 1].map((at) => job({ runAt: plus(NOON, at) }));
        for (const each of [newer!, older!]) await store.enqueue(each, NOON);
        expect((await claim(now)).map(({ id }) => id)).toEqual([older!.id, newer!.id]);
      });

      it('never gives one job to two workers', async () => {
        const ids = Array.from({ length: 60 }, () => randomId());
        for (const id of ids) await store.enqueue(job({ id }), NOON);
        const workers = [store, await another(), await another()];
        const claimed: string[] = [];
        const work = async (from: JobStore): Promise<void> => {
          for (;;) {
            const jobs = await claim(NOON, { limit: 3, from });
            if (jobs.length === 0) return;
            claimed.push(...jobs.map(({ id }) => id));
            await sleep(0);
          }
        };
        await Promise.all(workers.map(work));
        expect(claimed.sort()).toEqual(ids.sort());
      });

      it('does not take a held job away because a simulated clock jumps', async () => {
        await store.enqueue(job(), NOON);
        const held = await claimOne();
        expect(await claim(plus(NOON, 400 * DAY))).toEqual([]);
        expect(await store.complete(held, plus(NOON, 400 * DAY))).toBe(true);
      });

      it('gives the job of a dead worker to another; the dead one’s word counts no more', async () => {
        await store.enqueue(job(), NOON);
        const lost = await die();
        const held = await claimOne();
        expect(held.id).toBe(lost.id);
        expect(held.fence > lost.fence).toBe(true);
        expect(held.attemptsMade).toBe(2);
        expect(await store.complete(lost, NOON)).toBe(false);
        expect(await store.fail(lost, 'late', NOON)).toBe(false);
        expect(await store.extend(lost, HOLD)).toBe(false);
        expect(await status(held.id)).toBe('running');
        expect(await store.complete(held, NOON)).toBe(true);
        expect(await store.complete(held, NOON)).toBe(false);
        expect(await status(held.id)).toBe('done');
      });

      it('lets a slow worker finish whose hold ran out, as long as nobody else has begun', async () => {
        await store.enqueue(job(), NOON);
        const slow = await die();
        expect(await store.extend(slow, HOLD)).toBe(true);
        expect(await claim()).toEqual([]);
        expect(await store.complete(slow, NOON)).toBe(true);
      });

      it('ends as expired what could not start in time, also a retry', async () => {
        const [missed, retried, inTime] = [0, 1, 2].map((n) =>
          job({ runAt: plus(NOON, n), notAfter: plus(NOON, n === 2 ? 5000 : 100) }),
        );
        await store.enqueue(retried!, NOON);
        await store.fail(await claimOne(plus(NOON, 50)), 'no', plus(NOON, 50));
        await store.enqueue(missed!, NOON);
        await store.enqueue(inTime!, NOON);
        expect((await claim(plus(NOON, 5000))).map(({ id }) => id)).toEqual([inTime!.id]);
        expect([await status(missed!.id), await status(retried!.id)]).toEqual(['expired', 'expired']);
        expect((await store.get(missed!.id))?.endedAt).toBe(plus(NOON, 5000));
      });

      it('ends a long stretch of missed jobs and still finds the one behind them', async () => {
        const lease = (await store.acquireLease(`policy:${kind}`, 'me', HOLD))!;
        const effects: PolicyEffect[] = Array.from({ length: 2500 }, () => ({
          enqueue: job({ notAfter: plus(NOON, 1) }),
        }));
        await store.applyPolicy(kind, effects, 1n, NOON, lease);
        const last = job({ runAt: plus(NOON, 1) });
        await store.enqueue(last, NOON);
        expect((await claim(plus(NOON, 10), { limit: 1 })).map(({ id }) => id)).toEqual([last.id]);
      });
    });

    describe('fail', () => {
      it('waits longer each time, then is a dead letter, which can be redriven', async () => {
        const { id } = job({ attempts: 3 });
        await store.enqueue(job({ id, attempts: 3 }), NOON);
        let now = NOON;
        for (const attempt of [1, 2]) {
          await store.fail(await claimOne(now), `failure ${attempt}`, now);
          const wait = backOffMilliseconds(id, attempt);
          expect(await store.get(id)).toMatchObject({ status: 'waiting', lastError: `failure ${attempt}` });
          expect(await claim(plus(now, wait - 1))).toEqual([]);
          now = plus(now, wait);
        }
        await store.fail(await claimOne(now), 'failure 3', now);
        expect(await store.get(id)).toMatchObject({ status: 'dead', lastError: 'failure 3', endedAt: now });
        expect(await claim(plus(now, DAY))).toEqual([]);
        expect(await store.enqueue(job({ id }), plus(now, 40 * DAY))).toBe(false);
        expect(await store.redrive(id, plus(now, DAY))).toBe(true);
        expect(await store.redrive(id, plus(now, DAY))).toBe(false);
        const again = await claimOne(plus(now, DAY));
        expect(again.attemptsMade).toBe(1);
        expect(again.endedAt).toBeUndefined();
      });

      it('makes a dead letter of a job that kills its worker every time', async () => {
        const given = job({ attempts: 2 });
        await store.enqueue(given, NOON);
        await die();
        await die();
        expect(await claim()).toEqual([]);
        expect(await store.get(given.id)).toMatchObject({ status: 'dead', attemptsMade: 2 });
        expect((await store.get(given.id))?.lastError).toContain('stopped');
      });
    });

    describe('cancel', () => {
      it('ends a waiting job and a dead letter, nothing else', async () => {
        const [waiting, dead, done] = [job(), job({ attempts: 1 }), job()];
        await store.enqueue(dead, NOON);
        await store.fail(await claimOne(), 'no', NOON);
        await store.enqueue(done, NOON);
        await store.complete(await claimOne(), NOON);
        await store.enqueue(waiting, NOON);
        expect(await store.cancel(waiting.id, NOON)).toBe(true);
        expect(await store.cancel(waiting.id, NOON)).toBe(false);
        expect(await store.cancel(dead.id, NOON)).toBe(true);
        expect(await store.redrive(dead.id, NOON)).toBe(false);
        expect(await store.cancel(done.id, NOON)).toBe(false);
        expect(await store.cancel(randomId(), NOON)).toBe(false);
        expect(await claim()).toEqual([]);
        expect([await status(waiting.id), await status(dead.id), await status(done.id)]).toEqual([
          'cancelled',
          'cancelled',
          'done',
        ]);
      });

      it('lets a running job finish, but makes no further attempt', async () => {
        const [finishes, fails] = [job(), job()];
        await store.enqueue(finishes, NOON);
        const finishing = await claimOne();
        expect(await store.cancel(finishes.id, NOON)).toBe(false);
        expect(await store.complete(finishing, NOON)).toBe(true);
        await store.enqueue(fails, NOON);
        const failing = await claimOne();
        expect(await store.cancel(fails.id, NOON)).toBe(false);
        expect(await store.fail(failing, 'no', NOON)).toBe(true);
        expect([await status(finishes.id), await status(fails.id)]).toEqual(['done', 'cancelled']);
      });

      it('makes no further attempt of a running job whose worker died', async () => {
        const given = job();
        await store.enqueue(given, NOON);
        await die();
        await store.cancel(given.id, NOON);
        expect(await claim()).toEqual([]);
        expect(await status(given.id)).toBe('cancelled');
      });
    });

    describe('looking', () => {
      it('lists by status in pages, oldest first', async () => {
        const ids: string[] = [];
        for (let n = 0; n < 7; n += 1) {
          const given = job({ runAt: plus(parseInstant('1990-01-01T00:00:00Z'), n), attempts: 1 });
          ids.push(given.id);
          await store.enqueue(given, NOON);
        }
        const found: string[] = [];
        for (let after: string | undefined; ;) {
          const page = await store.list({
            status: 'waiting',
            limit: 3,
            ...(after === undefined ? {} : { after }),
          });
          found.push(...page.map(({ id }) => id));
          after = page.at(-1)?.id;
          if (page.length < 3 || ids.every((id) => found.includes(id))) break;
        }
        expect(found.filter((id) => ids.includes(id))).toEqual(ids);
        expect(new Set(found).size).toBe(found.length);
        await claim(); // Leaves none waiting for the other tests to find.
        await expect(store.list({ status: 'waiting', limit: 0 })).rejects.toMatchObject({
          code: 'JOB.BAD_LIMIT',
        });
        await expect(store.list({ status: 'waiting', after: randomId() })).rejects.toMatchObject({
          code: 'JOB.UNKNOWN',
        });
      });

      it('tells when the next job is due', async () => {
        expect(await store.nextDue([kind])).toBeUndefined();
        for (const at of [50, 20, 90]) await store.enqueue(job({ runAt: plus(NOON, at) }), NOON);
        expect(await store.nextDue([kind])).toBe(plus(NOON, 20));
        await claimOne(plus(NOON, 20));
        expect(await store.nextDue([kind])).toBe(plus(NOON, 50));
      });

      it('forgets what ended more than 30 days ago, but no dead letter and nothing that waits', async () => {
        const [done, dead, waiting] = [job(), job({ attempts: 1 }), job({ runAt: plus(NOON, DAY) })];
        await store.enqueue(done, NOON);
        await store.complete(await claimOne(), NOON);
        await store.enqueue(dead, NOON);
        await store.fail(await claimOne(), 'no', NOON);
        await store.enqueue(waiting, NOON);
        await store.prune(plus(NOON, 30 * DAY));
        expect(await status(done.id)).toBe('done');
        expect(await store.prune(plus(NOON, 30 * DAY + 1))).toBeGreaterThanOrEqual(1);
        expect([await status(done.id), await status(dead.id), await status(waiting.id)]).toEqual([
          undefined,
          'dead',
          'waiting',
        ]);
      });
    });

    describe('schedules', () => {
      const daily = () => ({ name: `daily-${randomId()}`, cron: '30 1 * * *', kind, payload: { a: 1 } });
      const at = (text: string): Instant => parseInstant(text);

      it('begin with the first moment after they were first seen, and make one job for a moment', async () => {
        const schedule = daily();
        await store.runSchedules([schedule], at('2024-03-01T12:00:00Z'));
        expect(await claim(at('2024-03-02T01:29:59Z'))).toEqual([]);
        const stores = [store, await another(), await another()];
        const now = at('2024-03-02T01:30:00Z');
        await Promise.all(stores.map((each) => each.runSchedules([schedule], now)));
        const made = await claimOne(now);
        expect(made).toMatchObject({
          id: `${schedule.name}.20240302T013000Z`,
          payload: { a: 1, moment: now },
          runAt: now,
        });
        await store.complete(made, now);
        await store.runSchedules([schedule], plus(now, 1000));
        expect(await claim(plus(now, 1000))).toEqual([]);
      });

      it('make only the latest of the moments missed, and none again after it was forgotten', async () => {
        const yearly = { ...daily(), cron: '0 9 1 8 *' };
        await store.runSchedules([yearly], at('2020-09-01T12:00:00Z'));
        await store.runSchedules([yearly], at('2023-09-01T12:00:00Z'));
        const made = await claimOne(at('2023-09-01T12:00:00Z'));
        expect(made.id).toBe(`${yearly.name}.20230801T080000Z`);
        await store.complete(made, at('2023-09-01T12:00:00Z'));
        await store.prune(at('2024-01-01T00:00:00Z'));
        await store.runSchedules([yearly], at('2024-01-01T00:00:00Z'));
        expect(await claim(at('2024-01-01T00:00:00Z'))).toEqual([]);
      });

      it('keep London’s clock: once where the hour is missing, once where it comes twice', async () => {
        const schedule = daily();
        await store.runSchedules([schedule], at('2024-03-30T12:00:00Z'));
        const days = ['2024-03-31', '2024-10-26', '2024-10-27', '2024-10-28'];
        const made: string[] = [];
        for (const day of days) {
          for (let hour = 0; hour < 6; hour += 1) {
            const now = at(`${day}T0${hour}:59:59Z`);
            await store.runSchedules([schedule], now);
            made.push(...(await claim(now)).map((each) => each.id.slice(schedule.name.length + 1)));
          }
        }
        expect(made.filter((moment) => !moment.startsWith('20241025'))).toEqual([
          '20240331T010000Z',
          '20241026T003000Z',
          '20241027T003000Z',
          '20241028T013000Z',
        ]);
      });

      it('refuse a pattern that is none', async () => {
        const schedule = { ...daily(), cron: 'every day' };
        await expect(store.runSchedules([schedule], NOON)).rejects.toMatchObject({
          code: 'SCHEDULE.BAD_CRON',
        });
      });
    });

    describe('policies', () => {
      it('keep effects and checkpoint together, in order, once', async () => {
        const lease = (await store.acquireLease(`policy:${kind}`, 'me', HOLD))!;
        expect(await store.policyCheckpoint(kind)).toBeUndefined();
        const [kept, cancelled, late] = [job(), job(), job()];
        const effects: PolicyEffect[] = [
          { enqueue: kept },
          { enqueue: cancelled },
          { cancel: cancelled.id },
          { cancel: randomId() },
        ];
        await store.applyPolicy(kind, effects, 9_007_199_254_740_993n, NOON, lease);
        expect(await store.policyCheckpoint(kind)).toBe(9_007_199_254_740_993n);
        expect([await status(kept.id), await status(cancelled.id)]).toEqual(['waiting', 'cancelled']);
        for (const stale of [9_007_199_254_740_993n, 5n]) {
          await store.applyPolicy(kind, [{ enqueue: late }], stale, NOON, lease);
        }
        expect(await status(late.id)).toBeUndefined();
        expect(await (await another()).policyCheckpoint(kind)).toBe(9_007_199_254_740_993n);
      });

      it('write nothing at all if one effect is refused', async () => {
        const lease = (await store.acquireLease(`policy:${kind}`, 'me', HOLD))!;
        const good = job();
        const effects = [{ enqueue: good }, { enqueue: job({ id: 'not an id' }) }];
        await expect(store.applyPolicy(kind, effects, 1n, NOON, lease)).rejects.toMatchObject({
          code: 'JOB.BAD_ID',
        });
        expect(await status(good.id)).toBeUndefined();
        expect(await store.policyCheckpoint(kind)).toBeUndefined();
      });

      it('are fenced: whoever lost the lease writes nothing', async () => {
        const lease = (await store.acquireLease(`policy:${kind}`, 'slow', 1))!;
        await sleep(5);
        const other = await another();
        const taken = (await other.acquireLease(lease.name, 'quick', HOLD))!;
        const late = job();
        await expect(store.applyPolicy(kind, [{ enqueue: late }], 1n, NOON, lease)).rejects.toThrow(
          LeaseLost,
        );
        expect(await status(late.id)).toBeUndefined();
        expect(await store.policyCheckpoint(kind)).toBeUndefined();
        await other.applyPolicy(kind, [{ enqueue: late }], 1n, NOON, taken);
        expect(await status(late.id)).toBe('waiting');
      });
    });

    describe('leases', () => {
      it('have one holder until released, run out or renewed', async () => {
        const other = await another();
        const mine = (await store.acquireLease(`lease-${kind}`, 'me', HOLD))!;
        expect(await other.acquireLease(mine.name, 'you', HOLD)).toBeUndefined();
        await store.releaseLease(mine);
        const yours = (await other.acquireLease(mine.name, 'you', 40))!;
        expect(yours.fence > mine.fence).toBe(true);
        expect(await store.renewLease(mine, HOLD)).toBe(false);
        await store.releaseLease(mine); // Of no effect: it is not mine.
        expect(await store.acquireLease(mine.name, 'me', HOLD)).toBeUndefined();
        expect(await other.renewLease(yours, 40)).toBe(true);
        await sleep(60);
        const again = (await store.acquireLease(mine.name, 'me', HOLD))!;
        expect(again.fence > yours.fence).toBe(true);
        expect(await other.renewLease(yours, HOLD)).toBe(false);
      });
    });

    it('behaves like its model under random commands', async () => {
      await behavesLikeTheModel(open, 150);
    }, 120_000);
  });
}

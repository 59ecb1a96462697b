import { parseInstant, randomId } from '#kernel';
import { backOffMilliseconds, type JobStore, type NewJob, type PolicyEffect } from '#platform/jobs';
import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { DAY, HOLD, JobFixture, NOON, plus } from './jobs.fixture.js';
import { behavesLikeTheModel } from './jobs.model.js';
import { progressContract } from './jobs.progress.contract.js';

/**
 * What every engine of the jobs port does. The store may hold anything else besides: every test uses ids, kinds
 * and names of its own.
 * @param open opens the same store each time; several may be open at once, as in several processes
 */
export function jobStoreContract(name: string, open: () => Promise<JobStore>): void {
  describe(`jobs on ${name}`, () => {
    const on = new JobFixture(open);
    enqueueContract(on);
    claimContract(on);
    endContract(on);
    lookContract(on);
    progressContract(on);

    it('behaves like its model under random commands', async () => {
      await behavesLikeTheModel(open, 100);
    });
  });
}

function enqueueContract(on: JobFixture): void {
  describe('enqueue', () => {
    it('keeps a job as it was given, once for an id', async () => {
      const given = on.job({ payload: { a: [1, { b: null }] }, notAfter: plus(NOON, DAY), attempts: 3 });
      expect(await on.store.enqueue(given, NOON)).toBe(true);
      expect(await on.store.enqueue({ ...given, payload: { other: true } }, plus(NOON, 1))).toBe(false);
      expect(await on.store.get(given.id)).toEqual({
        ...{ ...given, status: 'waiting', runAt: NOON, attemptsMade: 0, enqueuedAt: NOON },
      });
    });

    it('is durable, and seen by whoever opens the store', async () => {
      const given = on.job();
      await on.store.enqueue(given, NOON);
      expect((await (await on.another()).get(given.id))?.status).toBe('waiting');
      await on.store.close();
      on.store = await on.another();
      expect(await on.status(given.id)).toBe('waiting');
    });

    it.each(['', '.hidden', '..', 'a:b', 'a/b', 'a b', 'é', '-a', 'x'.repeat(201)])(
      'refuses the id %j and writes nothing',
      async (id) => {
        await expect(on.store.enqueue(on.job({ id }), NOON)).rejects.toMatchObject({ code: 'JOB.BAD_ID' });
      },
    );

    it('refuses a bad kind, absurd attempts and a huge payload', async () => {
      const refused = (rest: Partial<NewJob>, code: string) =>
        expect(on.store.enqueue(on.job(rest), NOON)).rejects.toMatchObject({ code });
      await refused({ kind: 'a kind' }, 'JOB.BAD_KIND');
      for (const attempts of [0, 1.5, 101, NaN]) await refused({ attempts }, 'JOB.BAD_ATTEMPTS');
      await refused({ payload: { text: 'x'.repeat(70_000) } }, 'JOB.PAYLOAD_TOO_LARGE');
    });

    it('knows the id for 30 days after the job ended, and not longer', async () => {
      const given = on.job();
      await on.store.enqueue(given, NOON);
      await on.store.complete(await on.claimOne(), NOON);
      expect(await on.store.enqueue(given, plus(NOON, 30 * DAY))).toBe(false);
      expect(await on.store.enqueue(given, plus(NOON, 30 * DAY + 1))).toBe(true);
      expect(await on.status(given.id)).toBe('waiting');
    });
  });
}

function claimContract(on: JobFixture): void {
  describe('claim', () => {
    it('gives due jobs, oldest first, as many as asked for, of the kinds asked for', async () => {
      const [third, first, second, later] = [20, 0, 10, 31].map((at) => on.job({ runAt: plus(NOON, at) }));
      for (const each of [third!, first!, second!, later!]) await on.store.enqueue(each, NOON);
      await on.store.enqueue(on.job({ kind: `other-${on.kind}` }), NOON);
      const now = plus(NOON, 30);
      expect((await on.claim(now, { limit: 2 })).map(({ id }) => id)).toEqual([first!.id, second!.id]);
      expect((await on.claim(now)).map(({ id }) => id)).toEqual([third!.id]);
      expect(await on.claim(now)).toEqual([]);
      const [newer, older] = [2, 1].map((at) => on.job({ runAt: plus(NOON, at) }));
      for (const each of [newer!, older!]) await on.store.enqueue(each, NOON);
      expect((await on.claim(now)).map(({ id }) => id)).toEqual([older!.id, newer!.id]);
    });

    it('never gives one job to two workers', async () => {
      const ids = Array.from({ length: 60 }, () => randomId());
      for (const id of ids) await on.store.enqueue(on.job({ id }), NOON);
      const workers = [on.store, await on.another(), await on.another()];
      const claimed: string[] = [];
      const work = async (from: JobStore): Promise<void> => {
        for (;;) {
          const jobs = await on.claim(NOON, { limit: 3, from });
          if (jobs.length === 0) return;
          claimed.push(...jobs.map(({ id }) => id));
          await sleep(0);
        }
      };
      await Promise.all(workers.map(work));
      expect(claimed.sort()).toEqual(ids.sort());
    });

    it('does not take a held job away because a simulated clock jumps', async () => {
      await on.store.enqueue(on.job(), NOON);
      const held = await on.claimOne();
      expect(await on.claim(plus(NOON, 400 * DAY))).toEqual([]);
      expect(await on.store.complete(held, plus(NOON, 400 * DAY))).toBe(true);
    });

    it('gives the job of a dead worker to another; the dead one’s word counts no more', async () => {
      await on.store.enqueue(on.job(), NOON);
      const lost = await on.die();
      const held = await on.claimOne();
      expect(held.id).toBe(lost.id);
      expect(held.fence > lost.fence).toBe(true);
      expect(held.attemptsMade).toBe(2);
      expect(await on.store.complete(lost, NOON)).toBe(false);
      expect(await on.store.fail(lost, 'late', NOON)).toBe(false);
      expect(await on.store.extend(lost, HOLD)).toBe(false);
      expect(await on.status(held.id)).toBe('running');
      expect(await on.store.complete(held, NOON)).toBe(true);
      expect(await on.store.complete(held, NOON)).toBe(false);
      expect(await on.status(held.id)).toBe('done');
    });

    it('lets a slow worker finish whose hold ran out, as long as nobody else has begun', async () => {
      await on.store.enqueue(on.job(), NOON);
      const slow = await on.die();
      expect(await on.store.extend(slow, HOLD)).toBe(true);
      expect(await on.claim()).toEqual([]);
      expect(await on.store.complete(slow, NOON)).toBe(true);
    });

    it('ends as expired what could not start in time, also a retry', async () => {
      const [missed, retried, inTime] = [0, 1, 2].map((n) =>
        on.job({ runAt: plus(NOON, n), notAfter: plus(NOON, n === 2 ? 5000 : 100) }),
      );
      await on.store.enqueue(retried!, NOON);
      await on.store.fail(await on.claimOne(plus(NOON, 50)), 'no', plus(NOON, 50));
      await on.store.enqueue(missed!, NOON);
      await on.store.enqueue(inTime!, NOON);
      expect((await on.claim(plus(NOON, 5000))).map(({ id }) => id)).toEqual([inTime!.id]);
      expect([await on.status(missed!.id), await on.status(retried!.id)]).toEqual(['expired', 'expired']);
      expect((await on.store.get(missed!.id))?.endedAt).toBe(plus(NOON, 5000));
    });

    it('ends a long stretch of missed jobs and still finds the one behind them', async () => {
      const lease = (await on.store.acquireLease(`policy:${on.kind}`, 'me', HOLD))!;
      const effects: PolicyEffect[] = Array.from({ length: 2500 }, () => ({
        enqueue: on.job({ notAfter: plus(NOON, 1) }),
      }));
      await on.store.applyPolicy(on.kind, effects, 1n, NOON, lease);
      const last = on.job({ runAt: plus(NOON, 1) });
      await on.store.enqueue(last, NOON);
      expect((await on.claim(plus(NOON, 10), { limit: 1 })).map(({ id }) => id)).toEqual([last.id]);
    });
  });
}

function endContract(on: JobFixture): void {
  describe('fail', () => {
    it('waits longer each time, then is a dead letter, which can be redriven', async () => {
      const { id } = on.job({ attempts: 3 });
      await on.store.enqueue(on.job({ id, attempts: 3 }), NOON);
      let now = NOON;
      for (const attempt of [1, 2]) {
        await on.store.fail(await on.claimOne(now), `failure ${attempt}`, now);
        const wait = backOffMilliseconds(id, attempt);
        expect(await on.store.get(id)).toMatchObject({ status: 'waiting', lastError: `failure ${attempt}` });
        expect(await on.claim(plus(now, wait - 1))).toEqual([]);
        now = plus(now, wait);
      }
      await on.store.fail(await on.claimOne(now), 'failure 3', now);
      expect(await on.store.get(id)).toMatchObject({ status: 'dead', lastError: 'failure 3', endedAt: now });
      expect(await on.claim(plus(now, DAY))).toEqual([]);
      expect(await on.store.enqueue(on.job({ id }), plus(now, 40 * DAY))).toBe(false);
      expect(await on.store.redrive(id, plus(now, DAY))).toBe(true);
      expect(await on.store.redrive(id, plus(now, DAY))).toBe(false);
      const again = await on.claimOne(plus(now, DAY));
      expect(again.attemptsMade).toBe(1);
      expect(again.endedAt).toBeUndefined();
    });

    it('makes a dead letter of a job that kills its worker every time', async () => {
      const given = on.job({ attempts: 2 });
      await on.store.enqueue(given, NOON);
      await on.die();
      await on.die();
      expect(await on.claim()).toEqual([]);
      expect(await on.store.get(given.id)).toMatchObject({ status: 'dead', attemptsMade: 2 });
      expect((await on.store.get(given.id))?.lastError).toContain('stopped');
    });
  });

  describe('cancel', () => {
    it('ends a waiting job and a dead letter, nothing else', async () => {
      const [waiting, dead, done] = [on.job(), on.job({ attempts: 1 }), on.job()];
      await on.store.enqueue(dead, NOON);
      await on.store.fail(await on.claimOne(), 'no', NOON);
      await on.store.enqueue(done, NOON);
      await on.store.complete(await on.claimOne(), NOON);
      await on.store.enqueue(waiting, NOON);
      expect(await on.store.cancel(waiting.id, NOON)).toBe(true);
      expect(await on.store.cancel(waiting.id, NOON)).toBe(false);
      expect(await on.store.cancel(dead.id, NOON)).toBe(true);
      expect(await on.store.redrive(dead.id, NOON)).toBe(false);
      expect(await on.store.cancel(done.id, NOON)).toBe(false);
      expect(await on.store.cancel(randomId(), NOON)).toBe(false);
      expect(await on.claim()).toEqual([]);
      expect([await on.status(waiting.id), await on.status(dead.id), await on.status(done.id)]).toEqual([
        'cancelled',
        'cancelled',
        'done',
      ]);
    });

    it('lets a running job finish, but makes no further attempt', async () => {
      const [finishes, fails] = [on.job(), on.job()];
      await on.store.enqueue(finishes, NOON);
      const finishing = await on.claimOne();
      expect(await on.store.cancel(finishes.id, NOON)).toBe(false);
      expect(await on.store.complete(finishing, NOON)).toBe(true);
      await on.store.enqueue(fails, NOON);
      const failing = await on.claimOne();
      expect(await on.store.cancel(fails.id, NOON)).toBe(false);
      expect(await on.store.fail(failing, 'no', NOON)).toBe(true);
      expect([await on.status(finishes.id), await on.status(fails.id)]).toEqual(['done', 'cancelled']);
    });

    it('makes no further attempt of a running job whose worker died', async () => {
      const given = on.job();
      await on.store.enqueue(given, NOON);
      await on.die();
      await on.store.cancel(given.id, NOON);
      expect(await on.claim()).toEqual([]);
      expect(await on.status(given.id)).toBe('cancelled');
    });
  });
}

function lookContract(on: JobFixture): void {
  describe('looking', () => {
    it('lists by status in pages, oldest first', async () => {
      const ids: string[] = [];
      for (let n = 0; n < 7; n += 1) {
        const given = on.job({ runAt: plus(parseInstant('1990-01-01T00:00:00Z'), n), attempts: 1 });
        ids.push(given.id);
        await on.store.enqueue(given, NOON);
      }
      const found: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await on.store.list({
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
      await on.claim(); // Leaves none waiting for the other tests to find.
      await expect(on.store.list({ status: 'waiting', limit: 0 })).rejects.toMatchObject({
        code: 'JOB.BAD_LIMIT',
      });
      await expect(on.store.list({ status: 'waiting', after: randomId() })).rejects.toMatchObject({
        code: 'JOB.UNKNOWN',
      });
    });

    it('tells when the next job is due', async () => {
      expect(await on.store.nextDue([on.kind])).toBeUndefined();
      for (const at of [50, 20, 90]) await on.store.enqueue(on.job({ runAt: plus(NOON, at) }), NOON);
      expect(await on.store.nextDue([on.kind])).toBe(plus(NOON, 20));
      await on.claimOne(plus(NOON, 20));
      expect(await on.store.nextDue([on.kind])).toBe(plus(NOON, 50));
    });

    it('forgets what ended more than 30 days ago, but no dead letter and nothing that waits', async () => {
      const [done, dead, waiting] = [on.job(), on.job({ attempts: 1 }), on.job({ runAt: plus(NOON, DAY) })];
      await on.store.enqueue(done, NOON);
      await on.store.complete(await on.claimOne(), NOON);
      await on.store.enqueue(dead, NOON);
      await on.store.fail(await on.claimOne(), 'no', NOON);
      await on.store.enqueue(waiting, NOON);
      await on.store.prune(plus(NOON, 30 * DAY));
      expect(await on.status(done.id)).toBe('done');
      expect(await on.store.prune(plus(NOON, 30 * DAY + 1))).toBeGreaterThanOrEqual(1);
      expect([await on.status(done.id), await on.status(dead.id), await on.status(waiting.id)]).toEqual([
        undefined,
        'dead',
        'waiting',
      ]);
    });
  });
}

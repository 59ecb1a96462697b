import { parseInstant, randomId, type Instant } from '#kernel';
import type { PolicyEffect } from '#platform/jobs';
import { LeaseLost } from '#platform/read-store';
import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOLD, NOON, plus, type JobFixture } from './jobs.fixture.js';

/** What a jobs store keeps besides jobs: how far schedules and policies have come, and who may move them on. */
export function progressContract(on: JobFixture): void {
  describe('schedules', () => {
    const daily = () => ({
      name: `daily-${randomId()}`,
      cron: '30 1 * * *',
      kind: on.kind,
      payload: { a: 1 },
    });
    const at = (text: string): Instant => parseInstant(text);

    it('begin with the first moment after they were first seen, and make one job for a moment', async () => {
      const schedule = daily();
      await on.store.runSchedules([schedule], at('2024-03-01T12:00:00Z'));
      expect(await on.claim(at('2024-03-02T01:29:59Z'))).toEqual([]);
      const stores = [on.store, await on.another(), await on.another()];
      const now = at('2024-03-02T01:30:00Z');
      await Promise.all(stores.map((each) => each.runSchedules([schedule], now)));
      const made = await on.claimOne(now);
      expect(made).toMatchObject({
        id: `${schedule.name}.20240302T013000Z`,
        payload: { a: 1, moment: now },
        runAt: now,
      });
      await on.store.complete(made, now);
      await on.store.runSchedules([schedule], plus(now, 1000));
      expect(await on.claim(plus(now, 1000))).toEqual([]);
    });

    it('make only the latest of the moments missed, and none again after it was forgotten', async () => {
      const yearly = { ...daily(), cron: '0 9 1 8 *' };
      await on.store.runSchedules([yearly], at('2020-09-01T12:00:00Z'));
      await on.store.runSchedules([yearly], at('2023-09-01T12:00:00Z'));
      const made = await on.claimOne(at('2023-09-01T12:00:00Z'));
      expect(made.id).toBe(`${yearly.name}.20230801T080000Z`);
      await on.store.complete(made, at('2023-09-01T12:00:00Z'));
      await on.store.prune(at('2024-01-01T00:00:00Z'));
      await on.store.runSchedules([yearly], at('2024-01-01T00:00:00Z'));
      expect(await on.claim(at('2024-01-01T00:00:00Z'))).toEqual([]);
    });

    it('keep London’s clock: once where the hour is missing, once where it comes twice', async () => {
      const schedule = daily();
      await on.store.runSchedules([schedule], at('2024-03-30T12:00:00Z'));
      const days = ['2024-03-31', '2024-10-26', '2024-10-27', '2024-10-28'];
      const made: string[] = [];
      for (const day of days) {
        for (let hour = 0; hour < 6; hour += 1) {
          const now = at(`${day}T0${hour}:59:59Z`);
          await on.store.runSchedules([schedule], now);
          made.push(...(await on.claim(now)).map((each) => each.id.slice(schedule.name.length + 1)));
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
      await expect(on.store.runSchedules([schedule], NOON)).rejects.toMatchObject({
        code: 'SCHEDULE.BAD_CRON',
      });
    });
  });

  describe('the event store they were made from', () => {
    // The store may hold anything else besides, but it belongs to one event store: all tests name the same one.
    it('is bound once, for every process, until everything is forgotten', async () => {
      await on.store.reset();
      await on.store.belongsTo('ours');
      await (await on.another()).belongsTo('ours');
      await expect((await on.another()).belongsTo('theirs')).rejects.toMatchObject({
        code: 'JOBS.OF_ANOTHER_STORE',
        message: expect.stringContaining('ops -- jobs reset'),
      });
      const [waiting, done, dead] = [on.job(), on.job(), on.job({ attempts: 1 })];
      await on.store.enqueue(done, NOON);
      await on.store.complete(await on.claimOne(), NOON);
      await on.store.enqueue(dead, NOON);
      await on.store.fail(await on.claimOne(), 'no', NOON);
      await on.store.enqueue(waiting, NOON);
      const lease = (await on.store.acquireLease(`policy:${on.kind}`, 'me', HOLD))!;
      await on.store.applyPolicy(on.kind, [], 5n, NOON, lease);
      await on.store.reset();
      for (const { id } of [waiting, done, dead]) expect(await on.status(id)).toBeUndefined();
      expect(await on.claim()).toEqual([]);
      expect(await on.store.policyCheckpoint(on.kind)).toBeUndefined();
      expect(await on.store.renewLease(lease, HOLD)).toBe(true);
      await on.store.belongsTo('theirs');
      await expect(on.store.belongsTo('ours')).rejects.toMatchObject({ code: 'JOBS.OF_ANOTHER_STORE' });
      expect(await on.store.enqueue(done, NOON)).toBe(true);
      expect((await on.claimOne()).attemptsMade).toBe(1);
      await on.store.reset();
    });
  });

  describe('policies', () => {
    it('keep effects and checkpoint together, in order, once', async () => {
      const lease = (await on.store.acquireLease(`policy:${on.kind}`, 'me', HOLD))!;
      expect(await on.store.policyCheckpoint(on.kind)).toBeUndefined();
      const [kept, cancelled, late] = [on.job(), on.job(), on.job()];
      const effects: PolicyEffect[] = [
        { enqueue: kept },
        { enqueue: cancelled },
        { cancel: cancelled.id },
        { cancel: randomId() },
      ];
      await on.store.applyPolicy(on.kind, effects, 9_007_199_254_740_993n, NOON, lease);
      expect(await on.store.policyCheckpoint(on.kind)).toBe(9_007_199_254_740_993n);
      expect([await on.status(kept.id), await on.status(cancelled.id)]).toEqual(['waiting', 'cancelled']);
      for (const stale of [9_007_199_254_740_993n, 5n]) {
        await on.store.applyPolicy(on.kind, [{ enqueue: late }], stale, NOON, lease);
      }
      expect(await on.status(late.id)).toBeUndefined();
      expect(await (await on.another()).policyCheckpoint(on.kind)).toBe(9_007_199_254_740_993n);
    });

    it('write nothing at all if one effect is refused', async () => {
      const lease = (await on.store.acquireLease(`policy:${on.kind}`, 'me', HOLD))!;
      const good = on.job();
      const effects = [{ enqueue: good }, { enqueue: on.job({ id: 'not an id' }) }];
      await expect(on.store.applyPolicy(on.kind, effects, 1n, NOON, lease)).rejects.toMatchObject({
        code: 'JOB.BAD_ID',
      });
      expect(await on.status(good.id)).toBeUndefined();
      expect(await on.store.policyCheckpoint(on.kind)).toBeUndefined();
    });

    it('are fenced: whoever lost the lease writes nothing', async () => {
      const lease = (await on.store.acquireLease(`policy:${on.kind}`, 'slow', 1))!;
      await sleep(5);
      const other = await on.another();
      const taken = (await other.acquireLease(lease.name, 'quick', HOLD))!;
      const late = on.job();
      await expect(on.store.applyPolicy(on.kind, [{ enqueue: late }], 1n, NOON, lease)).rejects.toThrow(
        LeaseLost,
      );
      expect(await on.status(late.id)).toBeUndefined();
      expect(await on.store.policyCheckpoint(on.kind)).toBeUndefined();
      await other.applyPolicy(on.kind, [{ enqueue: late }], 1n, NOON, taken);
      expect(await on.status(late.id)).toBe('waiting');
    });
  });

  describe('leases', () => {
    it('have one holder until released, run out or renewed', async () => {
      const other = await on.another();
      const mine = (await on.store.acquireLease(`lease-${on.kind}`, 'me', HOLD))!;
      expect(await other.acquireLease(mine.name, 'you', HOLD)).toBeUndefined();
      await on.store.releaseLease(mine);
      const yours = (await other.acquireLease(mine.name, 'you', 40))!;
      expect(yours.fence > mine.fence).toBe(true);
      expect(await on.store.renewLease(mine, HOLD)).toBe(false);
      await on.store.releaseLease(mine); // Of no effect: it is not mine.
      expect(await on.store.acquireLease(mine.name, 'me', HOLD)).toBeUndefined();
      expect(await other.renewLease(yours, 40)).toBe(true);
      await sleep(60);
      const again = (await on.store.acquireLease(mine.name, 'me', HOLD))!;
      expect(again.fence > yours.fence).toBe(true);
      expect(await other.renewLease(yours, HOLD)).toBe(false);
    });
  });
}

import { systemClock } from '#kernel';
import type { Job, JobStore } from '#platform/jobs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { JobProcess, linesOf, until } from './job-processes.js';
import { openJobsOf } from './jobs-place.js';

/** @param redisUrl where the jobs are; if there is none, in a file */
export function workersInTrouble(engine: string, redisUrl: () => string | undefined): void {
  describe(`workers that are killed, stopped, or in each other’s way, with jobs on ${engine}`, () => {
    let folder: string;
    let store: JobStore;
    let processes: JobProcess[];

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'tranche-faults-'));
      store = await openJobsOf(folder, redisUrl());
      processes = [];
    });
    afterEach(async () => {
      await Promise.all(processes.map((one) => one.kill()));
      await store.close();
      rmSync(folder, { recursive: true });
    });

    const start = (hold: number): JobProcess => {
      const one = JobProcess.start('worker', folder, hold, redisUrl());
      processes.push(one);
      return one;
    };
    const enqueue = async (count: number, milliseconds: number): Promise<string[]> => {
      const ids = Array.from({ length: count }, (_, n) => `job-${n}`);
      const now = systemClock.now();
      const lease = (await store.acquireLease('policy:test', 'test', 60_000))!;
      const effects = ids.map((id) => ({
        enqueue: { id, kind: 'send', payload: { milliseconds }, attempts: 100 },
      }));
      await store.applyPolicy('test', effects, 1n, now, lease);
      return ids;
    };
    const withStatus = (status: Job['status']): Promise<readonly Job[]> =>
      store.list({ status, limit: 1000 });
    const allDone = (ids: readonly string[]) => async (): Promise<boolean> =>
      (await withStatus('done')).length === ids.length;
    /** Every job's message is there, once and whole, and nothing else is but what a crash may leave. */
    const expectOutbox = (ids: readonly string[]): void => {
      const files = readdirSync(join(folder, 'outbox')).filter((name) => !name.startsWith('.'));
      expect(files.sort()).toEqual(ids.map((id) => `${id}.json`).sort());
      for (const id of ids) {
        const message = JSON.parse(readFileSync(join(folder, 'outbox', `${id}.json`), 'utf8'));
        expect(message).toMatchObject({ jobId: id, subject: id, body: 'x'.repeat(3000) });
      }
    };

    it('lose no job and send nothing twice under kill -9', async () => {
      const ids = await enqueue(150, 15);
      for (let round = 0; round < 10; round += 1) {
        const one = start(250);
        const before = linesOf(folder, 'begun').length;
        await until(() => linesOf(folder, 'begun').length > before);
        await sleep(Math.random() * 60);
        await one.kill();
        // On a busy machine each has time for much before it is seen to have begun.
        if (await allDone(ids)()) break;
      }
      start(250);
      await until(allDone(ids));
      expectOutbox(ids);
      // Otherwise no kill met a job, and nothing has been shown.
      expect((await withStatus('done')).some((job) => job.attemptsMade > 1)).toBe(true);
    });

    it('share the work between two processes without doing any of it twice', async () => {
      const ids = await enqueue(200, 5);
      const workers = [start(15_000), start(15_000)];
      await until(allDone(ids));
      await Promise.all(workers.map((one) => one.end()));
      const ended = linesOf(folder, 'ended');
      expect(ended.map(({ id }) => id).sort()).toEqual([...ids].sort());
      expect(linesOf(folder, 'begun')).toHaveLength(ids.length);
      expect(new Set(ended.map(({ pid }) => pid)).size).toBe(2);
      expectOutbox(ids);
    });

    it('do not count the word of one that was stopped for longer than its hold', async () => {
      const [id] = await enqueue(1, 400);
      const stopped = start(300);
      await until(() => linesOf(folder, 'begun').length === 1);
      stopped.signal('SIGSTOP');
      const other = start(300);
      await until(allDone([id!]));
      const done = await store.get(id!);
      stopped.signal('SIGCONT');
      await stopped.hasSaid(`warn job ${id} was done, but that could not be kept`);
      expect(linesOf(folder, 'ended').map(({ pid }) => pid)).toEqual([other.pid, stopped.pid]);
      expect(await store.get(id!)).toEqual(done);
      expect(done?.attemptsMade).toBe(2);
      expectOutbox([id!]);
    });

    it('let their jobs finish when asked to end', async () => {
      const ids = await enqueue(8, 300);
      const one = start(15_000);
      await until(() => linesOf(folder, 'begun').length === 8);
      await one.end();
      expect(await allDone(ids)()).toBe(true);
    });
  });
}

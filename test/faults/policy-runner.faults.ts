import { openSqliteEventStore, type SqliteEventStore } from '#platform/event-store';
import type { JobStore } from '#platform/jobs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { windowEvent } from './job-policy.js';
import { JobProcess, until } from './job-processes.js';
import { openJobsOf } from './jobs-place.js';

/** @param redisUrl where the jobs are; if there is none, in a file */
export function policyRunnersKilled(engine: string, redisUrl: () => string | undefined): void {
  describe(`policy runners that are killed, with jobs on ${engine}`, () => {
    let folder: string;
    let jobs: JobStore;
    let events: SqliteEventStore;
    let processes: JobProcess[];

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'tranche-faults-'));
      jobs = await openJobsOf(folder, redisUrl());
      events = await openSqliteEventStore({ path: join(folder, 'events.sqlite') });
      processes = [];
    });
    afterEach(async () => {
      await Promise.all(processes.map((one) => one.kill()));
      await events.close();
      await jobs.close();
      rmSync(folder, { recursive: true });
    });

    const start = (lease: number): JobProcess => {
      const one = JobProcess.start('policies', folder, lease, redisUrl());
      processes.push(one);
      return one;
    };
    const reached = (position: bigint) => async (): Promise<boolean> =>
      ((await jobs.policyCheckpoint('remind')) ?? -1n) >= position;

    it('leave no job out and undo no cancelling, whenever it happens and whoever takes over', async () => {
      const open: string[] = [];
      const closed: string[] = [];
      let stopped = false;
      const append = async (): Promise<bigint> => {
        let head = 0n;
        for (let n = 0; !stopped; n += 1) {
          const name = `w${n}`;
          const closes = n % 3 === 0;
          const batch = [windowEvent('opened', name), windowEvent('noise', name)];
          if (closes) batch.push(windowEvent('closed', name));
          head = (await events.append(`window-${n}`, 'no-stream', batch)).position!;
          (closes ? closed : open).push(`remind.${name}`);
          if (n % 10 === 0) await sleep(10);
        }
        return head;
      };
      const appending = append();
      let interrupted = 0;
      for (let round = 0; round < 8; round += 1) {
        const before = (await jobs.policyCheckpoint('remind')) ?? 0n;
        const two = [start(300), start(300)];
        await until(reached(before + 1n));
        await sleep(Math.random() * 100);
        await Promise.all(two.map((one) => one.kill()));
        if (!(await reached((await events.head())!)())) interrupted += 1;
      }
      stopped = true;
      const head = await appending;
      start(300);
      await until(reached(head));
      const listed = async (status: 'waiting' | 'cancelled'): Promise<string[]> => {
        const ids: string[] = [];
        for (;;) {
          const after = ids.length === 0 ? {} : { after: ids.at(-1)! };
          const page = await jobs.list({ status, limit: 1000, ...after });
          ids.push(...page.map(({ id }) => id));
          if (page.length < 1000) return ids.sort();
        }
      };
      expect(await listed('waiting')).toEqual(open.sort());
      expect(await listed('cancelled')).toEqual(closed.sort());
      expect(interrupted).toBeGreaterThan(0); // Otherwise no kill met a runner at work.
    });

    it('are replaced by another process within 10 s', async () => {
      const first = start(6000);
      await first.hasSaid('following');
      const second = start(6000);
      await second.hasSaid('standing-by');
      await sleep(2500); // Until the lease has been renewed at least once.
      await first.kill();
      const killed = Date.now();
      const { position } = await events.append('window-1', 'no-stream', [windowEvent('opened', 'late')]);
      await until(reached(position!), 10_000);
      expect(Date.now() - killed).toBeGreaterThan(1000); // It had to wait: the lease was held.
      expect((await jobs.get('remind.late'))?.status).toBe('waiting');
    });
  });
}

import { systemClock } from '#kernel';
import { openSqliteJobStore } from '#platform/jobs';
import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workersInTrouble } from './job-worker.faults.js';

workersInTrouble('node:sqlite', () => undefined);

describe('a jobs file that is full', () => {
  it('refuses clearly, keeps what it acknowledged, and goes on when there is room', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tranche-faults-'));
    const path = join(folder, 'jobs.sqlite');
    const now = systemClock.now();
    const job = (n: number) => ({ id: `job-${n}`, kind: 'k', payload: { text: 'x'.repeat(500) } });
    const store = await openSqliteJobStore({ path, maxPages: 40 });
    const lease = (await store.acquireLease('policy:p', 'me', 60_000))!;
    let kept = 0;
    const fill = async (): Promise<void> => {
      for (; ; kept += 1) await store.enqueue(job(kept), now);
    };
    await expect(fill()).rejects.toMatchObject({ code: 'STORE.FULL', refusal: { kind: 'full' } });
    expect(kept).toBeGreaterThan(20);
    const many = Array.from({ length: 50 }, (_, n) => ({ enqueue: job(1000 + n) }));
    await expect(store.applyPolicy('p', many, 7n, now, lease)).rejects.toMatchObject({ code: 'STORE.FULL' });
    expect(await store.policyCheckpoint('p')).toBeUndefined();
    expect(await store.list({ status: 'waiting', limit: 1000 })).toHaveLength(kept);
    // Work goes on: ending jobs needs no room, and forgetting them makes some.
    const [claimed] = await store.claim({ now, limit: 1, holdMilliseconds: 60_000 });
    expect(await store.complete(claimed!, now)).toBe(true);
    await store.close();
    const roomy = await openSqliteJobStore({ path });
    await roomy.applyPolicy('p', many, 7n, now, lease);
    expect(await roomy.list({ status: 'waiting', limit: 1000 })).toHaveLength(kept - 1 + many.length);
    await roomy.close();
    rmSync(folder, { recursive: true });
  });
});

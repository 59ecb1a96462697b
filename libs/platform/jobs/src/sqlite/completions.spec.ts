import { parseInstant } from '#kernel';
import { describe, expect, it } from '@jest/globals';
import type { ClaimedJob } from '../job-store.js';
import { Completions } from './completions.js';

const now = parseInstant('2024-01-01T09:00:00Z', 'now');
const job = (id: string) => ({ id }) as unknown as ClaimedJob;

describe('jobs that end in one moment', () => {
  it('are kept together, and each is told whether it still was its worker’s', async () => {
    const written: (readonly string[])[] = [];
    const completions = new Completions((ended) => {
      written.push(ended.map((one) => one.job.id));
      return ended.map((one) => one.job.id !== 'lost');
    });
    const first = ['a', 'lost', 'b'].map((id) => completions.add(job(id), now));
    expect(await Promise.all(first)).toEqual([true, false, true]);
    expect(await completions.add(job('c'), now)).toBe(true);
    expect(written).toEqual([['a', 'lost', 'b'], ['c']]);
  });

  it('are all told when they could not be kept, and can be kept by trying again', async () => {
    let isFull = true;
    const completions = new Completions((ended) => {
      if (isFull) throw new Error('no room');
      return ended.map(() => true);
    });
    const told = await Promise.allSettled(['a', 'b'].map((id) => completions.add(job(id), now)));
    expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isFull = false;
    expect(await completions.add(job('a'), now)).toBe(true);
  });

  it('are kept before the store is closed', async () => {
    const completions = new Completions((ended) => ended.map(() => true));
    const waiting = completions.add(job('a'), now);
    completions.flush();
    completions.flush();
    expect(await waiting).toBe(true);
  });
});

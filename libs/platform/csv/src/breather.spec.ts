import { describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { breather, forEachOf } from './breather.js';

function busyFor(milliseconds: number): void {
  for (const until = performance.now() + milliseconds; performance.now() < until;);
}

describe('long work on a thread that others need', () => {
  it('gives way between steps, however many are under way at once', async () => {
    let turns = 0;
    let running = true;
    const others = (async () => {
      for (; running; turns += 1) await setImmediate();
    })();
    // 400 ms of work that never waits for anything.
    await forEachOf(Array.from({ length: 400 }), 64, async () => busyFor(1));
    running = false;
    await others;
    expect(turns).toBeGreaterThanOrEqual(20);
  });

  it('is not slowed down while it is short', () => {
    expect(breather()()).toBeUndefined();
  });
});

describe('running a step on every item', () => {
  it('keeps to how many may run at once, and leaves none out', async () => {
    let now = 0;
    let most = 0;
    const done: number[] = [];
    await forEachOf([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      most = Math.max(most, (now += 1));
      await setImmediate();
      done.push(item);
      now -= 1;
    });
    expect(most).toBe(3);
    expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('begins no more after a failure, and throws it once those under way have ended', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const failing = forEachOf([1, 2, 3, 4, 5], 2, async (item) => {
      begun.push(item);
      if (item === 1) throw new Error('no');
      await setImmediate();
      ended.push(item);
    });
    await expect(failing).rejects.toThrow('no');
    expect(begun).toEqual([1, 2]);
    expect(ended).toEqual([2]);
  });
});

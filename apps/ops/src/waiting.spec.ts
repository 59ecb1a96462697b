import { beforeEach, describe, expect, it } from '@jest/globals';
import { Waiting } from './waiting.js';

describe('waiting at a terminal', () => {
  let now: number;
  let written: string[];
  beforeEach(() => {
    now = 0;
    written = [];
  });
  const terminal = (isTTY: boolean) => ({ isTTY, write: (text: string) => written.push(text) > 0 }) as never;
  const waitingOn = (isTTY: boolean) => new Waiting(terminal(isTTY), () => now);
  const jobs = (done: number) => ({ what: 'jobs', done }) as const;

  it('is not told of while it is short', () => {
    const waiting = waitingOn(true);
    now = 1999;
    waiting.told(jobs(5));
    waiting.over();
    expect(written).toEqual([]);
  });

  it('is told of once it is long: what for, how far it is, and how not to wait', () => {
    const waiting = waitingOn(true);
    for (now of [2000, 2100, 2600]) waiting.told(jobs(now));
    now = 4000;
    waiting.told({ what: 'read-model', name: 'participations' });
    waiting.over();
    expect(written.join('|')).toMatch(
      /--without-waiting.*2,000 jobs done.*2,600 jobs.*list of participations/s,
    );
    expect(written.join('')).not.toContain('2,100');
  });

  it('is told of in one line where nobody looks on', () => {
    const waiting = waitingOn(false);
    for (now of [2000, 3000, 9000]) waiting.told(jobs(now));
    waiting.over();
    expect(written).toEqual([expect.stringContaining('--without-waiting')]);
  });

  it('is not told of while something else is shown', async () => {
    const waiting = waitingOn(false);
    const shown = Promise.withResolvers<void>();
    waiting.holdBackUntil(shown.promise);
    now = 60_000;
    waiting.told(jobs(1));
    shown.resolve();
    await shown.promise;
    waiting.told(jobs(2));
    expect(written).toEqual([]);
    now = 63_000;
    waiting.told(jobs(3));
    expect(written).toHaveLength(1);
  });
});

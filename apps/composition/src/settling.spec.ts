import { describe, expect, it } from '@jest/globals';
import { settle } from './settling.js';

/** Work that leads to other work for so many rounds. */
function parts(rounds: number) {
  let head = 0;
  const brought: unknown[] = [];
  const projection = { name: 'all' } as never;
  return {
    brought,
    parts: {
      events: { head: () => Promise.resolve(BigInt(head)) },
      policies: {
        runToHead: () => {
          if (head < rounds) head += 1;
          return Promise.resolve() as never;
        },
      },
      jobs: { runDue: () => Promise.resolve({ done: 0 }) as never },
      readModels: { upToHead: (one: unknown) => Promise.resolve(brought.push(one)) as never },
      projections: [projection],
    },
  };
}

describe('what follows from what happened', () => {
  it('is let happen until nothing follows any more, and is then shown', async () => {
    const { parts: all, brought } = parts(99);
    await settle(all);
    expect(brought).toHaveLength(1);
  });

  it('is left for later when it never comes to an end', async () => {
    const { parts: all, brought } = parts(Infinity);
    await expect(settle(all)).rejects.toMatchObject({
      code: 'SETTLE.NEVER_QUIET',
      message: expect.stringContaining('they go on later'),
    });
    expect(brought).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { settle } from './settling.js';

/** Work that leads to other work for so many rounds. */
function parts(rounds: number) {
  let head = 0;
  const brought: unknown[] = [];
  const projection = { collection: { name: 'all' } } as never;
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
      jobs: {
        runDue: (_now: unknown, told?: (done: number) => void) => {
          const done = head < rounds ? 2 : 0;
          if (done > 0) told?.(done);
          return Promise.resolve({ done }) as never;
        },
      },
      readModels: { upToHead: (one: unknown) => Promise.resolve(brought.push(one)) as never },
      projections: [projection],
    },
  };
}

describe('what follows from what happened', () => {
  it('is let happen until nothing follows any more, and is then shown', async () => {
    const { parts: all, brought } = parts(3);
    const steps: unknown[] = [];
    await settle(all, (step) => steps.push(step));
    expect(brought).toHaveLength(1);
    const policies = { what: 'policies' };
    const jobs = [2, 4].flatMap((done) => [policies, { what: 'jobs', done }]);
    expect(steps).toEqual([...jobs, policies, policies, { what: 'read-model', name: 'all' }]);
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

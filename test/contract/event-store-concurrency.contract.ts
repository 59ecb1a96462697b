import { ConcurrencyConflict, LARGEST_APPEND_BYTES, type ExpectedRevision } from '#platform/event-store';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  collect,
  collectAll,
  freshCategory,
  freshStream,
  idsOf,
  isAscending,
  newEvent,
  newEvents,
  type Open,
} from './event-store.fixture.js';

interface Attempt {
  /** Which stream, which of the stores open on it, how many events, and by how much to miss the revision. */
  readonly stream: number;
  readonly store: number;
  readonly count: number;
  readonly off: number;
}

const attempts = fc.array(
  fc.record({
    stream: fc.nat({ max: 3 }),
    store: fc.nat({ max: 1 }),
    count: fc.integer({ min: 0, max: 4 }),
    off: fc.constantFrom(0, 0, 0, 0, -1, 1),
  }),
  { minLength: 1, maxLength: 40 },
);

export function concurrencyContract({ store, another }: Open): void {
  it('lets one of 64 create a stream; the others conflict and write nothing', async () => {
    const stream = freshStream();
    const all = Array.from({ length: 64 }, () => newEvent());
    const results = await Promise.allSettled(
      all.map((event) => store().append(stream, 'no-stream', [event])),
    );
    const failures = results.filter((result) => result.status === 'rejected');
    expect(failures).toHaveLength(63);
    expect(failures.every((failure) => failure.reason instanceof ConcurrencyConflict)).toBe(true);
    const winner = all[results.findIndex((result) => result.status === 'fulfilled')]!;
    expect(idsOf(await collect(store().readStream(stream)))).toEqual([winner.id]);
  });

  it('does not let a conflict or an append that is too large fail its neighbours', async () => {
    const category = freshCategory();
    const taken = freshStream(category);
    await store().append(taken, 'no-stream', newEvents(1));
    const big = newEvent('Happened', { text: 'x'.repeat(LARGEST_APPEND_BYTES) });
    const good = Array.from({ length: 30 }, () => freshStream(category));
    const results = await Promise.allSettled(
      good.flatMap((stream) => [
        store().append(taken, 'no-stream', newEvents(1)),
        store().append(stream, 'no-stream', newEvents(2)),
        store().append(freshStream(category), 'no-stream', [big]),
      ]),
    );
    const fulfilled = results.map((result) => result.status === 'fulfilled');
    expect(fulfilled).toEqual(good.flatMap(() => [false, true, false]));
    const written = await collectAll(store().readAll({ filter: { streamPrefixes: [`${category}-`] } }));
    expect(written).toHaveLength(1 + 2 * good.length);
  });

  it('lets two that have it open take turns on one stream', async () => {
    const stream = freshStream();
    const stores = [store(), await another()];
    for (let n = 0; n < 10; n += 1) {
      const expected = n === 0 ? 'no-stream' : BigInt(n - 1);
      const { revision } = await stores[n % 2]!.append(stream, expected, newEvents(1));
      expect(revision).toBe(BigInt(n));
      await expect(stores[(n + 1) % 2]!.append(stream, expected, newEvents(1))).rejects.toMatchObject({
        actual: BigInt(n),
      });
    }
    await stores[1]!.close();
  });

  it('holds under any appends at once, from two that have it open: gapless, in order, each acknowledged event once', async () => {
    const stores = [store(), await another()];
    await fc.assert(
      fc.asyncProperty(attempts, fc.nat({ max: 4 }), async (plan, waves) => {
        const category = freshCategory();
        const streams = Array.from({ length: 4 }, () => freshStream(category));
        const acknowledged = new Set<string>();
        const refused = new Set<string>();
        const head = new Map<string, bigint>(streams.map((stream) => [stream, -1n]));

        const run = async (attempt: Attempt): Promise<void> => {
          const stream = streams[attempt.stream]!;
          const expected = head.get(stream)! + BigInt(attempt.off);
          const revision: ExpectedRevision = expected < 0n ? 'no-stream' : expected;
          const events = newEvents(attempt.count);
          try {
            const result = await stores[attempt.store]!.append(stream, revision, events);
            for (const event of events) acknowledged.add(event.id);
            if (result.revision !== 'no-stream' && result.revision > head.get(stream)!) {
              head.set(stream, result.revision);
            }
          } catch (error) {
            expect(error).toBeInstanceOf(ConcurrencyConflict);
            for (const event of events) refused.add(event.id);
          }
        };
        const size = Math.ceil(plan.length / (waves + 1));
        for (let at = 0; at < plan.length; at += size) {
          await Promise.all(plan.slice(at, at + size).map(run));
        }

        const log = await collectAll(store().readAll({ filter: { streamPrefixes: [`${category}-`] } }));
        expect(isAscending(log.map((event) => event.position))).toBe(true);
        expect(idsOf(log).toSorted()).toEqual([...acknowledged].toSorted());
        expect(idsOf(log).some((id) => refused.has(id))).toBe(false);
        for (const stream of streams) {
          const own = log.filter((event) => event.stream === stream);
          expect(own.map((event) => event.revision)).toEqual(own.map((_, index) => BigInt(index)));
          expect(await collect(store().readStream(stream))).toEqual(own);
        }
      }),
      { numRuns: 60 },
    );
    await stores[1]!.close();
  });
}

import { randomId } from '#kernel';
import type { CollectionSpec, DocumentWrite, ReadStore } from '#platform/read-store';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allPages, type DrawnRuns } from './read-store.queries.js';

type Item = Readonly<{ id: string; size: number }>;

/** The part of the contract that projections rest on. */
export function appliedAgain(
  name: string,
  open: () => Promise<ReadStore>,
  { share = 1 }: DrawnRuns = {},
): void {
  let store: ReadStore;
  describe(`events applied again on ${name}`, () => {
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store.close());

    it('change nothing, whichever stretches come again, in whatever overlap', async () => {
      const history = fc.array(
        fc.record({ id: fc.constantFrom('a', 'b', 'c'), by: fc.integer({ min: -2, max: 3 }) }),
        {
          minLength: 1,
          maxLength: 30,
        },
      );
      const stretches = fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(history, stretches, async (events, again) => {
          const once = await fold(events, [[0, events.length]]);
          const more = await fold(events, [[0, events.length], ...again]);
          expect(more).toEqual(once);
          // And with batches cut anywhere, each beginning somewhere in what was done before.
          const cuts: [number, number][] = [];
          let reached = 0;
          for (const [back, forth] of [...again, [0, events.length] as const]) {
            cuts.push([Math.max(0, reached - back), Math.min(events.length, reached + forth)]);
            reached = Math.max(reached, cuts.at(-1)![1]);
          }
          expect(await fold(events, cuts)).toEqual(once);
        }),
        { numRuns: Math.ceil(40 * share) },
      );
    });

    /** A document's size is the sum of what happened to it; below zero it is gone. */
    const fold = async (
      events: readonly { id: string; by: number }[],
      stretches: readonly (readonly [number, number])[],
    ): Promise<unknown> => {
      const own: CollectionSpec<Item> = {
        name: `c-${randomId()}`,
        version: 1,
        indexes: { bySize: ['size'] },
      };
      const held = (await store.acquireLease(own.name, randomId(), 60_000))!;
      const build = await store.liveBuild(own, 'the-event-store');
      for (const [from, to] of stretches) {
        const seen = await store.seen<Item>(build, ['a', 'b', 'c']);
        const changed = new Map<string, DocumentWrite>();
        for (const [at, { id, by }] of [...events.entries()].slice(from, to)) {
          const position = BigInt(at + 1);
          const before = seen.get(id);
          if (before !== undefined && before.position >= position) continue;
          const size = (before?.document?.size ?? 0) + by;
          const document = size < 0 ? null : { id, size };
          seen.set(id, { document, position });
          changed.set(id, { id, document, position });
        }
        await store.write(build, held, [...changed.values()], BigInt(Math.min(to, events.length)));
      }
      const documents = await allPages(store.collection(own), {});
      return {
        documents,
        seen: await store.seen(build, ['a', 'b', 'c']),
        at: await store.checkpoint(build),
      };
    };
  });
}

import { randomId, type Position } from '#kernel';
import {
  BuildRetired,
  LeaseLost,
  type Build,
  type CollectionSpec,
  type Document,
  type DocumentWrite,
  type Lease,
  type ReadStore,
} from '#platform/read-store';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { appliedAgain } from './read-store.again.js';
import { readStoreQueries } from './read-store.finding.js';
import { allPages, type DrawnRuns } from './read-store.queries.js';

type Item = Readonly<{ id: string; kind: string; size: number }>;

const LONG = 60_000;
const SOURCE = 'the-event-store';

/**
 * What every engine of the read-store port does. The store may hold anything else besides: every test uses
 * collections of its own.
 * @param shortLease in milliseconds, that runs out now and then in the middle of a batch
 * @param share of the drawn examples that are run, 0 to 1: an engine far away is slower
 * @param open opens the same store each time; several may be open at once, as in several processes
 */
export function readStoreContract(
  name: string,
  open: () => Promise<ReadStore>,
  { share = 1, shortLease = 4 }: DrawnRuns & { readonly shortLease?: number } = {},
): void {
  readStoreQueries(name, open, { share });
  appliedAgain(name, open, { share });

  describe(`read store on ${name}`, () => {
    let store: ReadStore;
    let opened: ReadStore[];
    let spec: CollectionSpec<Item>;
    let lease: Lease;
    let live: Build;

    const another = async (): Promise<ReadStore> => {
      const one = await open();
      opened.push(one);
      return one;
    };
    const holderOf = async (what: string, milliseconds = LONG): Promise<Lease> =>
      (await store.acquireLease(`${spec.name} ${what}`, randomId(), milliseconds))!;
    const item = (id: string, rest: Partial<Item> = {}): Item => ({ id, kind: 'one', size: 1, ...rest });
    const put = (document: Item, position: Position): DocumentWrite => ({
      id: document.id,
      document,
      position,
    });
    const remove = (id: string, position: Position): DocumentWrite => ({ id, document: null, position });
    const all = async (from = store): Promise<Item[]> => allPages(from.collection(spec), {});

    beforeEach(async () => {
      opened = [];
      store = await another();
      spec = { name: `c-${randomId()}`, version: 1, indexes: { byKind: ['kind', 'size'] } };
      lease = await holderOf('live');
      live = await store.liveBuild(spec, SOURCE);
    });
    afterEach(async () => {
      for (const one of opened) await one.close();
    });

    describe('a batch', () => {
      it('is found by every process, with its checkpoint', async () => {
        expect(await store.checkpoint(live)).toBeUndefined();
        await store.write(live, lease, [put(item('x'), 3n), put(item('y', { size: 2 }), 4n)], 5n);
        const other = await another();
        expect(await other.collection(spec).get('x')).toEqual(item('x'));
        expect(await all(other)).toEqual([item('x'), item('y', { size: 2 })]);
        expect(await other.checkpoint(await other.liveBuild(spec, SOURCE))).toBe(5n);
      });

      it('replaces and deletes; a deleted document is found by no query, but its position is kept', async () => {
        await store.write(live, lease, [put(item('x'), 1n), put(item('y'), 2n)], 2n);
        await store.write(live, lease, [remove('x', 3n), put(item('y', { kind: 'two' }), 4n)], 4n);
        const collection = store.collection(spec);
        expect(await collection.get('x')).toBeUndefined();
        expect(await all()).toEqual([item('y', { kind: 'two' })]);
        for (const where of [{ kind: 'one' }, { id: 'x' }, { id: { from: 'a' } }, { kind: null }] as const) {
          expect((await collection.find({ where })).documents.filter(({ id }) => id === 'x')).toEqual([]);
        }
        expect(await store.seen(live, ['x', 'y', 'z'])).toEqual(
          new Map([
            ['x', { document: null, position: 3n }],
            ['y', { document: item('y', { kind: 'two' }), position: 4n }],
          ]),
        );
      });

      it('skips what a document, or the mark of a deleted one, has already seen', async () => {
        await store.write(live, lease, [put(item('x', { size: 5 }), 5n), remove('y', 5n)], 5n);
        const again = [put(item('x', { size: 4 }), 4n), put(item('y'), 5n), put(item('z'), 4n)];
        await store.write(live, lease, again, 5n);
        expect(await all()).toEqual([item('x', { size: 5 }), item('z')]);
        await store.write(live, lease, [put(item('y', { size: 6 }), 6n)], 6n);
        expect(await store.collection(spec).get('y')).toEqual(item('y', { size: 6 }));
      });

      it('never moves the checkpoint back', async () => {
        await store.write(live, lease, [], 9n);
        await store.write(live, lease, [put(item('x'), 4n)], 4n);
        expect(await store.checkpoint(live)).toBe(9n);
      });

      it('keeps positions beyond what a double can count', async () => {
        const far = 2n ** 62n + 1n;
        await store.write(live, lease, [put(item('x'), far)], far);
        expect(await store.checkpoint(live)).toBe(far);
        expect((await store.seen(live, ['x'])).get('x')?.position).toBe(far);
      });

      it('is written as a whole or not at all, whatever document is none', async () => {
        const wrong: DocumentWrite[] = [
          { id: 'y', document: { id: 'z' }, position: 2n },
          { id: '', document: { id: '' }, position: 2n },
          { id: '\ud800', document: { id: '\ud800' }, position: 2n },
          { id: 'y', document: { id: 'y', kind: ['a', 'list'] }, position: 2n },
          { id: 'y', document: { id: 'y', size: NaN }, position: 2n },
        ];
        for (const one of wrong) {
          await expect(store.write(live, lease, [put(item('x'), 1n), one], 2n)).rejects.toThrow(spec.name);
        }
        expect(await all()).toEqual([]);
        expect(await store.checkpoint(live)).toBeUndefined();
      });

      it('keeps any JSON as it was', async () => {
        await fc.assert(
          fc.asyncProperty(fc.jsonValue(), fc.string({ minLength: 1, unit: 'binary' }), async (json, id) => {
            const document = { id, anything: json } as unknown as Item;
            const position = ((await store.checkpoint(live)) ?? 0n) + 1n;
            await store.write(live, lease, [put(document, position)], position);
            const kept = JSON.parse(JSON.stringify(document)) as unknown;
            expect(await store.collection(spec).get(id)).toEqual(kept);
            expect((await store.collection(spec).find({ where: { id } })).documents).toEqual([kept]);
          }),
          { numRuns: Math.ceil(50 * share) },
        );
      });
    });

    describe('a lease', () => {
      it('is held by one until it is given back', async () => {
        const other = await another();
        expect(await other.acquireLease(lease.name, 'other', LONG)).toBeUndefined();
        expect(await store.renewLease(lease, LONG)).toBe(true);
        await store.releaseLease(lease);
        const theirs = (await other.acquireLease(lease.name, 'other', LONG))!;
        expect(theirs).toEqual({ name: lease.name, holder: 'other', fence: lease.fence + 1n });
        expect(await store.renewLease(lease, LONG)).toBe(false);
        await store.releaseLease(lease);
        expect(await store.acquireLease(lease.name, 'third', LONG)).toBeUndefined();
      });

      it('runs out; whoever has been overtaken writes nothing', async () => {
        const short = await holderOf('short', 40);
        await store.write(live, short, [put(item('x'), 1n)], 1n);
        await sleep(60);
        await store.write(live, short, [put(item('x', { size: 2 }), 2n)], 2n);
        const next = (await (await another()).acquireLease(short.name, 'next', LONG))!;
        expect(next.fence).toBeGreaterThan(short.fence);
        const late = [put(item('x', { size: 3 }), 3n), put(item('y'), 3n)];
        await expect(store.write(live, short, late, 3n)).rejects.toThrow(LeaseLost);
        expect(await all()).toEqual([item('x', { size: 2 })]);
        expect(await store.checkpoint(live)).toBe(2n);
        for (const change of [
          () => store.startBuild(spec, SOURCE, short),
          () => store.swap(live, short),
          () => store.abandon(live, short),
          () => store.dropOlder(live, short),
        ]) {
          await expect(change()).rejects.toThrow(LeaseLost);
        }
      });

      it('gives each holder a greater fence, also after it was free', async () => {
        let fence = 0n;
        for (let round = 0; round < 5; round += 1) {
          const held = (await store.acquireLease(`${spec.name} again`, `h${round}`, LONG))!;
          expect(held.fence).toBeGreaterThan(fence);
          ({ fence } = held);
          await store.releaseLease(held);
        }
      });

      it('lets two projectors that take it from each other in the middle count each event once', async () => {
        const events = 60;
        const projector = async (own: ReadStore): Promise<void> => {
          for (;;) {
            const held = await own.acquireLease(`${spec.name} race`, randomId(), shortLease);
            if (held === undefined) {
              await sleep(1);
              continue;
            }
            try {
              for (;;) {
                const at = (await own.checkpoint(live)) ?? 0n;
                if (at >= BigInt(events)) return;
                const before = (await own.seen<Item>(live, ['sum'])).get('sum')?.document?.size ?? 0;
                // Long enough for the lease to run out now and then.
                await sleep(Math.random() * 1.5 * shortLease);
                await own.write(live, held, [put(item('sum', { size: before + 1 }), at + 1n)], at + 1n);
              }
            } catch (error) {
              if (!(error instanceof LeaseLost)) throw error;
            }
          }
        };
        await Promise.all([
          projector(await another()),
          projector(await another()),
          projector(await another()),
        ]);
        expect(await all()).toEqual([item('sum', { size: events })]);
      });
    });

    describe('a build beside the live one', () => {
      let rebuilding: Lease;
      beforeEach(async () => {
        await store.write(live, lease, [put(item('old'), 1n)], 5n);
        rebuilding = await holderOf('rebuild');
      });

      it('is not seen until it is swapped in; then the old one is no more', async () => {
        const beside = await store.startBuild(spec, SOURCE, rebuilding);
        expect(beside.state).toBe('building');
        expect(await store.checkpoint(beside)).toBeUndefined();
        await store.write(beside, rebuilding, [put(item('new'), 2n)], 5n);
        await store.write(live, lease, [put(item('later'), 5n)], 5n);
        expect((await all()).map(({ id }) => id)).toEqual(['later', 'old']);
        expect(await store.swap(beside, rebuilding)).toBe(true);
        expect((await all()).map(({ id }) => id)).toEqual(['new']);
        expect((await store.liveBuild(spec, SOURCE)).build).toBe(beside.build);
        const late = store.write(live, lease, [put(item('late'), 9n)], 9n);
        await expect(late).rejects.toThrow(BuildRetired);
        await expect(store.seen(live, ['old'])).rejects.toThrow(BuildRetired);
        expect(await store.checkpoint(live)).toBeUndefined();
        expect((await (await another()).liveBuild(spec, SOURCE)).build).toBe(beside.build);
      });

      it('does not take the place of one that has seen more, unless it may', async () => {
        const beside = await store.startBuild(spec, SOURCE, rebuilding);
        expect(await store.swap(beside, rebuilding)).toBe(false);
        await store.write(beside, rebuilding, [], 4n);
        expect(await store.swap(beside, rebuilding)).toBe(false);
        expect((await all()).map(({ id }) => id)).toEqual(['old']);
        expect(await store.swap(beside, rebuilding, { mayGoBack: true })).toBe(true);
        expect(await all()).toEqual([]);
      });

      it('is dropped by the next one if it was abandoned', async () => {
        const lost = await store.startBuild(spec, SOURCE, rebuilding);
        const next = await store.startBuild(spec, SOURCE, rebuilding);
        expect(next.build).not.toBe(lost.build);
        await expect(store.write(lost, rebuilding, [], 9n)).rejects.toThrow(BuildRetired);
        await expect(store.swap(lost, rebuilding)).rejects.toThrow(BuildRetired);
        await store.abandon(next, rebuilding);
        await expect(store.swap(next, rebuilding)).rejects.toThrow(BuildRetired);
        await store.abandon(live, rebuilding);
        expect((await all()).map(({ id }) => id)).toEqual(['old']);
      });
    });

    describe('a version', () => {
      it('has documents of its own; older ones stay until they are dropped', async () => {
        await store.write(live, lease, [put(item('x'), 1n)], 1n);
        const raised = { ...spec, version: 2 };
        expect((await store.collection(raised).find({})).documents).toEqual([]);
        const newer = await store.liveBuild(raised, SOURCE);
        expect(await store.checkpoint(newer)).toBeUndefined();
        await store.write(newer, lease, [put(item('x', { size: 2 }), 1n)], 1n);
        expect(await store.collection(spec).get('x')).toEqual(item('x'));
        expect(await store.collection(raised).get('x')).toEqual(item('x', { size: 2 }));
        await store.dropOlder(live, lease);
        expect(await store.collection(raised).get('x')).toBeDefined();
        await store.dropOlder(newer, lease);
        expect(await store.collection(raised).get('x')).toBeDefined();
        expect(await store.collection(spec).get('x')).toBeUndefined();
        await expect(store.write(live, lease, [], 2n)).rejects.toThrow(BuildRetired);
      });

      it('with other indexes is built anew', async () => {
        await store.write(live, lease, [put(item('x'), 1n)], 1n);
        const other: CollectionSpec<Item> = { ...spec, indexes: { bySize: ['size'] } };
        const build = await store.liveBuild(other, SOURCE);
        expect(build.build).not.toBe(live.build);
        await store.dropOlder(build, lease);
        expect(await store.checkpoint(live)).toBeUndefined();
      });

      it('made from another event store is refused, until a build made from this one takes its place', async () => {
        await store.write(live, lease, [put(item('x'), 1n)], 7n);
        await expect(store.liveBuild(spec, 'ours')).rejects.toMatchObject({
          code: 'READ_MODEL.OF_ANOTHER_STORE',
          message: expect.stringContaining(`ops -- rebuild ${spec.name}`),
        });
        expect(await all()).toEqual([item('x')]);
        const rebuilding = await holderOf('rebuild');
        const ours = await store.startBuild(spec, 'ours', rebuilding);
        await store.write(ours, rebuilding, [put(item('y'), 1n)], 2n);
        expect(await store.swap(ours, rebuilding)).toBe(true);
        expect((await store.liveBuild(spec, 'ours')).build).toBe(ours.build);
        expect(await all()).toEqual([item('y')]);
      });

      it('is made once, however many ask for it at the same time', async () => {
        const own = { ...spec, name: `c-${randomId()}` };
        const stores = await Promise.all([another(), another(), another()]);
        const builds = await Promise.all(stores.map((one) => one.liveBuild(own, SOURCE)));
        expect(new Set(builds.map(({ build }) => build)).size).toBe(1);
      });
    });

    it('refuses specifications that no engine could keep', () => {
      const wrong: unknown[] = [
        { ...spec, name: 'x; DROP TABLE builds' },
        { ...spec, name: '' },
        { ...spec, version: 0 },
        { ...spec, version: 1.5 },
        { ...spec, indexes: { 'a b': ['kind'] } },
        { ...spec, indexes: { one: ['kind)'] } },
        { ...spec, indexes: { one: ['kind', '-kind'] } },
        { ...spec, indexes: { one: [] } },
        { ...spec, indexes: { id: ['kind'] } },
      ];
      for (const one of wrong) {
        expect(() => store.collection(one as CollectionSpec<Document>)).toThrow(/^collection/);
      }
    });
  });
}

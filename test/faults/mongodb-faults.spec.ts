// MongoDB killed, cut off, stepped down and made to fail from within while a read model is being written: what is
// there in the end is what a fresh rebuild makes, and the checkpoint was never ahead of it.
import { randomId } from '#kernel';
import { openMongoReadStore, type CollectionSpec, type ReadStore } from '#platform/read-store';
import { RefusalError } from '#kernel';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { allPages } from '../contract/read-store.queries.js';
import { MONGO_MISSING, OwnMongo, ownMongoAvailable } from '../engines/mongodb.js';

type Item = Readonly<{ id: string; size: number; seen: string }>;
const EVENTS = 300;
const IDS = 20;
const BATCH = 10;

/** Event n adds n to document n mod 20; every 37th deletes its document instead. */
function applied(before: Item | null, id: string, event: number): Item | null {
  if (event % 37 === 0) return null;
  return { id, size: (before?.size ?? 0) + event, seen: `${before?.seen ?? ''} ${event}` };
}
const idOf = (event: number): string => `d${event % IDS}`;

function expected(): Item[] {
  const documents = new Map<string, Item>();
  for (let event = 1; event <= EVENTS; event += 1) {
    const next = applied(documents.get(idOf(event)) ?? null, idOf(event), event);
    if (next === null) documents.delete(idOf(event));
    else documents.set(idOf(event), next);
  }
  return [...documents.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Applies the events in batches from the checkpoint on, as a projection does, going on after whatever fails. */
async function project(
  store: ReadStore,
  spec: CollectionSpec<Item>,
  failures: unknown[],
  reached: (event: number) => void,
): Promise<void> {
  const holder = randomId();
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      const lease = await store.acquireLease(spec.name, holder, 5000);
      if (lease === undefined) {
        await sleep(50);
        continue;
      }
      const build = await store.liveBuild(spec, 'the-event-store');
      for (;;) {
        const from = Number((await store.checkpoint(build)) ?? 0n);
        if (from >= EVENTS) return;
        const events = Array.from({ length: BATCH }, (_, at) => from + 1 + at).filter((one) => one <= EVENTS);
        const seen = await store.seen<Item>(build, [...new Set(events.map(idOf))]);
        const changed = new Map<string, { document: Item | null; position: bigint }>();
        for (const event of events) {
          const id = idOf(event);
          const before = changed.get(id) ?? seen.get(id) ?? { document: null, position: 0n };
          if (before.position >= BigInt(event)) continue;
          changed.set(id, { document: applied(before.document, id, event), position: BigInt(event) });
        }
        const writes = [...changed].map(([id, one]) => ({ id, ...one }));
        await store.write(build, lease, writes, BigInt(events.at(-1)!));
        reached(events.at(-1)!);
      }
    } catch (error) {
      failures.push(error);
      if (Date.now() > deadline) throw error;
      await sleep(50);
    }
  }
}

const suite = ownMongoAvailable ? describe : describe.skip;
suite(`a read model in MongoDB${ownMongoAvailable ? '' : `: ${MONGO_MISSING}`}`, () => {
  let server: OwnMongo;
  let store: ReadStore;
  let admin: MongoClient;
  let spec: CollectionSpec<Item>;
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);

  beforeAll(async () => {
    process.on('unhandledRejection', note);
    server = await OwnMongo.start({ testCommands: true });
  });
  afterAll(async () => {
    await server.stop();
    process.off('unhandledRejection', note);
  });
  beforeEach(async () => {
    store = await openMongoReadStore({ url: server.url() });
    admin = new MongoClient(server.url());
    spec = { name: `c-${randomId()}`, version: 1, indexes: { bySize: ['size'] } };
  });
  afterEach(async () => {
    await admin.close();
    await store.close();
    expect(unhandled).toEqual([]);
  });

  const isExact = async (): Promise<void> => {
    expect(await allPages(store.collection(spec), {})).toEqual(expected());
  };
  /** Does something to the server when so many events have been applied. */
  const withFault = async (at: readonly number[], fault: () => Promise<unknown>): Promise<unknown[]> => {
    const failures: unknown[] = [];
    const left = [...at];
    const faults: Promise<unknown>[] = [];
    await project(store, spec, failures, (event) => {
      if (left[0] !== undefined && event >= left[0]) {
        left.shift();
        faults.push(fault());
      }
    });
    await Promise.all(faults);
    expect(left).toEqual([]);
    return failures;
  };

  it('is exact after kill -9 in the middle of batches, time after time', async () => {
    const failures = await withFault([40, 120, 200], async () => {
      await sleep(Math.random() * 20);
      await server.process.restart();
    });
    for (const error of failures) expect(error).toBeInstanceOf(RefusalError);
    await isExact();
  });

  it('is exact when connections are cut in the middle of a write', async () => {
    await withFault([30, 90, 150], () =>
      admin.db('admin').command({
        configureFailPoint: 'failCommand',
        mode: { times: 3 },
        data: { failCommands: ['update', 'findAndModify'], closeConnection: true },
      }),
    );
    await isExact();
  });

  it('is refused as not available when the server goes away for longer in the middle of a large write', async () => {
    const lease = (await store.acquireLease(spec.name, 'me', 60_000))!;
    const build = await store.liveBuild(spec, 'the-event-store');
    await store.write(build, lease, [], 1n); // Its collection and indexes are there.
    const documents = Array.from({ length: 4000 }, (_, at) => ({ id: `d${at}`, size: at, seen: '' }));
    const writes = documents.map((document) => ({ id: document.id, document, position: 2n }));
    const writing = store.write(build, lease, writes, 2n).then(
      () => 'written',
      (error: unknown) => error,
    );
    await sleep(150);
    await server.process.kill();
    expect(await writing).toMatchObject({ code: 'STORE.UNAVAILABLE' });
    await server.process.start();
    await store.write(build, lease, writes, 2n);
    expect(await store.checkpoint(build)).toBe(2n);
    expect(await allPages(store.collection(spec), {})).toHaveLength(documents.length);
  });

  it('is exact when commands fail with a code that passes', async () => {
    await withFault([30, 90, 150, 210], () =>
      admin.db('admin').command({
        configureFailPoint: 'failCommand',
        mode: { times: 4 },
        data: { failCommands: ['update', 'find', 'findAndModify'], errorCode: 91 },
      }),
    );
    await isExact();
  });

  it('is exact when the primary steps down', async () => {
    await withFault([60, 180], () =>
      admin
        .db('admin')
        .command({ replSetStepDown: 1, force: true })
        .catch(() => undefined),
    );
    await isExact();
  });

  it('never has a checkpoint ahead of its documents, whenever it is killed', async () => {
    const failures: unknown[] = [];
    let isOver = false;
    const killing = (async () => {
      while (!isOver) {
        await sleep(100 + Math.random() * 300);
        await server.process.restart();
        const look = await openMongoReadStore({ url: server.url() });
        const build = await look.liveBuild(spec, 'the-event-store');
        const checkpoint = (await look.checkpoint(build)) ?? 0n;
        const seen = await look.seen<Item>(
          build,
          Array.from({ length: IDS }, (_, at) => `d${at}`),
        );
        for (let event = 1n; event <= checkpoint; event += 1n) {
          const { position = 0n } = seen.get(idOf(Number(event))) ?? {};
          if (position < event) throw new Error(`checkpoint ${checkpoint}, but event ${event} is not in`);
        }
        await look.close();
      }
    })();
    await project(store, spec, failures, () => undefined);
    isOver = true;
    await killing;
    for (const error of failures) expect(error).toBeInstanceOf(RefusalError);
    await isExact();
  });

  it('says that MongoDB does not answer, without a password, and goes on when it is back', async () => {
    const url = server.url().replace('mongodb://', 'mongodb://somebody:a-secret@');
    await server.process.kill();
    const began = Date.now();
    const refused = await openMongoReadStore({ url }).catch((error: unknown) => error as RefusalError);
    expect(refused).toBeInstanceOf(RefusalError);
    expect((refused as RefusalError).code).toBe('STORE.UNAVAILABLE');
    expect((refused as RefusalError).message).toContain('127.0.0.1');
    expect(JSON.stringify((refused as RefusalError).refusal)).not.toContain('a-secret');
    expect(Date.now() - began).toBeLessThan(60_000);
    await server.process.start();
    await project(store, spec, [], () => undefined);
    await isExact();
  });

  it('reports indexes that somebody has changed, and makes those that are missing', async () => {
    await project(store, spec, [], () => undefined);
    const names = await admin.db('tranche').listCollections().toArray();
    const { name } = names.find((one) => one.name.includes(spec.name))!;
    const documents = admin.db('tranche').collection(name);
    await documents.dropIndex('bySize');
    await documents.createIndex({ 'key.size': -1 }, { name: 'bySize' });
    await documents.createIndex({ other: 1 }, { name: 'byHand' });
    const warnings: string[] = [];
    const again = await openMongoReadStore({ url: server.url(), warn: (one) => void warnings.push(one) });
    await again.liveBuild(spec, 'the-event-store');
    expect(warnings.join()).toMatch(/bySize.*other fields than were declared/);
    expect(warnings.join()).toMatch(/byHand.*was not declared/);
    await documents.dropIndex('bySize');
    const once = await openMongoReadStore({ url: server.url() });
    await once.liveBuild(spec, 'the-event-store');
    expect((await documents.listIndexes().toArray()).map((index) => index.name as string)).toContain(
      'bySize',
    );
    await again.close();
    await once.close();
  });
});

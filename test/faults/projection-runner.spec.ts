import { RefusalError } from '#kernel';
import { defineProjection, ProjectionFailed, ProjectionRunner, ReadModels } from '#platform/read-store';
import { describe, expect, it } from '@jest/globals';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  append,
  appendOne,
  codec,
  dataFolder,
  documentsIn,
  expectedLedger,
  happening,
  ledger,
  ledgerOf,
  MoneyMoved,
  UNKNOWN,
  WeatherChanged,
  runnerOn,
  running,
  until,
} from './projection.ledger.js';

describe('a projection', () => {
  it('makes of the log what folding it in memory makes, whatever the size of its batches', async () => {
    await using folder = await dataFolder();
    await append(folder.events, 2000);
    const wanted = await expectedLedger(folder.events);
    expect(wanted.length).toBeGreaterThan(10);
    const store = await folder.open();
    for (const pageSize of [1, 7, 500, 5000]) {
      const projection = ledgerOf(`ledger-${pageSize}`);
      await runnerOn(store, folder, projection, { pageSize }).runToHead();
      expect(await documentsIn(store.collection(projection.collection))).toEqual(wanted);
    }
  });

  it('follows what is appended, and moves its checkpoint over what is not for it', async () => {
    await using folder = await dataFolder();
    const store = await folder.open();
    const runner = runnerOn(store, folder);
    await using _ = running(runner);
    await append(folder.events, 100, 10);
    const position = await appendOne(folder.events, WeatherChanged({}));
    const start = performance.now();
    await until(() => runner.status().checkpoint === position);
    expect(performance.now() - start).toBeLessThan(1000);
    expect(runner.status()).toEqual({
      collection: 'ledger',
      state: 'following',
      caughtUp: true,
      checkpoint: position,
    });
    expect(await documentsIn(store.collection(ledger.collection))).toEqual(
      await expectedLedger(folder.events),
    );
  });

  it('is waited for as long as it moves, however far it has to go, and no longer', async () => {
    await using folder = await dataFolder();
    await append(folder.events, 3000);
    const store = await folder.open();
    const withInstead = (instead: Partial<typeof store>): typeof store =>
      new Proxy(store, {
        get: (target, name) => {
          const member: unknown = Reflect.get(instead, name) ?? Reflect.get(target, name);
          return typeof member === 'function' ? (member.bind(target) as unknown) : member;
        },
      });
    // Twenty pages of 50 ms each: no wait of 300 ms sees the end.
    const slow = withInstead({ write: (...args) => sleep(50).then(() => store.write(...args)) });
    const held = withInstead({ acquireLease: async () => undefined });
    await expect(runnerOn(held, folder).runToHead(300)).rejects.toMatchObject({ code: 'READ_MODEL.BEHIND' });
    await runnerOn(slow, folder, ledger, { pageSize: 150 }).runToHead(300);
    expect(await documentsIn(store.collection(ledger.collection))).toEqual(
      await expectedLedger(folder.events),
    );
  });

  it('is run by one of many; when that one stops, another goes on at once', async () => {
    await using folder = await dataFolder();
    const [first, second] = [runnerOn(await folder.open(), folder), runnerOn(await folder.open(), folder)];
    await append(folder.events, 300);
    const stopFirst = new AbortController();
    const firstDone = first.run(stopFirst.signal);
    await until(() => first.status().state === 'following');
    await using _ = running(second);
    await until(() => second.status().state === 'standing-by');
    expect(second.status().caughtUp).toBe(true);
    stopFirst.abort();
    await firstDone;
    expect(first.status().state).toBe('idle');
    await until(() => second.status().state === 'following', 2000);
    const position = await append(folder.events, 300, 20);
    await until(() => second.status().checkpoint === position);
    const store = await folder.open();
    expect(await documentsIn(store.collection(ledger.collection))).toEqual(
      await expectedLedger(folder.events),
    );
  });

  it('holds its lease however long it has nothing to do', async () => {
    await using folder = await dataFolder();
    const options = { leaseMilliseconds: 120 };
    const first = runnerOn(await folder.open(), folder, ledger, options);
    const second = runnerOn(await folder.open(), folder, ledger, options);
    await using _ = running(first);
    await until(() => first.status().state === 'following');
    await using __ = running(second);
    await sleep(1200);
    expect([first.status().state, second.status().state]).toEqual(['following', 'standing-by']);
  });

  it('stops at an event that cannot be read, says which, and leaves what it had', async () => {
    await using folder = await dataFolder();
    await append(folder.events, 50);
    const before = await expectedLedger(folder.events);
    const store = await folder.open();
    const runner = runnerOn(store, folder);
    await runner.runToHead();
    await appendOne(folder.events, MoneyMoved({ account: 'x', pence: 'much' as unknown as number }));
    await appendOne(folder.events, MoneyMoved({ account: 'y', pence: 1 }));
    await running(runner).done;
    expect(runner.status()).toMatchObject({ state: 'stopped', collection: 'ledger' });
    expect(runner.status().reason).toMatch(/ledger stopped at MoneyMoved .*pence/);
    expect(await documentsIn(store.collection(ledger.collection))).toEqual(before);
    await expect(runner.runToHead()).rejects.toThrow(ProjectionFailed);
  });

  it('does not mind events of other contexts that it does not know', async () => {
    await using folder = await dataFolder();
    await appendOne(folder.events, { type: UNKNOWN, data: {} });
    const position = await appendOne(folder.events, happening(1));
    const store = await folder.open();
    await runnerOn(store, folder).upTo(position);
    expect(await documentsIn(store.collection(ledger.collection))).toHaveLength(2);
  });

  it('applies again what its documents have seen and its checkpoint has not, and changes nothing', async () => {
    await using folder = await dataFolder();
    await append(folder.events, 1000);
    const store = await folder.open();
    await runnerOn(store, folder).runToHead();
    // As on an engine that keeps a checkpoint after its documents, and died in between.
    let lags = true;
    const lagging = new Proxy(store, {
      get: (target, name) => {
        if (name === 'checkpoint' && lags) return async () => undefined;
        if (name === 'seen') lags = false;
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
    // Old and new come in one batch.
    await append(folder.events, 100);
    await runnerOn(lagging, folder, ledger, { pageSize: 5000 }).runToHead();
    expect(lags).toBe(false);
    expect(await documentsIn(store.collection(ledger.collection))).toEqual(
      await expectedLedger(folder.events),
    );
  });

  it('made of another event store is refused and left as it is, until it is rebuilt', async () => {
    await using folder = await dataFolder();
    await append(folder.events, 500);
    const store = await folder.open();
    await runnerOn(store, folder).runToHead();
    await using other = await dataFolder();
    await append(other.events, 40);
    const before = await documentsIn(store.collection(ledger.collection));
    const runner = new ProjectionRunner(store, other.events, codec, ledger);
    for (const refused of [() => runner.requireOurs(), () => runner.runToHead(), () => runner.upTo(1n)]) {
      await expect(refused()).rejects.toMatchObject({ code: 'READ_MODEL.OF_ANOTHER_STORE' });
    }
    expect(await documentsIn(store.collection(ledger.collection))).toEqual(before);
    await runner.rebuild();
    await runner.runToHead();
    expect(await documentsIn(store.collection(ledger.collection))).toEqual(
      await expectedLedger(other.events),
    );
  });

  it('with its file deleted is built again, and is the same', async () => {
    await using folder = await dataFolder();
    await append(folder.events, 1500);
    const store = await folder.open();
    await runnerOn(store, folder).runToHead();
    const before = await documentsIn(store.collection(ledger.collection));
    await store.close();
    for (const end of ['', '-wal', '-shm']) rmSync(`${folder.readModels}${end}`, { force: true });
    const again = await folder.open();
    expect(await documentsIn(again.collection(ledger.collection))).toEqual([]);
    await runnerOn(again, folder).runToHead();
    expect(await documentsIn(again.collection(ledger.collection))).toEqual(before);
  });

  it('refuses to go on when the log ends before it, until it is rebuilt', async () => {
    await using folder = await dataFolder();
    const store = await folder.open();
    const position = await append(folder.events, 100);
    const runner = runnerOn(store, folder);
    await runner.runToHead();
    const lease = (await store.acquireLease('restored', 'test', 10_000))!;
    const build = await store.liveBuild(ledger.collection, folder.events.identity.id);
    await store.write(build, lease, [{ id: 'lost', document: null, position: 900n }], position + 1000n);
    await expect(runner.runToHead()).rejects.toMatchObject({ code: 'READ_MODEL.AHEAD' });
    await using _ = running(runner);
    await until(() => runner.status().state === 'retrying');
    expect(runner.status().reason).toContain('ops -- rebuild');
    await runnerOn(await folder.open(), folder).rebuild();
    await until(() => runner.status().state === 'following', 8000);
    expect(await documentsIn(store.collection(ledger.collection))).toEqual(
      await expectedLedger(folder.events),
    );
  });

  it('says so and waits when the file is full, and goes on when there is room', async () => {
    await using folder = await dataFolder();
    const projection = defineProjection<Readonly<{ id: string; text: string }>>()({
      collection: { name: 'texts', version: 1, indexes: {} },
      of: [MoneyMoved],
      when: {
        MoneyMoved: { touches: ({ id }) => [id], apply: (_, { id }) => ({ id, text: 'x'.repeat(2000) }) },
      },
      ignores: [],
    });
    const position = await append(folder.events, 400);
    const tight = await folder.open({ maxPages: 60 });
    const runner = new ProjectionRunner(tight, folder.events, codec, projection, { pageSize: 20 });
    const stop = new AbortController();
    const done = runner.run(stop.signal);
    await until(() => runner.status().state === 'retrying');
    expect(runner.status().reason).toContain('STORE.FULL');
    await expect(runner.runToHead()).rejects.toMatchObject({ code: expect.stringMatching(/FULL|BEHIND/) });
    stop.abort();
    await done;
    // What it had done before is whole.
    const kept = (await tight.checkpoint(
      await tight.liveBuild(projection.collection, folder.events.identity.id),
    ))!;
    let count = 0;
    for await (const page of folder.events.readAll({ upTo: kept, filter: { types: ['MoneyMoved'] } }))
      count += page.length;
    expect((await tight.collection(projection.collection).find({ limit: 1000 })).documents).toHaveLength(
      count,
    );
    const roomy = await folder.open();
    await new ProjectionRunner(roomy, folder.events, codec, projection).upTo(position);
    const documents = (await roomy.collection(projection.collection).find({ limit: 1000 })).documents;
    expect(documents.length).toBeGreaterThan(count);
  });
});

describe('bringing a read model up to a position', () => {
  it('does it here when nobody else does', async () => {
    await using folder = await dataFolder();
    const store = await folder.open();
    const models = new ReadModels(store, folder.events, codec, [ledger]);
    await models.upToHead(ledger);
    const position = await append(folder.events, 100);
    await models.upTo(ledger, position);
    expect(await documentsIn(models.collection(ledger))).toEqual(await expectedLedger(folder.events));
    const weather = await appendOne(folder.events, WeatherChanged({}));
    await models.upTo(ledger, weather, 500);
  });

  it('waits for the one who does', async () => {
    await using folder = await dataFolder();
    const other = runnerOn(await folder.open(), folder);
    await using _ = running(other);
    await until(() => other.status().state === 'following');
    const models = new ReadModels(await folder.open(), folder.events, codec, [ledger]);
    for (let round = 0; round < 20; round += 1) {
      const position = await append(folder.events, 30);
      await models.upTo(ledger, position, 2000);
      expect(await documentsIn(models.collection(ledger))).toEqual(await expectedLedger(folder.events));
    }
    expect(other.status().state).toBe('following');
  });

  it('gives up, and says how far it is, when the one who does is too slow', async () => {
    await using folder = await dataFolder();
    const store = await folder.open();
    const stuck = new ProjectionRunner(store, folder.events, codec, ledger);
    const position = await append(folder.events, 10);
    const held = runnerOn(await folder.open(), folder);
    await held.runToHead();
    // Somebody holds the lease, and does nothing.
    const { leaseName } = held as unknown as { leaseName: string };
    await store.acquireLease(leaseName, 'stuck', 60_000);
    const next = await appendOne(folder.events, happening(1));
    const start = performance.now();
    const error: unknown = await stuck.upTo(next, 200).catch((reason: unknown) => reason);
    expect(performance.now() - start).toBeLessThan(1000);
    expect(error).toBeInstanceOf(RefusalError);
    expect((error as RefusalError).refusal).toMatchObject({
      code: 'READ_MODEL.BEHIND',
      kind: 'unavailable',
      details: { collection: 'ledger', position: String(next), checkpoint: String(position) },
    });
  });

  it('many at once do the work once', async () => {
    await using folder = await dataFolder();
    const stores = await Promise.all(Array.from({ length: 4 }, () => folder.open()));
    const position = await append(folder.events, 1000);
    await Promise.all(stores.flatMap((store) => [1, 2, 3].map(() => runnerOn(store, folder).upTo(position))));
    expect(await documentsIn(stores[0]!.collection(ledger.collection))).toEqual(
      await expectedLedger(folder.events),
    );
  });

  it('is for projections that this program has', async () => {
    await using folder = await dataFolder();
    const store = await folder.open();
    expect(() => new ReadModels(store, folder.events, codec, [ledger, ledgerOf()])).toThrow("'ledger'");
    const models = new ReadModels(store, folder.events, codec, [ledger]);
    await expect(models.upToHead(ledgerOf('other'))).rejects.toThrow("'other'");
  });
});

describe('a thread that projects', () => {
  it('is never held for long', async () => {
    await using folder = await dataFolder();
    const store = await folder.open();
    await append(folder.events, 20_000, 1000);
    const held: number[] = [];
    let last = performance.now();
    const ticking = setInterval(() => {
      held.push(performance.now() - last);
      last = performance.now();
    }, 1);
    await runnerOn(store, folder).runToHead();
    clearInterval(ticking);
    held.sort((a, b) => a - b);
    expect(held.length).toBeGreaterThan(20);
    expect(held[Math.floor(held.length * 0.95)]).toBeLessThan(60);
  });
});

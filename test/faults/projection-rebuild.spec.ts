import { ProjectionFailed } from '#platform/read-store';
import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  append,
  appendOne,
  dataFolder,
  documentsIn,
  expectedLedger,
  ledger,
  ledgerOf,
  MoneyMoved,
  runnerOn,
  running,
  until,
} from './projection.ledger.js';

describe('a rebuild', () => {
  it('serves the old until the new is swapped in, while both are kept up to date', async () => {
    await using folder = await dataFolder();
    const store = await folder.open();
    const live = runnerOn(store, folder);
    await append(folder.events, 3000);
    await live.runToHead();
    await using _ = running(live);
    await until(() => live.status().state === 'following');
    let appending = true;
    const appended = (async () => {
      let position = 0n;
      while (appending) position = await append(folder.events, 20, 5);
      return position;
    })();
    let smallest = Infinity;
    let events = 0;
    const rebuilt = runnerOn(await folder.open(), folder, ledger, { rebuildPageSize: 200 }).rebuild({
      onProgress: (progress) => ({ events } = progress),
    });
    let done = false;
    void rebuilt.then(
      () => (done = true),
      () => (done = true),
    );
    // Nobody sees it go back.
    while (!done) {
      const whole = await store.collection(ledger.collection).get('whole');
      expect(whole!.events).toBeGreaterThanOrEqual(smallest === Infinity ? 0 : smallest);
      smallest = whole!.events;
      await sleep(1);
    }
    await rebuilt;
    expect(events).toBeGreaterThan(2000);
    await sleep(100);
    appending = false;
    const position = await appended;
    await runnerOn(await folder.open(), folder).upTo(position);
    expect(live.status()).toMatchObject({ state: 'following' });
    expect(await documentsIn(store.collection(ledger.collection))).toEqual(
      await expectedLedger(folder.events),
    );
  });

  it('changes nothing when it fails', async () => {
    await using folder = await dataFolder();
    const store = await folder.open();
    await append(folder.events, 200);
    await runnerOn(store, folder).runToHead();
    const before = await documentsIn(store.collection(ledger.collection));
    await appendOne(folder.events, MoneyMoved({ account: 'x', pence: 0.5 }));
    await expect(runnerOn(store, folder).rebuild()).rejects.toThrow(ProjectionFailed);
    expect(await documentsIn(store.collection(ledger.collection))).toEqual(before);
    const stop = new AbortController();
    stop.abort();
    await expect(runnerOn(store, folder).rebuild({ signal: stop.signal })).rejects.toThrow(/abort/i);
  });

  it('is done by one at a time', async () => {
    await using folder = await dataFolder();
    const store = await folder.open();
    await append(folder.events, 5000);
    const options = { rebuildPageSize: 100, leaseMilliseconds: 300 };
    const rebuilds = [1, 2, 3].map(async () =>
      runnerOn(await folder.open(), folder, ledger, options).rebuild(),
    );
    await Promise.all(rebuilds);
    expect(await documentsIn(store.collection(ledger.collection))).toEqual(
      await expectedLedger(folder.events),
    );
  });

  it('of a raised version is what running it is: a build of its own, and the older one goes', async () => {
    await using folder = await dataFolder();
    const store = await folder.open();
    await append(folder.events, 300);
    await runnerOn(store, folder).runToHead();
    const raised = ledgerOf('ledger', 2);
    expect(await documentsIn(store.collection(raised.collection))).toEqual([]);
    await runnerOn(store, folder, raised).runToHead();
    expect(await documentsIn(store.collection(raised.collection))).toEqual(
      await expectedLedger(folder.events),
    );
    expect(await documentsIn(store.collection(ledger.collection))).toEqual([]);
  });
});

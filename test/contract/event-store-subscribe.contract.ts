import { expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  collectAll,
  freshCategory,
  freshStream,
  idsOf,
  isAscending,
  Listener,
  newEvent,
  newEvents,
  until,
  type Open,
} from './event-store.fixture.js';

export function subscribeContract({ store, another }: Open): void {
  /** A category of its own, the filter that shows it alone, and a way to append one event to it. */
  const mine = () => {
    const category = freshCategory();
    const one = async (type = 'Happened', from = store()) =>
      (await from.append(freshStream(category), 'no-stream', [newEvent(type)])).position!;
    return { category, filter: { streamPrefixes: [`${category}-`] }, one };
  };

  it('hands over what there is, then what comes, in order and once', async () => {
    const { category, filter, one } = mine();
    await store().append(freshStream(category), 'no-stream', newEvents(700));
    const listener = new Listener(store(), { filter, pageSize: 100 });
    await until(() => listener.events.length >= 700, 'it has caught up');
    for (let n = 0; n < 20; n += 1) await one();
    await Promise.all(Array.from({ length: 50 }, () => one()));
    await until(() => listener.events.length >= 770, 'it has seen what came');
    await listener.subscription.stop();
    expect(listener.events).toEqual(await collectAll(store().readAll({ filter })));
    expect(isAscending(listener.events.map((event) => event.position))).toBe(true);
    expect(isAscending(listener.searched)).toBe(true);
  });

  it('misses and repeats nothing while others append as it catches up', async () => {
    const { filter, one } = mine();
    const writer = await another();
    let done = false;
    const writing = Promise.all(
      Array.from({ length: 8 }, async (_, n) => {
        for (let k = 0; k < 60; k += 1) await one('Happened', n % 2 === 0 ? store() : writer);
      }),
    ).then(() => (done = true));
    await sleep(5);
    const listeners = [1, 7, 500].map((pageSize) => new Listener(store(), { filter, pageSize }));
    await writing;
    await until(
      () => done && listeners.every((listener) => listener.events.length >= 480),
      'all has been seen',
    );
    const all = await collectAll(store().readAll({ filter }));
    for (const listener of listeners) {
      await listener.subscription.stop();
      expect(idsOf(listener.events)).toEqual(idsOf(all));
    }
    await writer.close();
  });

  it('starts after a position, exclusive', async () => {
    const { filter, one } = mine();
    const first = await one();
    await one();
    const listener = new Listener(store(), { filter, after: first });
    await until(() => listener.events.length >= 1, 'it has seen the second');
    await listener.subscription.stop();
    expect(listener.events).toHaveLength(1);
    expect(listener.events[0]!.position > first).toBe(true);
  });

  it('filters by type as well', async () => {
    const { filter, one } = mine();
    const listener = new Listener(store(), { filter: { ...filter, types: ['Red'] } });
    await one('Blue');
    await one('Red');
    await one('Blue');
    const last = await one('Red');
    await until(() => listener.hasSearchedTo(last), 'it has searched so far');
    await listener.subscription.stop();
    expect(listener.events.map((event) => event.type)).toEqual(['Red', 'Red']);
  });

  it('tells how far it has searched also when nothing matched', async () => {
    const { one } = mine();
    const after = await store().head();
    const listener = new Listener(store(), { after, filter: { streamPrefixes: [freshCategory()] } });
    const first = await one();
    await until(() => listener.hasSearchedTo(first), 'it has searched to the first');
    const second = await one();
    await until(() => listener.hasSearchedTo(second), 'it has searched to the second');
    await listener.subscription.stop();
    expect(listener.events).toEqual([]);
    expect(isAscending(listener.searched)).toBe(true);
  });

  it('never tells to have searched further than what it has handed over', async () => {
    const { filter, one } = mine();
    for (let n = 0; n < 30; n += 1) await one();
    const seen: bigint[] = [];
    const subscription = store().subscribe({
      after: undefined,
      filter,
      pageSize: 4,
      handle: async (events, searchedTo) => {
        for (const event of events) expect(event.position > (seen.at(-1) ?? -1n)).toBe(true);
        expect((events.at(-1)?.position ?? 0n) <= searchedTo).toBe(true);
        seen.push(searchedTo);
      },
    });
    const head = (await store().head())!;
    await until(() => (seen.at(-1) ?? 0n) >= head, 'it has caught up');
    await subscription.stop();
    await subscription.ended;
  });

  it('never calls a handler that is still running, and reads nothing meanwhile', async () => {
    const { category, filter, one } = mine();
    await store().append(freshStream(category), 'no-stream', newEvents(40));
    let running = 0;
    let most = 0;
    const listener = new Listener(store(), { filter, pageSize: 5 }, async () => {
      running += 1;
      most = Math.max(most, running);
      await sleep(3);
      running -= 1;
    });
    await Promise.all(Array.from({ length: 20 }, () => one()));
    await until(() => listener.events.length >= 60, 'all has been seen');
    await listener.subscription.stop();
    expect(most).toBe(1);
  });

  it('waits for a slow handler: nothing is handed over, or lost, until it has finished', async () => {
    const { filter, one } = mine();
    const gate = Promise.withResolvers<void>();
    let calls = 0;
    const listener = new Listener(store(), { filter }, async (events) => {
      if (events.length === 0) return;
      calls += 1;
      await gate.promise;
    });
    await one();
    await until(() => calls === 1, 'the handler runs');
    for (let n = 0; n < 10; n += 1) await one();
    await sleep(150);
    expect(calls).toBe(1);
    gate.resolve();
    await until(() => listener.events.length === 11, 'the rest has been handed over');
    await listener.subscription.stop();
  });

  it('tells when it has caught up, each time', async () => {
    const { filter, one } = mine();
    const first = await one();
    const listener = new Listener(store(), { filter });
    await until(() => listener.caughtUp.length > 0, 'it has caught up');
    expect(listener.caughtUp[0]! >= first).toBe(true);
    expect(listener.events).toHaveLength(1);
    const second = await one();
    await until(() => (listener.caughtUp.at(-1) ?? 0n) >= second, 'it has caught up again');
    expect(listener.events).toHaveLength(2);
    await listener.subscription.stop();
  });

  it('ends with the handler’s error, hands over nothing more, and troubles no other', async () => {
    const { filter, one } = mine();
    const healthy = new Listener(store(), { filter });
    let calls = 0;
    const failing = new Listener(store(), { filter }, async (events) => {
      if (events.length === 0) return;
      calls += 1;
      throw new Error('cannot handle this');
    });
    await one();
    await expect(failing.subscription.ended).rejects.toThrow('cannot handle this');
    await one();
    await until(() => healthy.events.length === 2, 'the other has seen both');
    expect(calls).toBe(1);
    await failing.subscription.stop();
    await healthy.subscription.stop();
    await healthy.subscription.ended;
  });

  it('brings nothing down when nobody listens to how it ended', async () => {
    const unheard: unknown[] = [];
    const note = (reason: unknown): unknown => unheard.push(reason);
    process.on('unhandledRejection', note);
    const { filter, one } = mine();
    store().subscribe({ after: undefined, filter, handle: () => Promise.reject(new Error('unheard')) });
    await one();
    await sleep(100);
    process.off('unhandledRejection', note);
    expect(unheard).toEqual([]);
  });

  it('stops once the handler has finished, and never calls it again', async () => {
    const { filter, one } = mine();
    let calls = 0;
    let finished = 0;
    const listener = new Listener(store(), { filter }, async () => {
      calls += 1;
      await sleep(30);
      finished += 1;
    });
    await one();
    await until(() => calls > 0, 'the handler runs');
    await listener.subscription.stop();
    expect(finished).toBe(calls);
    await listener.subscription.ended;
    await one();
    await sleep(150);
    expect(finished).toBe(calls);
    await listener.subscription.stop();
  });

  it('stops at once when there is nothing to wait for', async () => {
    const { filter } = mine();
    const listener = new Listener(store(), { filter });
    await until(() => listener.caughtUp.length > 0, 'it has caught up');
    const start = performance.now();
    await listener.subscription.stop();
    expect(performance.now() - start).toBeLessThan(90);
  });

  it('sees what another with the same store open has appended, within a second', async () => {
    const { filter, one } = mine();
    const elsewhere = await another();
    const listener = new Listener(store(), { filter });
    await until(() => listener.caughtUp.length > 0, 'it has caught up');
    await one('Happened', elsewhere);
    await until(() => listener.events.length === 1, 'it has seen it', 1000);
    await listener.subscription.stop();
    await elsewhere.close();
  });

  it('is stopped when the store is closed', async () => {
    const one = await another();
    const listener = new Listener(one, { filter: mine().filter });
    await until(() => listener.caughtUp.length > 0, 'it has caught up');
    await one.close();
    await listener.subscription.ended;
  });
}

import { RefusalError } from '#kernel';
import { ConcurrencyConflict, openEventStoreDb, type EventStore } from '#platform/event-store';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { collect, freshStream, idsOf, Listener, newEvents, until } from '../contract/event-store.fixture.js';
import { EventStoreDouble } from '../engines/eventstoredb/eventstoredb-double.js';

const LIMITS = { deadlineMilliseconds: 250, patienceMilliseconds: 3000 };

describe('the EventStoreDB adapter, when its protocol double', () => {
  let double: EventStoreDouble;
  let store: EventStore;
  beforeAll(async () => {
    double = await EventStoreDouble.start();
    store = await openEventStoreDb({ url: double.url, ...LIMITS });
  });
  afterAll(async () => {
    await store.close();
    await double.remove();
  });
  const errorOf = async (work: Promise<unknown>): Promise<Error> => {
    const error: unknown = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(Error);
    return error as Error;
  };

  it.each([
    ['does not answer in time, though it has written', 'silence', true],
    ['does not answer in time and has not written', 'silence', false],
    ['breaks off after it has written', 'unavailable', true],
    ['breaks off before it has written', 'unavailable', false],
    ['does not lead', 'not-leader', false],
  ] as const)('%s: the append is made once', async (_, how, written) => {
    const stream = freshStream();
    const events = newEvents(2);
    await double.failAppends(how, { written, times: 2 });
    expect((await store.append(stream, 'no-stream', events)).revision).toBe(1n);
    expect(idsOf(await collect(store.readStream(stream)))).toEqual(idsOf(events));
  });

  it('had written before somebody else did, and is asked again: the first result', async () => {
    const stream = freshStream();
    const events = newEvents(1);
    await double.failAppends('silence', { written: true });
    const mine = store.append(stream, 'no-stream', events);
    await until(() => true, 'it is on its way');
    const other = await openEventStoreDb({ url: double.url });
    for (;;) {
      const there = await collect(other.readStream(stream));
      if (there.length > 0) break;
    }
    await other.append(stream, 0n, newEvents(1));
    await other.close();
    expect((await mine).revision).toBe(0n);
  });

  it('has not written, and somebody else does: a conflict', async () => {
    const stream = freshStream();
    await double.failAppends('silence');
    const mine = errorOf(store.append(stream, 'no-stream', newEvents(1)));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const other = await openEventStoreDb({ url: double.url });
    await other.append(stream, 'no-stream', newEvents(1));
    await other.close();
    expect(await mine).toBeInstanceOf(ConcurrencyConflict);
  });

  it('never answers: it is not known whether it was written, and not claimed', async () => {
    const stream = freshStream();
    await double.failAppends('silence', { written: true, times: 40 });
    const start = performance.now();
    const error = await errorOf(store.append(stream, 'no-stream', newEvents(1)));
    expect(performance.now() - start).toBeLessThan(5000);
    expect(error).not.toBeInstanceOf(RefusalError);
    expect(error).not.toBeInstanceOf(ConcurrencyConflict);
    expect(error.message).toContain('is not known');
    await double.restart();
    expect(await collect(store.readStream(stream))).toHaveLength(1);
  });

  it('is away: nothing is written, that is said, and a subscription stops all the same', async () => {
    const listener = new Listener(store);
    await until(() => listener.caughtUp.length > 0, 'it has caught up');
    const { position } = await store.append(freshStream(), 'no-stream', newEvents(1));
    await until(() => listener.hasSearchedTo(position!), 'it has seen it');
    const idle = await openEventStoreDb({ url: double.url, ...LIMITS });
    await double.kill();
    // Calls to a server known to be away: its connection has been refused, so nothing can have been sent.
    await errorOf(idle.head());
    const stream = freshStream();
    const error = await errorOf(idle.append(stream, 'no-stream', newEvents(1)));
    expect(error).toBeInstanceOf(RefusalError);
    expect((error as RefusalError).code).toBe('STORE.UNAVAILABLE');
    expect(((await errorOf(idle.head())) as RefusalError).code).toBe('STORE.UNAVAILABLE');
    const start = performance.now();
    await listener.subscription.stop();
    expect(performance.now() - start).toBeLessThan(200);
    await idle.close();
    await double.start();
    expect((await store.append(stream, 'no-stream', newEvents(1))).revision).toBe(0n);
  });
});

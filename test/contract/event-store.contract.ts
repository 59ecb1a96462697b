import { type EventStore } from '#platform/event-store';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appendContract } from './event-store-append.contract.js';
import { concurrencyContract } from './event-store-concurrency.contract.js';
import { collect, freshStream, newEvents, type Open } from './event-store.fixture.js';
import { readContract } from './event-store-read.contract.js';
import { subscribeContract } from './event-store-subscribe.contract.js';

/**
 * What every engine of the event-store port does. The store may hold anything else besides and may be written to
 * meanwhile: every test uses streams of its own.
 * @param open opens the same store each time; several may be open at once, as in several processes
 */
export function eventStoreContract(name: string, open: () => Promise<EventStore>): void {
  describe(`event store on ${name}`, () => {
    let store: EventStore;
    const opened: EventStore[] = [];
    const use: Open = {
      store: () => store,
      another: async () => {
        const one = await open();
        opened.push(one);
        return one;
      },
    };

    beforeAll(async () => {
      store = await use.another();
    });
    afterAll(async () => {
      for (const one of opened) await one.close();
    });

    describe('appending', () => appendContract(use));
    describe('appending at once', () => concurrencyContract(use));
    describe('reading', () => readContract(use));
    describe('subscribing', () => subscribeContract(use));

    describe('opening again', () => {
      it('is the same store, with what was appended, and goes on after it', async () => {
        const stream = freshStream();
        const events = newEvents(3);
        const first = await use.another();
        const written = await first.append(stream, 'no-stream', events);
        await first.close();
        const second = await use.another();
        expect(second.identity).toEqual(store.identity);
        expect((await collect(second.readStream(stream))).map((event) => event.id)).toEqual(
          events.map((event) => event.id),
        );
        const next = await second.append(stream, 2n, newEvents(1));
        expect(next.revision).toBe(3n);
        expect(next.position! > written.position!).toBe(true);
        await second.close();
      });

      it('refuses clearly once it has been closed', async () => {
        const one = await use.another();
        await one.close();
        await one.close();
        await expect(one.append(freshStream(), 'no-stream', newEvents(1))).rejects.toThrow('closed');
        await expect(one.head()).rejects.toThrow('closed');
        await expect(collect(one.readStream(freshStream()))).rejects.toThrow('closed');
      });

      it('writes what was on its way when it is closed', async () => {
        const one = await use.another();
        const streams = Array.from({ length: 20 }, () => freshStream());
        const appends = streams.map((stream) => one.append(stream, 'no-stream', newEvents(1)));
        await one.close();
        await Promise.all(appends);
        for (const stream of streams) expect(await collect(store.readStream(stream))).toHaveLength(1);
      });
    });
  });
}

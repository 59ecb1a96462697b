// Each row of what a real EventStoreDB was seen to do when read, subscribed to, or away, done to the double with the
// real client.
import { randomId } from '#kernel';
import {
  ANY,
  BACKWARDS,
  END,
  EventStoreDBClient,
  eventTypeFilter,
  FORWARDS,
  NO_STREAM,
  START,
  streamNameFilter,
  type Position,
} from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreDouble } from '../engines/eventstoredb/eventstoredb-double.js';
import { until } from './event-store.fixture.js';
import { create, event, events, freshName, idsIn, listenTo, thrownBy } from './eventstoredb-facts.fixture.js';

let double: EventStoreDouble;
let client: EventStoreDBClient;
const clients: EventStoreDBClient[] = [];
const connect = (parameters = ''): EventStoreDBClient => {
  const one = EventStoreDBClient.connectionString(`${double.url}${parameters}`);
  clients.push(one);
  return one;
};

beforeAll(async () => {
  double = await EventStoreDouble.start();
  client = connect();
});
afterAll(async () => {
  await Promise.all(clients.map((one) => one.dispose()));
  await double.remove();
});

describe('reading from the double', () => {
  it('a stream that is not there: stream-not-found on the first iteration', async () => {
    const error = await thrownBy(idsIn(client, freshName()));
    expect(error.type).toBe('stream-not-found');
  });

  it('a soft delete hides events, and numbering goes on', async () => {
    const stream = freshName();
    await create(client, stream, events(2));
    await client.deleteStream(stream);
    expect((await thrownBy(idsIn(client, stream))).type).toBe('stream-not-found');
    const later = event();
    const { nextExpectedRevision } = await client.appendToStream(stream, later, { expectedRevision: 1n });
    expect(nextExpectedRevision).toBe(2n);
    for (const direction of [FORWARDS, BACKWARDS] as const) {
      const seen: string[] = [];
      const fromRevision = direction === FORWARDS ? START : END;
      for await (const { event: one } of client.readStream(stream, { direction, fromRevision })) {
        seen.push(one!.id);
      }
      expect(seen).toEqual([later.id]);
    }
  });

  it('readAll knows no filter: one that is passed is ignored without a word', async () => {
    const stream = freshName();
    await create(client, stream, event());
    const streams = new Set<string>();
    const filter = streamNameFilter({ prefixes: ['nothing-begins-with-this'] });
    for await (const { event: one } of client.readAll({ filter } as object)) streams.add(one!.streamId);
    expect(streams).toContain(stream);
  });

  it('$all holds system events, such as the metadata of one’s own streams', async () => {
    const stream = freshName();
    await client.setStreamMetadata(stream, { mine: true }, { expectedRevision: NO_STREAM });
    const found: string[] = [];
    for await (const { event: one } of client.readAll({
      direction: BACKWARDS,
      fromPosition: END,
      maxCount: 1,
    })) {
      found.push(one!.streamId, one!.type);
    }
    expect(found).toEqual([`$$${stream}`, '$metadata']);
    expect((await client.getStreamMetadata(stream)).metadata).toEqual({ mine: true });
  });

  it('created is the server’s clock, a Date; revisions and positions are bigints', async () => {
    const stream = freshName();
    const before = Date.now();
    await create(client, stream, event());
    for await (const { event: one } of client.readStream(stream)) {
      expect(one!.created).toBeInstanceOf(Date);
      expect(one!.created.getTime()).toBeGreaterThanOrEqual(before);
      expect(one!.revision).toBe(0n);
      expect(typeof one!.position!.commit).toBe('bigint');
    }
  });

  it('a position at which no event begins is refused', async () => {
    const { position } = await create(client, freshName(), event());
    const off: Position = { commit: position!.commit - 1n, prepare: position!.prepare - 1n };
    const read = async (): Promise<void> => {
      for await (const _ of client.readAll({ fromPosition: off })) break;
    };
    expect((await thrownBy(read())).type).toBe('unknown');
  });
});

describe('subscribing to $all of the double', () => {
  it('fromPosition is exclusive', async () => {
    const stream = freshName();
    const batch = events(2);
    await create(client, stream, batch);
    let from: Position | undefined;
    for await (const { event: one } of client.readStream(stream, { maxCount: 1 })) from = one!.position;
    const subscription = client.subscribeToAll({ fromPosition: from! });
    listenTo(subscription);
    for await (const { event: one } of subscription) {
      expect(one!.id).toBe(batch[1]!.id);
      break;
    }
    await subscription.unsubscribe();
  });

  it('filters by prefix of the stream or of the type, on the server', async () => {
    const [stream, type] = [freshName(), freshName()];
    await create(client, stream, [event(`${type}-a`), event('Other'), event(`${type}-b`)]);
    for (const filter of [streamNameFilter({ prefixes: [stream] }), eventTypeFilter({ prefixes: [type] })]) {
      const subscription = client.subscribeToAll({ filter });
      const seen: string[] = [];
      subscription.on('data', (one: { event?: { type: string } }) => seen.push(one.event!.type));
      const heard = listenTo(subscription);
      await until(() => heard.said.includes('caughtUp'), 'it has caught up');
      await subscription.unsubscribe();
      const all = [`${type}-a`, 'Other', `${type}-b`];
      expect(seen).toEqual(filter.filterOn === 'streamName' ? all : all.filter((one) => one !== 'Other'));
    }
  });

  it('confirmation, what there is, caughtUp, then live', async () => {
    const stream = freshName();
    await create(client, stream, events(2));
    const subscription = client.subscribeToAll({ filter: streamNameFilter({ prefixes: [stream] }) });
    const heard = listenTo(subscription);
    subscription.on('data', () => heard.said.push('event'));
    await until(() => heard.said.includes('caughtUp'), 'it has caught up');
    await client.appendToStream(stream, event(), { expectedRevision: 1n });
    await until(() => heard.said.length === 5, 'the live one has come');
    expect(heard.said).toEqual(['confirmation', 'event', 'event', 'caughtUp', 'event']);
    await subscription.unsubscribe();
  });

  it('a slow reader holds the server back, falls behind, and catches up again', async () => {
    const stream = freshName();
    const subscription = client.subscribeToAll({ filter: streamNameFilter({ prefixes: [stream] }) });
    const heard = listenTo(subscription);
    const reading = subscription[Symbol.asyncIterator]();
    const first = reading.next();
    await until(() => heard.said.includes('caughtUp'), 'it is live');
    for (let n = 0; n < 120; n += 1) {
      const data = { n, text: 'x'.repeat(200_000) };
      await client.appendToStream(stream, event('Happened', data), {
        expectedRevision: n === 0 ? NO_STREAM : BigInt(n - 1),
      });
    }
    await first;
    await sleep(300);
    expect(subscription.readableLength).toBeLessThan(40);
    for (let n = 1; n < 120; n += 1) {
      expect((await reading.next()).value).toMatchObject({ event: { revision: BigInt(n) } });
    }
    await until(() => heard.said.filter((one) => one === 'caughtUp').length === 2, 'it has caught up again');
    // A reader as slow as this one may fall behind once more while it is looked at.
    expect(heard.said.slice(0, 4)).toEqual(['confirmation', 'caughtUp', 'fellBehind', 'caughtUp']);
    await subscription.unsubscribe();
  });

  it('checkpoints come every interval × window whether or not anything matched', async () => {
    const from = (await create(client, freshName(), event())).position!;
    const { position } = await create(client, freshName(), events(40));
    const reached: Position[] = [];
    const filter = streamNameFilter({
      prefixes: ['nothing-begins-with-this'],
      maxSearchWindow: 5,
      checkpointInterval: 2,
      checkpointReached: (_, at) => void reached.push(at),
    });
    const subscription = client.subscribeToAll({ fromPosition: from, filter });
    listenTo(subscription);
    subscription.resume();
    await until(() => reached.at(-1)?.commit === position!.commit, 'it has searched to the end');
    expect(reached).toHaveLength(4);
    await subscription.unsubscribe();
  });

  it('a checkpoint may lie before an event already delivered, and its prepare may be 0', async () => {
    const from = (await create(client, freshName(), event())).position!;
    const stream = freshName();
    const { position } = await create(client, stream, events(10));
    const reached: Position[] = [];
    const filter = streamNameFilter({
      prefixes: [stream],
      maxSearchWindow: 10,
      checkpointInterval: 1,
      checkpointReached: (_, at) => void reached.push(at),
    });
    const subscription = client.subscribeToAll({ fromPosition: from, filter });
    listenTo(subscription);
    subscription.resume();
    await until(() => reached.length === 1, 'there is a checkpoint');
    expect(reached[0]!.commit < position!.commit).toBe(true);
    expect(reached[0]!.prepare).toBe(0n);
    await subscription.unsubscribe();
  });

  it('server killed: unavailable, which the iterator throws, then AbortError, then close, and no more', async () => {
    const one = connect();
    const subscription = one.subscribeToAll({ fromPosition: END });
    const heard = listenTo(subscription);
    const iterated = thrownBy(subscription[Symbol.asyncIterator]().next());
    await until(() => heard.said.includes('caughtUp'), 'it is live');
    await double.kill();
    expect(await iterated).toMatchObject({ type: 'unavailable' });
    await until(() => heard.said.includes('close'), 'it is closed');
    expect(heard.said).toEqual(['confirmation', 'caughtUp', 'error', 'error', 'close']);
    expect(heard.errors[0]).toMatchObject({ type: 'unavailable', code: 14 });
    expect(heard.errors[1]!.name).toBe('AbortError');
    await double.start();
    await create(client, freshName(), event()).catch(() => undefined);
    await sleep(200);
    expect(heard.said).toHaveLength(5);
  });
});

describe('the double is away', () => {
  it('an append fails in milliseconds with a plain Error of code 14, a read with unavailable', async () => {
    const fresh = connect();
    await double.kill();
    const start = performance.now();
    const append = await thrownBy(create(fresh, freshName(), event()));
    expect(append.code).toBe(14);
    expect(append).not.toHaveProperty('type');
    expect((await thrownBy(idsIn(fresh, freshName()))).type).toBe('unavailable');
    expect(performance.now() - start).toBeLessThan(1000);
    await double.start();
  });

  it('an append in flight, retried with the same ids at the same revision, is there once', async () => {
    for (const written of [false, true]) {
      const stream = freshName();
      const one = event();
      await double.failAppends('unavailable', { written });
      const fresh = connect();
      await thrownBy(create(fresh, stream, one));
      await create(fresh, stream, one);
      expect(await idsIn(client, stream)).toEqual([one.id]);
    }
  });

  it('after a restart the same client works again at once, and what it had appended is there', async () => {
    const fresh = connect();
    const stream = freshName();
    const one = event();
    await create(fresh, stream, one);
    await double.restart();
    await thrownBy(create(fresh, stream, event()));
    expect(await idsIn(fresh, stream)).toEqual([one.id]);
    expect(
      (await fresh.appendToStream(stream, event('Next', {}, randomId()), { expectedRevision: ANY })).success,
    ).toBe(true);
  });
});

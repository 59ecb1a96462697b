// What the EventStoreDB adapter does beyond the port's contract, on the protocol double.
import { RefusalError } from '#kernel';
import { openEventStoreDb, type EventStore } from '#platform/event-store';
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDouble, type DoubleSettings } from '../engines/eventstoredb/eventstoredb-double.js';
import { collectAll, freshCategory, freshStream, Listener, newEvents, until } from './event-store.fixture.js';

async function refusalOf(work: Promise<unknown>): Promise<RefusalError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RefusalError);
  return error as RefusalError;
}

async function withDouble(
  settings: DoubleSettings,
  work: (double: EventStoreDouble) => Promise<void>,
): Promise<void> {
  const double = await EventStoreDouble.start(settings);
  await work(double).finally(() => double.remove());
}

describe('opening EventStoreDB, on the protocol double', () => {
  it.each(['23.10.0.0', '24.6.0', '24.10.1', '25.0.1'])('takes a server of version %s', (version) =>
    withDouble({ version }, async ({ url }) => {
      const store = await openEventStoreDb({ url });
      await store.close();
    }),
  );

  it.each([
    ['21.10.9.0', 'EventStoreDB at 127.0.0.1:PORT is version 21.10.9.0'],
    ['23.6.0', 'EventStoreDB at 127.0.0.1:PORT is version 23.6.0'],
    ['none', 'EventStoreDB at 127.0.0.1:PORT is too old to tell its version'],
  ])('refuses version %s by name', (version, says) =>
    withDouble({ version }, async ({ url, port }) => {
      const refused = await refusalOf(openEventStoreDb({ url }));
      expect(refused.code).toBe('STORE.UNSUPPORTED_SERVER');
      expect(refused.message).toContain(says.replace('PORT', String(port)));
    }),
  );

  it('agrees with whoever opens it at the same time on who the store is, for ever', () =>
    withDouble({}, async (double) => {
      const { url } = double;
      const stores = await Promise.all(
        Array.from({ length: 6 }, () => openEventStoreDb({ url, kind: 'demo' })),
      );
      expect(new Set(stores.map((store) => store.identity.id)).size).toBe(1);
      await Promise.all(stores.map((store) => store.close()));
      await double.restart();
      const again = await openEventStoreDb({ url });
      expect(again.identity).toEqual(stores[0]!.identity);
      expect(again.identity.kind).toBe('demo');
      expect(await again.head()).toBeUndefined();
      await again.close();
      const refused = await refusalOf(openEventStoreDb({ url, kind: 'live' }));
      expect(refused.code).toBe('STORE.WRONG_KIND');
    }));

  it('says that nobody answers, without waiting for ever', async () => {
    const url = 'esdb://admin:s3cret@127.0.0.1:1?tls=false';
    const refused = await refusalOf(openEventStoreDb({ url, patienceMilliseconds: 300 }));
    expect(refused.code).toBe('STORE.UNAVAILABLE');
    expect(refused.message).toContain('EventStoreDB at 127.0.0.1:1');
    expect(refused.message).not.toContain('no answer within'); // It was refused, by the first try at least.
    expect(refused.message).not.toContain('s3cret');
  });

  it.each([1, 2])('waits for a server that comes up later, at %d addresses', (addresses) =>
    withDouble({}, async (double) => {
      await double.kill();
      const url = addresses === 1 ? double.url : double.url.replace('?', ',127.0.0.1:1?');
      const opening = openEventStoreDb({ url });
      await new Promise((resolve) => setTimeout(resolve, 1800));
      await double.start();
      await (await opening).close();
    }),
  );

  it.each([
    'postgres://admin:s3cret@host',
    'esdb://admin:s3cret@host:port',
    'esdb://admin:s3cret@host?tls=false&colour=red',
    'esdb://admin:s3cret@host?tlsVerifyCert=false',
    'esdb://admin:s3cret@host?throwOnAppendFailure=false',
    'esdb://admin:s3cret%@host',
    'esdb://admin:s3cret:x@host',
    'esdb://admin:s3cret@',
    'esdb://admin:s3cret@host?tls=maybe',
    'esdb://admin:s3cret@host?tlsCAFile=/nowhere/s3cret.crt',
    's3cret',
  ])('refuses an address that cannot be used without repeating it: %s', async (url) => {
    const said: string[] = [];
    const warn = console.warn;
    console.warn = (...words: unknown[]) => said.push(words.join(' '));
    const refused = await refusalOf(openEventStoreDb({ url }).finally(() => (console.warn = warn)));
    expect(refused.code).toBe('STORE.BAD_URL');
    expect([refused.message, JSON.stringify(refused.refusal), ...said].join()).not.toContain('s3cret');
  });

  it('takes kurrentdb://, and warns of credentials that the client will not send', () =>
    withDouble({}, async ({ url }) => {
      const warnings: string[] = [];
      const store = await openEventStoreDb({
        url: url.replace('esdb://', 'kurrentdb://admin:s3cret@'),
        warn: (message) => warnings.push(message),
      });
      await store.close();
      expect(warnings.join()).toMatch(/without TLS/);
      expect(warnings.join()).not.toContain('s3cret');
    }));
});

describe('EventStoreDB behind TLS, on the protocol double', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tranche-certificate-'));
  const [certificate, key] = [join(folder, 'ca.crt'), join(folder, 'ca.key')];
  beforeAll(() => {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const kind = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'];
    execFileSync('openssl', ['req', ...kind, ...subject, '-keyout', key, '-out', certificate], {
      stdio: 'ignore',
    });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('sends the credentials of the address, and names nobody when they are not accepted', () =>
    withDouble({ tls: { certificate, key, credentials: 'admin:s3cret:@/%' } }, async ({ url }) => {
      const store = await openEventStoreDb({ url });
      const stream = freshStream();
      expect((await store.append(stream, 'no-stream', newEvents(2))).revision).toBe(1n);
      await store.close();
      const refused = await refusalOf(openEventStoreDb({ url: url.replace('s3cret', 'wr0ng') }));
      expect(refused.code).toBe('STORE.ACCESS_DENIED');
      expect(refused.message).not.toContain('wr0ng');
    }));

  it('does not talk to a server whose certificate it cannot check', () =>
    withDouble({ tls: { certificate, key, credentials: 'admin:s3cret:@/%' } }, async ({ url }) => {
      const unchecked = openEventStoreDb({ url: url.split('?')[0]!, patienceMilliseconds: 500 });
      expect((await refusalOf(unchecked)).code).toBe('STORE.UNAVAILABLE');
    }));
});

describe('what the server writes for itself, on the protocol double', () => {
  let double: EventStoreDouble;
  let store: EventStore;
  let client: EventStoreDBClient;
  beforeAll(async () => {
    double = await EventStoreDouble.start();
    store = await openEventStoreDb({ url: double.url });
    client = EventStoreDBClient.connectionString(double.url);
  });
  afterAll(async () => {
    await client.dispose();
    await store.close();
    await double.remove();
  });
  const writeOwn = async (count: number): Promise<void> => {
    const events = Array.from({ length: count }, () => jsonEvent({ type: '$statsCollected', data: {} }));
    await client.appendToStream(`$stats-${freshCategory()}`, events, { expectedRevision: NO_STREAM });
  };

  it('is not its head, and is shown to nobody', async () => {
    await writeOwn(3);
    expect(await store.head()).toBeUndefined();
    const { position } = await store.append(freshStream(), 'no-stream', newEvents(2));
    await writeOwn(2000);
    expect(await store.head()).toBe(position);
    expect(await store.head()).toBe(position);
    expect(await collectAll(store.readAll())).toHaveLength(2);
    expect(await collectAll(store.readAll({ filter: { types: ['$statsCollected'] } }))).toEqual([]);
    expect(await collectAll(store.readAll({ filter: { streamPrefixes: ['$'] } }))).toEqual([]);
    expect(await collectAll(store.readAll({ filter: { streamPrefixes: [''] } }))).toHaveLength(2);
  });

  it('never takes a subscription further than the head, also when nothing matches', async () => {
    const before = await store.append(freshStream(), 'no-stream', newEvents(1));
    const filters = [undefined, { streamPrefixes: [freshCategory()] }, { types: ['Nowhere'] }];
    const listeners = filters.map((filter) => new Listener(store, filter === undefined ? {} : { filter }));
    await until(() => listeners.every((one) => one.hasSearchedTo(before.position!)), 'they have caught up');
    await writeOwn(40);
    const { position } = await store.append(freshStream(), 'no-stream', newEvents(1));
    await writeOwn(40);
    await until(() => listeners.every((one) => one.hasSearchedTo(position!)), 'they have searched on');
    await writeOwn(1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (const listener of listeners) {
      await listener.subscription.stop();
      expect(listener.searched.at(-1)).toBe(position);
    }
  });

  it('reads and subscribes also from a position at which no event begins', async () => {
    const { position } = await store.append(freshStream(), 'no-stream', newEvents(3));
    const after = position! - 1n;
    const events = await collectAll(store.readAll({ after }));
    expect(events.map((event) => event.position)).toEqual([position]);
    expect(await collectAll(store.readAll({ after, filter: { types: ['Happened'] } }))).toEqual(events);
    const listener = new Listener(store, { after });
    await until(() => listener.hasSearchedTo(position!), 'it has caught up');
    await listener.subscription.stop();
    expect(listener.events).toEqual(events);
  });
});

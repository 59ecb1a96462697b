import { defineEvent, randomId, type EventOf } from '#kernel';
import { EventCodec, openSqliteEventStore, type EventStore, type NewEvent } from '#platform/event-store';
import {
  defineProjection,
  foldInMemory,
  openSqliteReadStore,
  ProjectionRunner,
  type Collection,
  type Projection,
  type ProjectionRunnerOptions,
  type ReadStore,
} from '#platform/read-store';
import { person } from '#testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';

const Movement = Type.Object({ account: Type.String(), pence: Type.Integer() });
export const MoneyMoved = defineEvent('MoneyMoved', 1, 'Money moved.', Movement);
export const AccountClosed = defineEvent(
  'AccountClosed',
  1,
  'An account was closed.',
  Type.Object({ account: Type.String() }),
);
/** Nothing that the read model below wants to know. */
export const WeatherChanged = defineEvent('WeatherChanged', 1, 'The weather changed.', Type.Object({}));
/** Of which the program that reads knows nothing. */
export const UNKNOWN = 'FromTheFuture';

export type LedgerEvent = EventOf<typeof MoneyMoved | typeof AccountClosed | typeof WeatherChanged>;

/** One account, or all of them: what an event left out, counted twice or taken out of order changes for good. */
export type Account = Readonly<{ id: string; pence: number; events: number; chain: number; open: boolean }>;

const WHOLE = 'whole';
/** Another order, another number. */
const chained = (chain: number, text: string): number =>
  [...text].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, chain);
const opened = (id: string): Account => ({ id, pence: 0, events: 0, chain: 0, open: true });
const after = (before: Account | null, id: string, eventId: string, pence: number): Account => {
  const account = before ?? opened(id);
  return {
    ...account,
    pence: account.pence + pence,
    events: account.events + 1,
    chain: chained(account.chain, eventId),
  };
};

export function ledgerOf(name = 'ledger', version = 1) {
  return defineProjection<Account>()({
    collection: { name, version, indexes: { byPence: ['open', 'pence'] } },
    of: [MoneyMoved, AccountClosed, WeatherChanged],
    when: {
      MoneyMoved: {
        touches: ({ data }) => [data.account, WHOLE],
        apply: (document, { id: eventId, data }, id) => {
          if (!Number.isSafeInteger(data.pence)) throw new Error('that is no money');
          return after(document, id, eventId, data.pence);
        },
      },
      // An account that is closed is gone; moving money opens it anew.
      AccountClosed: {
        touches: ({ data }) => [data.account, WHOLE],
        apply: (document, { id: eventId }, id) => (id === WHOLE ? after(document, id, eventId, 0) : null),
      },
    },
    ignores: ['WeatherChanged'],
  });
}
export const ledger = ledgerOf();
export const codec = new EventCodec([MoneyMoved, AccountClosed, WeatherChanged]);

const AT = '2024-01-02T09:00:00.000Z';

export function recorded(event: { readonly type: string; readonly data: unknown }): NewEvent {
  const id = randomId();
  const metadata = {
    schemaVersion: 1,
    occurredAt: AT,
    recordedAt: AT,
    actor: person('somebody'),
    commandId: id,
    correlationId: id,
    causationId: id,
  };
  return { id, type: event.type, data: event.data as NewEvent['data'], metadata };
}

/** Mostly money moving between a few accounts, some of them closed now and then. */
export function happening(at: number): LedgerEvent {
  const account = `account-${at % 17}`;
  if (at % 23 === 22) return AccountClosed({ account });
  if (at % 5 === 4) return WeatherChanged({});
  return MoneyMoved({ account, pence: (at % 101) - 50 });
}

/** Appends `count` events, `batch` in each append, to a stream of its own. @returns the position of the last */
export async function append(store: EventStore, count: number, batch = 500): Promise<bigint> {
  const stream = `ledger-${randomId()}`;
  let expected: bigint | 'no-stream' = 'no-stream';
  let position: bigint | undefined;
  for (let at = 0; at < count; at += batch) {
    const events = Array.from({ length: Math.min(batch, count - at) }, (_, more) =>
      recorded(happening(at + more)),
    );
    const result = await store.append(stream, expected, events);
    expected = result.revision;
    ({ position } = result);
  }
  return position!;
}

export async function appendOne(
  store: EventStore,
  event: { readonly type: string; readonly data: unknown },
): Promise<bigint> {
  const { position } = await store.append(`ledger-${randomId()}`, 'no-stream', [recorded(event)]);
  return position!;
}

/** What the read model must be: the same events, folded in memory. */
export async function expectedLedger(store: EventStore): Promise<readonly Account[]> {
  const events = [];
  for await (const page of store.readAll({ filter: { types: ledger.handles } })) {
    events.push(...page.map((stored) => codec.decode(stored)));
  }
  return foldInMemory(ledger, events).all();
}

/** Everything in a read model, by id. */
export async function documentsIn(collection: Collection<Account>): Promise<readonly Account[]> {
  const found: Account[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await collection.find({ limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.documents);
    ({ cursor } = page);
    if (cursor === undefined) return found;
  }
}

export interface DataFolder extends AsyncDisposable {
  readonly path: string;
  readonly readModels: string;
  readonly events: EventStore;
  /** Another connection to the read models, as another process has one. */
  open(options?: { maxPages?: number; busyMilliseconds?: number }): Promise<ReadStore>;
}

export async function dataFolder(): Promise<DataFolder> {
  const path = mkdtempSync(join(tmpdir(), 'tranche-projection-'));
  const events = await openSqliteEventStore({ path: join(path, 'events.sqlite') });
  const opened: ReadStore[] = [];
  const readModels = join(path, 'read-models.sqlite');
  return {
    path,
    readModels,
    events,
    open: async (options = {}) => {
      const store = await openSqliteReadStore({ path: readModels, ...options });
      opened.push(store);
      return store;
    },
    [Symbol.asyncDispose]: async () => {
      for (const store of opened) await store.close();
      await events.close();
      rmSync(path, { recursive: true, force: true });
    },
  };
}

export const runnerOn = (
  store: ReadStore,
  { events }: DataFolder,
  projection: Projection<Account> = ledger,
  options: ProjectionRunnerOptions = {},
): ProjectionRunner<Account> => new ProjectionRunner(store, events, codec, projection, options);

/** Runs until the end of the test's block, however that ends. */
export function running(
  ...runners: ProjectionRunner<Account>[]
): AsyncDisposable & { readonly done: Promise<unknown> } {
  const stop = new AbortController();
  const done = Promise.all(runners.map((runner) => runner.run(stop.signal)));
  return {
    done,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await done;
    },
  };
}

export async function until(condition: () => boolean | Promise<boolean>, milliseconds = 5000): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${milliseconds} ms: ${String(condition)}`);
    await sleep(10);
  }
}

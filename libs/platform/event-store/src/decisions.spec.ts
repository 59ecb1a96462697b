import {
  defineEvent,
  refusal,
  RefusalError,
  type Aggregate,
  type Command,
  type Decision,
  type EventOf,
  type Instant,
} from '#kernel';
import { instant, person } from '#testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { EventCodec } from './codec.js';
import { Decisions, type CommandContext } from './decisions.js';
import type { AppendResult, EventStore, StoredEvent } from './event-store.js';
import { openSqliteEventStore, type SqliteEventStore } from './sqlite/sqlite-event-store.js';

const Paid = defineEvent('Paid', 1, 'Pence were paid in.', Type.Object({ pence: Type.Integer() }));
const Closed = defineEvent('Closed', 1, 'The purse was closed.', Type.Object({}));
type PurseEvent = EventOf<typeof Paid> | EventOf<typeof Closed>;
interface Purse {
  readonly pence: number;
  readonly isClosed: boolean;
}
type PurseCommand = Command<'Pay', { pence: number; times?: number }> | Command<'Close', object>;

const purse: Aggregate<Purse, PurseCommand, PurseEvent> = {
  category: 'purse',
  events: [Paid, Closed],
  initial: { pence: 0, isClosed: false },
  decide(command, state): Decision<PurseEvent> {
    switch (command.type) {
      case 'Pay': {
        if (state.isClosed) return refusal('PURSE.CLOSED', 'wrong-state', 'the purse is closed');
        return Array.from({ length: command.data.times ?? 1 }, () => Paid({ pence: command.data.pence }));
      }
      case 'Close':
        return state.isClosed ? [] : [Closed({})];
    }
  },
  evolve(state, event) {
    return event.type === 'Paid'
      ? { ...state, pence: state.pence + event.data.pence }
      : { ...state, isClosed: true };
  },
};

const NOW = instant('2024-05-01');
const folder = mkdtempSync(join(tmpdir(), 'tranche-decisions-'));
let store: SqliteEventStore;
let id: string;
let now: Instant;

beforeAll(async () => {
  store = await openSqliteEventStore({ path: join(folder, 'events.sqlite') });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  id = randomUUID();
  now = NOW;
});

function on(events: EventStore): Decisions {
  return new Decisions(events, new EventCodec(purse.events), { now: () => now });
}

function context(rest: Partial<CommandContext> = {}): CommandContext {
  const commandId = randomUUID();
  return { commandId, correlationId: commandId, causationId: commandId, actor: person('amina'), ...rest };
}

function pay(pence: number, rest: Partial<CommandContext> = {}, events: EventStore = store, times = 1) {
  return on(events).execute(purse, id, { type: 'Pay', data: { pence, times } }, context(rest));
}

async function written(): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of store.readStream(`purse-${id}`)) events.push(event);
  return events;
}

async function refusalOf(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof RefusalError) return error.refusal;
  throw new Error(`expected a refusal, got ${String(error)}`);
}

/** The real store, except that somebody else gets in first, as many times as said. */
function contended(times: number, first: () => Promise<unknown> = () => pay(1000)) {
  const racing = {
    races: 0,
    identity: store.identity,
    append: async (...request: Parameters<EventStore['append']>): Promise<AppendResult> => {
      if (racing.races < times) {
        racing.races += 1;
        await first();
      }
      return store.append(...request);
    },
    readStream: store.readStream.bind(store),
    readAll: store.readAll.bind(store),
    subscribe: store.subscribe.bind(store),
    head: store.head.bind(store),
    close: store.close.bind(store),
  };
  return racing;
}

describe('loading', () => {
  it('folds the stream and tells its revision', async () => {
    expect(await on(store).load(purse, id)).toEqual({
      stream: `purse-${id}`,
      state: purse.initial,
      revision: 'no-stream',
      history: [],
    });
    await pay(5);
    await pay(7, {}, store, 2);
    const loaded = await on(store).load(purse, id);
    expect(loaded).toMatchObject({ state: { pence: 19, isClosed: false }, revision: 2n });
    expect(loaded.history.map((event) => event.type)).toEqual(['Paid', 'Paid', 'Paid']);
  });
});

describe('executing', () => {
  it('writes what was decided, with who, when and why, and tells where it is', async () => {
    const asked = context({ correlationId: 'corr', causationId: 'cause' });
    const outcome = await on(store).execute(purse, id, { type: 'Pay', data: { pence: 5, times: 2 } }, asked);
    const events = await written();
    expect(outcome).toMatchObject({ stream: `purse-${id}`, revision: 1n, position: events[1]!.position });
    expect(outcome.events).toEqual(events.map(({ position: _, ...event }) => event));
    expect(events[0]!.metadata).toEqual({
      schemaVersion: 1,
      occurredAt: NOW,
      recordedAt: NOW,
      actor: person('amina'),
      commandId: asked.commandId,
      correlationId: 'corr',
      causationId: 'cause',
    });
    expect(new Set(events.map((event) => event.id)).size).toBe(2);
  });

  it('throws what the decider refused, and writes nothing', async () => {
    await on(store).execute(purse, id, { type: 'Close', data: {} }, context());
    expect((await refusalOf(pay(5))).code).toBe('PURSE.CLOSED');
    expect(await written()).toHaveLength(1);
  });

  it('writes nothing when everything is already so, and tells where that is', async () => {
    const first = await on(store).execute(purse, id, { type: 'Close', data: {} }, context());
    const again = await on(store).execute(purse, id, { type: 'Close', data: {} }, context());
    expect(again).toEqual({ ...first, events: [] });
    expect(await written()).toHaveLength(1);
    expect(await pay(0, {}, store, 0).catch((error: Error) => error.message)).toMatch('closed');
  });

  it('takes what happened earlier, and refuses what would happen later', async () => {
    const occurredAt = instant('2024-04-01');
    await pay(5, { occurredAt });
    expect((await written())[0]!.metadata).toMatchObject({ occurredAt, recordedAt: NOW });
    await pay(5, { occurredAt: NOW });
    const future = instant('2024-05-01T09:00:00.001Z');
    expect(await refusalOf(pay(5, { occurredAt: future }))).toMatchObject({
      code: 'TIME.IN_FUTURE',
      kind: 'invalid',
      details: { field: 'occurredAt', value: future },
    });
    expect(await written()).toHaveLength(2);
  });

  it('does not write what the codec refuses', async () => {
    await expect(pay(0.5)).rejects.toThrow('cannot write Paid');
    expect(await written()).toEqual([]);
  });
});

describe('the same command again', () => {
  it('answers with the same events and writes nothing, also after others and at another time', async () => {
    const { commandId } = context();
    const first = await pay(5, { commandId }, store, 2);
    await pay(7);
    now = instant('2024-06-01');
    const again = await pay(5, { commandId }, store, 2);
    expect(again.revision).toBe(first.revision);
    expect(again.position).toBe(first.position);
    expect(again.events).toMatchObject(first.events);
    expect(await written()).toHaveLength(3);
  });

  it('answers so even when it would be refused by now, or the revision it named is long past', async () => {
    const { commandId } = context();
    await pay(1);
    const first = await pay(5, { commandId, expectedRevision: 0n });
    await on(store).execute(purse, id, { type: 'Close', data: {} }, context());
    const again = await pay(5, { commandId, expectedRevision: 0n });
    expect(again.events).toMatchObject(first.events);
    expect(await written()).toHaveLength(3);
  });

  it('writes once when it arrives many times at once', async () => {
    const { commandId } = context();
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => pay(5, { commandId }, store, 2)));
    expect(new Set(outcomes.map((outcome) => outcome.position)).size).toBe(1);
    expect(await written()).toHaveLength(2);
  });
});

describe('a lost race', () => {
  it('is decided again on the new state, at most three times', async () => {
    const events = contended(3);
    const outcome = await pay(5, {}, events);
    expect(outcome.revision).toBe(3n);
    expect(events.races).toBe(3);
    expect((await on(store).load(purse, id)).state.pence).toBe(3005);
  });

  it('is refused as contended after that, with nothing written', async () => {
    const events = contended(4);
    expect(await refusalOf(pay(5, {}, events))).toMatchObject({
      code: 'STORE.CONTENDED',
      kind: 'busy',
      details: { stream: `purse-${id}` },
    });
    expect((await on(store).load(purse, id)).state.pence).toBe(4000);
  });

  it('may lead to a refusal', async () => {
    const closing = contended(1, () => on(store).execute(purse, id, { type: 'Close', data: {} }, context()));
    expect((await refusalOf(pay(5, {}, closing))).code).toBe('PURSE.CLOSED');
  });

  it('loses no payment among simultaneous ones', async () => {
    const results = await Promise.allSettled(Array.from({ length: 24 }, () => pay(10)));
    const done = results.filter((result) => result.status === 'fulfilled');
    expect((await on(store).load(purse, id)).state.pence).toBe(10 * done.length);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'STORE.CONTENDED' });
    }
  });
});

describe('a revision named by the caller', () => {
  it('is taken when it is current', async () => {
    await pay(5);
    expect((await pay(5, { expectedRevision: 0n })).revision).toBe(1n);
  });

  it('is refused when it is stale, ahead, or of a stream that does not exist', async () => {
    expect((await refusalOf(pay(5, { expectedRevision: 0n }))).code).toBe('STORE.STALE_REVISION');
    await pay(5);
    await pay(5);
    for (const expectedRevision of [0n, 2n]) {
      expect(await refusalOf(pay(5, { expectedRevision }))).toMatchObject({
        code: 'STORE.STALE_REVISION',
        kind: 'stale',
        details: { expectedRevision: String(expectedRevision), actualRevision: '1' },
      });
    }
    expect(await written()).toHaveLength(2);
  });

  it('is not retried when the race is lost', async () => {
    await pay(5);
    const events = contended(1);
    expect(await refusalOf(pay(5, { expectedRevision: 0n }, events))).toMatchObject({
      code: 'STORE.STALE_REVISION',
      details: { expectedRevision: '0', actualRevision: '1' },
    });
    expect((await on(store).load(purse, id)).state.pence).toBe(1005);
  });
});

import {
  openSqliteEventStore,
  type ExpectedRevision,
  type SqliteEventStore,
  type StoredEvent,
} from '#platform/event-store';
import type { JsonObject } from '#kernel';

/** An event as the protocol knows it. */
export interface LogEvent {
  readonly id: string;
  readonly stream: string;
  readonly revision: bigint;
  /** Equals the prepare position. */
  readonly commit: bigint;
  readonly type: string;
  /** The double's clock, in milliseconds. */
  readonly created: number;
  readonly data: Uint8Array;
  /** Empty when there is none. */
  readonly metadata: Uint8Array;
}

export type NewLogEvent = Pick<LogEvent, 'id' | 'type' | 'data' | 'metadata'>;

export interface Written {
  readonly revision: ExpectedRevision;
  readonly commit: bigint | undefined;
}

/** A tombstone is final. */
export class StreamIsGone extends Error {
  constructor(readonly stream: string) {
    super(`stream ${stream} is deleted`);
  }
}

/** Distance between two events' positions: like a real server's they have gaps, and most numbers are none. */
const APART = 128n;

/** The embedded store keeps names beginning with `$` for itself; here they are a server's. */
const NAME_PREFIX = '_';

/**
 * The log behind the double: the embedded store, seen as EventStoreDB would show it. What the embedded store has no
 * place for (when it was created, whether there was metadata) rides in front of the type.
 */
export class DoubleLog {
  /** The last revision that a soft delete hides, by stream; like the tombstones, known until the double ends. */
  private readonly hidden = new Map<string, bigint>();
  private readonly tombstones = new Set<string>();

  private constructor(readonly store: SqliteEventStore) {}

  static async open(path: string): Promise<DoubleLog> {
    return new DoubleLog(await openSqliteEventStore({ path }));
  }

  /** @throws ConcurrencyConflict, StreamIsGone */
  async append(stream: string, expected: ExpectedRevision, events: readonly NewLogEvent[]): Promise<Written> {
    if (this.tombstones.has(stream)) throw new StreamIsGone(stream);
    const created = Date.now();
    const stored = events.map((event) => ({
      id: event.id,
      type: `${created}:${event.metadata.length === 0 ? 'none' : 'some'}:${event.type}`,
      data: jsonFrom(event.data),
      metadata: event.metadata.length === 0 ? {} : jsonFrom(event.metadata),
    }));
    const { revision, position } = await this.store.append(`${NAME_PREFIX}${stream}`, expected, stored);
    return { revision, commit: position === undefined ? undefined : position * APART };
  }

  /**
   * What a soft delete has left to be seen.
   * @throws StreamIsGone
   */
  async *stream(
    name: string,
    direction: 'forwards' | 'backwards',
    from: bigint | undefined,
    limit: number,
  ): AsyncIterable<LogEvent> {
    if (this.tombstones.has(name)) throw new StreamIsGone(name);
    const hidden = this.hidden.get(name) ?? -1n;
    const first = direction === 'forwards' && (from ?? 0n) <= hidden ? hidden + 1n : from;
    const options = { direction, limit, ...(first === undefined ? {} : { from: first }) };
    for await (const event of this.store.readStream(`${NAME_PREFIX}${name}`, options))
      if (event.revision > hidden) yield logEventFrom(event);
  }

  /** Soft delete: hides what is there, and numbering goes on. */
  async hide(stream: string): Promise<void> {
    const revision = await this.revisionOf(stream);
    if (revision !== 'no-stream') this.hidden.set(stream, revision);
  }

  bury(stream: string): void {
    this.tombstones.add(stream);
  }

  /** From `from` on, inclusive. */
  async *forwards(from: bigint | undefined): AsyncIterable<LogEvent> {
    const options = from === undefined ? {} : { after: from / APART - 1n };
    for await (const page of this.store.readAll(options)) yield* page.map(logEventFrom);
  }

  /** What lies before `from`, exclusive, or before the end. */
  async *backwards(from: bigint | undefined): AsyncIterable<LogEvent> {
    let upTo = from === undefined ? ((await this.store.head()) ?? 0n) : from / APART - 1n;
    while (upTo > 0n) {
      const after = upTo > 200n ? upTo - 200n : 0n;
      const events: LogEvent[] = [];
      for await (const page of this.store.readAll({ after, upTo })) events.push(...page.map(logEventFrom));
      yield* events.toReversed();
      upTo = after;
    }
  }

  /** Whether an event, or the beginning, is there. */
  async isPosition(commit: bigint): Promise<boolean> {
    return commit % APART === 0n && commit / APART <= ((await this.store.head()) ?? 0n);
  }

  /** `handle` gets what comes after `after`, one call at a time; resolves when stopped by `signal`. */
  async follow(
    after: bigint | undefined,
    handle: (events: readonly LogEvent[]) => Promise<void>,
    caughtUp: () => void,
    signal: AbortSignal,
  ): Promise<void> {
    const subscription = this.store.subscribe({
      after: after === undefined ? undefined : after / APART,
      pageSize: 100,
      handle: async (events) => handle(events.map(logEventFrom)),
      caughtUp,
    });
    const stop = (): void => void subscription.stop();
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    await subscription.ended.finally(() => signal.removeEventListener('abort', stop));
  }

  /** Of the last event, also of a hidden one. */
  async revisionOf(stream: string): Promise<ExpectedRevision> {
    const last = this.store.readStream(`${NAME_PREFIX}${stream}`, { direction: 'backwards', limit: 1 });
    for await (const event of last) return event.revision;
    return 'no-stream';
  }

  /** @throws StreamIsGone */
  async isThere(stream: string): Promise<boolean> {
    for await (const _ of this.stream(stream, 'backwards', undefined, 1)) return true;
    return false;
  }
}

function jsonFrom(bytes: Uint8Array): JsonObject {
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as JsonObject;
}

function bytesOf(value: JsonObject): Uint8Array {
  return Buffer.from(JSON.stringify(value), 'utf8');
}

function logEventFrom(event: StoredEvent): LogEvent {
  const [created, metadata] = event.type.split(':', 2);
  return {
    id: event.id,
    stream: event.stream.slice(NAME_PREFIX.length),
    revision: event.revision,
    commit: event.position * APART,
    type: event.type.slice(`${created}:${metadata}:`.length),
    created: Number(created),
    data: bytesOf(event.data),
    metadata: metadata === 'none' ? new Uint8Array() : bytesOf(event.metadata),
  };
}

import type { Position } from '#kernel';
import {
  ConcurrencyConflict,
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type ReadAllOptions,
  type ReadStreamOptions,
  type StoredEvent,
  type StoreIdentity,
  type SubscribeOptions,
  type Subscription,
} from '../event-store.js';
import { closed, isStreamName, pageSizeFrom } from '../rules.js';
import { Appender, type Limits } from './appender.js';
import { Connection } from './connection.js';
import { identify } from './identity.js';
import { LAST_REVISION, LogReader } from './log-reader.js';
import type { EventStoreDbOptions } from './options.js';
import { pagesOf } from './pages.js';
import { LogSubscription } from './subscription.js';

const DEFAULT_LIMITS: Limits = { deadlineMilliseconds: 5000, patienceMilliseconds: 20_000 };

/** @see openEventStoreDb, which loads this when it is needed */
export async function openEventStore(options: EventStoreDbOptions): Promise<EventStore> {
  const { url, kind, warn, ...given } = options;
  const limits = { ...DEFAULT_LIMITS, ...given };
  const connection = await Connection.open(url, limits.patienceMilliseconds);
  const { hasCredentials, isSecure, hosts } = connection.address;
  if (hasCredentials && !isSecure) {
    warn?.(`the credentials in EVENTSTORE_URL are not sent to ${hosts}: the client sends none without TLS`);
  }
  const reader = new LogReader(connection, limits);
  const appender = new Appender(connection, limits);
  try {
    const identity = await identify(reader, appender, kind, hosts);
    return new EventStoreDbEventStore(identity, connection, reader, appender);
  } catch (error) {
    reader.close();
    await connection.close();
    throw error;
  }
}

class EventStoreDbEventStore implements EventStore {
  private readonly subscriptions = new Set<Subscription>();
  private closing: Promise<void> | undefined;

  constructor(
    readonly identity: StoreIdentity,
    private readonly connection: Connection,
    private readonly reader: LogReader,
    private readonly appender: Appender,
  ) {}

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    if (!isStreamName(stream)) throw new TypeError(`'${stream}' cannot be the name of a stream`);
    this.refuseIfClosed();
    // On the wire a revision that no stream can have would mean something else, such as "any".
    if (expected !== 'no-stream' && (expected < 0n || expected > LAST_REVISION)) {
      throw new ConcurrencyConflict(stream, expected, await this.revisionOf(stream));
    }
    const result = await this.appender.append(stream, expected, events);
    this.reader.hasSeen(result.position);
    return result;
  }

  async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncIterable<StoredEvent> {
    this.refuseIfClosed();
    if (isStreamName(stream)) yield* this.reader.stream(stream, options);
  }

  readAll(options: ReadAllOptions = {}): AsyncIterable<readonly StoredEvent[]> {
    const pageSize = pageSizeFrom(options);
    this.refuseIfClosed();
    const upTo = this.lesser(options.upTo, this.reader.head());
    // Whoever reads hears of it; not reading is no reason to bring the process down.
    upTo.catch(() => undefined);
    return pagesOf(this.reader, { after: options.after, upTo, pageSize, filter: options.filter });
  }

  subscribe(options: SubscribeOptions): Subscription {
    const pageSize = pageSizeFrom(options);
    this.refuseIfClosed();
    const subscription = new LogSubscription(this.reader, options, pageSize);
    this.subscriptions.add(subscription);
    const forget = (): unknown => this.subscriptions.delete(subscription);
    subscription.ended.then(forget, forget);
    return subscription;
  }

  async head(): Promise<Position | undefined> {
    this.refuseIfClosed();
    return this.reader.head();
  }

  close(): Promise<void> {
    this.closing ??= this.stop();
    return this.closing;
  }

  private async stop(): Promise<void> {
    // A handler that is still running may have something to append.
    await Promise.all([...this.subscriptions].map((subscription) => subscription.stop()));
    await this.appender.idle();
    this.reader.close();
    await this.connection.close();
  }

  private async revisionOf(stream: string): Promise<ExpectedRevision> {
    for await (const { revision } of this.reader.stream(stream, { direction: 'backwards', limit: 1 }))
      return revision;
    return 'no-stream';
  }

  private async lesser(
    wanted: Position | undefined,
    head: Promise<Position | undefined>,
  ): Promise<Position | undefined> {
    const there = await head;
    return there !== undefined && wanted !== undefined && wanted < there ? wanted : there;
  }

  private refuseIfClosed(): void {
    if (this.closing !== undefined) throw closed();
  }
}

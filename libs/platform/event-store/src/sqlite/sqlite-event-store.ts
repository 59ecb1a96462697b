import type { Position } from '#kernel';
import { translated } from '#platform/sqlite';
import { realpathSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  DEFAULT_PAGE,
  LARGEST_APPEND_BYTES,
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
import { closed, isStreamName, pageSizeFrom, tooLarge } from '../rules.js';
import { Growth } from './growth.js';
import { channelOf, type AppendRequest, type Durability } from './protocol.js';
import { Reader } from './reader.js';
import { EVENTS_FILE, openForReading } from './schema.js';
import { LogSubscription } from './subscription.js';
import { Writer } from './writer.js';

export interface SqliteEventStoreOptions {
  readonly path: string;
  /** What a new store becomes (default `live`); an existing one must be of this kind. */
  readonly kind?: StoreIdentity['kind'];
  /** `max_page_count`, in pages of 4,096 bytes. */
  readonly maxPages?: number;
  /** How long an append waits for another process's transaction, in milliseconds. Default 5,000. */
  readonly busyMilliseconds?: number;
  /** Another thread to append with. Only tests have a reason. */
  readonly writerThread?: URL;
}

/**
 * The embedded event store on one file: WAL, `synchronous=FULL`, group commit on a thread of its own.
 * @throws RefusalError `STORE.FOREIGN_FILE`, `STORE.WRONG_KIND`, `STORE.FULL`, `STORE.BUSY`
 */
export async function openSqliteEventStore(options: SqliteEventStoreOptions): Promise<SqliteEventStore> {
  const { path, kind, writerThread = new URL('./writer.thread.js', import.meta.url), ...limits } = options;
  const { database, identity } = openForReading(path, kind, limits);
  try {
    const real = realpathSync(path);
    const channel = channelOf(real);
    const data = { path: real, busyMilliseconds: 5000, ...limits, channel };
    const start = (): Promise<Writer> => Writer.start(writerThread, data);
    return new SqliteEventStore(identity, database, await start(), start, channel);
  } catch (error) {
    database.close();
    throw error;
  }
}

const REPLACED_EVERY = 1000;

export class SqliteEventStore implements EventStore {
  private readonly reader: Reader;
  private readonly growth: Growth;
  private readonly subscriptions = new Set<Subscription>();
  private closing: Promise<void> | undefined;
  private replacing: Promise<void> | undefined;
  private replacedAt = -Infinity;

  constructor(
    readonly identity: StoreIdentity,
    private readonly database: DatabaseSync,
    private writer: Writer,
    private readonly startWriter: () => Promise<Writer>,
    channel: string,
  ) {
    this.reader = new Reader(database);
    this.growth = new Growth(channel, () => this.reading(() => this.reader.head()));
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    if (!isStreamName(stream)) throw new TypeError(`'${stream}' cannot be the name of a stream`);
    const fields: string[] = [];
    let bytes = 0;
    for (const event of events) {
      const data = JSON.stringify(event.data);
      const metadata = JSON.stringify(event.metadata);
      bytes += Buffer.byteLength(data) + Buffer.byteLength(metadata);
      fields.push(event.id, event.type, data, metadata);
    }
    if (bytes > LARGEST_APPEND_BYTES) throw tooLarge(stream, bytes);
    const request: AppendRequest = { stream, expected: numberFrom(expected), fields };
    if (this.writer.hasDied) await this.replaceWriter();
    return this.writer.append(request, expected, bytes);
  }

  /**
   * A thread that died, of a disk that failed for a moment for instance, is replaced when the next append comes, not
   * more often than now and then. What it had in hand is known to nobody, and its senders were told so.
   */
  private async replaceWriter(): Promise<void> {
    const sinceLast = performance.now() - this.replacedAt;
    if (this.replacing === undefined && sinceLast > REPLACED_EVERY) {
      this.replacedAt = performance.now();
      this.replacing = this.startWriter()
        .then((writer) => void (this.writer = writer))
        .finally(() => (this.replacing = undefined));
    }
    await this.replacing;
    // It was closed while the new thread started.
    if (this.closing !== undefined) await this.writer.close();
  }

  async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncIterable<StoredEvent> {
    const { direction = 'forwards', limit = Infinity } = options;
    const step = direction === 'forwards' ? 1n : -1n;
    let from = options.from ?? (direction === 'forwards' ? 0n : BigInt(Number.MAX_SAFE_INTEGER));
    for (let left = limit; left > 0;) {
      const size = Math.min(left, DEFAULT_PAGE);
      const start = from;
      const page = this.reading(() => this.reader.page(stream, direction, start, size));
      yield* page;
      left -= page.length;
      if (page.length < size) return;
      from = page.at(-1)!.revision + step;
      await nextTurn();
    }
  }

  readAll(options: ReadAllOptions = {}): AsyncIterable<readonly StoredEvent[]> {
    const pageSize = pageSizeFrom(options);
    const head = this.reading(() => this.reader.head());
    const upTo = options.upTo === undefined || options.upTo > (head ?? 0n) ? (head ?? 0n) : options.upTo;
    return this.pages(options.after ?? 0n, upTo, pageSize, options.filter);
  }

  subscribe(options: SubscribeOptions): Subscription {
    const pageSize = pageSizeFrom(options);
    const subscription = new LogSubscription(
      {
        head: () => this.reading(() => this.reader.head()),
        stretch: (after, upTo) =>
          this.reading(() => this.reader.stretch(after, upTo, pageSize, options.filter)),
        grownBeyond: (head, signal) => this.growth.beyond(head, signal),
      },
      options,
    );
    this.subscriptions.add(subscription);
    const forget = (): unknown => this.subscriptions.delete(subscription);
    subscription.ended.then(forget, forget);
    return subscription;
  }

  async head(): Promise<Position | undefined> {
    return this.reading(() => this.reader.head());
  }

  /** How the very connection that appends is set. */
  durability(): Promise<Durability> {
    return this.writer.durability();
  }

  /** How many appends have been answered since it was opened, and in how many groups: one COMMIT each. */
  get answered(): { readonly appends: number; readonly groups: number } {
    return this.writer.answered;
  }

  /** Stops the subscriptions, writes what is waiting, and lets go of the file. */
  close(): Promise<void> {
    this.closing ??= this.stop();
    return this.closing;
  }

  private async stop(): Promise<void> {
    // A handler that is still running may have something to append.
    if (this.subscriptions.size > 0) {
      await Promise.all([...this.subscriptions].map((subscription) => subscription.stop()));
    }
    await this.writer.close();
    this.growth.close();
    this.database.close();
  }

  private async *pages(
    after: Position,
    upTo: Position,
    pageSize: number,
    filter: ReadAllOptions['filter'],
  ): AsyncIterable<readonly StoredEvent[]> {
    for (let searchedTo = after < 0n ? 0n : after; searchedTo < upTo;) {
      const from = searchedTo;
      const stretch = this.reading(() => this.reader.stretch(from, upTo, pageSize, filter));
      if (stretch.events.length > 0) yield stretch.events;
      searchedTo = stretch.searchedTo;
      await nextTurn();
    }
  }

  private reading<T>(read: () => T): T {
    if (!this.database.isOpen) {
      throw closed();
    }
    try {
      return read();
    } catch (error) {
      throw translated(error, EVENTS_FILE.name);
    }
  }
}

/** A revision no stream can have stands for itself: it never matches. */
function numberFrom(expected: ExpectedRevision): number {
  if (expected === 'no-stream') return -1;
  return expected < 0n || expected > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : Number(expected);
}

import type { JsonObject, Position } from '#kernel';

/** The revision a stream must have for an append to succeed. There is no "any": every decision was made on a state. */
export type ExpectedRevision = bigint | 'no-stream';

/** An event about to be appended. `data` and `metadata` have been validated by the codec. */
export interface NewEvent {
  /** Identity for the idempotence of an append: see {@link EventStore.append}. */
  readonly id: string;
  readonly type: string;
  readonly data: JsonObject;
  readonly metadata: JsonObject;
}

/** An event as an engine returns it, before the codec has upcast and checked it. */
export interface StoredEvent extends NewEvent {
  readonly stream: string;
  /** 0 for the first event of a stream, then one more each time. */
  readonly revision: bigint;
  readonly position: Position;
}

export interface AppendResult {
  /** Revision of the last event of the batch; `'no-stream'` after an empty append to a stream that does not exist. */
  readonly revision: ExpectedRevision;
  /** Position of the last event of the batch; `undefined` only after an empty append. */
  readonly position: Position | undefined;
}

/** Both kinds given means both must match. Absent or empty lists match everything. */
export interface EventFilter {
  readonly types?: readonly string[];
  readonly streamPrefixes?: readonly string[];
}

export interface ReadStreamOptions {
  /** Default forwards. */
  readonly direction?: 'forwards' | 'backwards';
  /** The first revision to return, inclusive. Default: the first event, or backwards the last one. */
  readonly from?: bigint;
  /** Most events to return in all. Default: no limit. */
  readonly limit?: number;
}

export interface ReadAllOptions {
  /** Exclusive. Default: from the beginning. */
  readonly after?: Position;
  /** Inclusive. Default: the head at the time of the call. */
  readonly upTo?: Position;
  readonly filter?: EventFilter;
  /** Most events in one page, 1 to {@link LARGEST_PAGE}. Default {@link DEFAULT_PAGE}. */
  readonly pageSize?: number;
}

export const DEFAULT_PAGE = 500;
export const LARGEST_PAGE = 10_000;
/** More than this in one append is refused on every engine: the sum over its events of the UTF-8 bytes of data and metadata. */
export const LARGEST_APPEND_BYTES = 1024 * 1024;

export interface SubscribeOptions {
  /** Exclusive. `undefined`: from the beginning. */
  readonly after: Position | undefined;
  readonly filter?: EventFilter;
  readonly pageSize?: number;
  /**
   * Called with the next events in log order and the position up to which the log has been searched, which also
   * advances, with no events, when nothing matched. Never called again before the promise it returned has
   * resolved; nothing further is read meanwhile. If it rejects, the subscription ends with that error. That position
   * is never beyond the store's head. An engine that is away ends nothing: the subscription comes back with it.
   */
  handle(events: readonly StoredEvent[], searchedTo: Position): Promise<void>;
  /** Called each time the subscription has handed over all there was. */
  caughtUp?(position: Position | undefined): void;
}

export interface Subscription {
  /** Resolves once no handler is running and none will be called again: a handler must not wait for it. */
  stop(): Promise<void>;
  /** Resolves when stopped; rejects with what ended the subscription otherwise. */
  readonly ended: Promise<void>;
}

/** What the store says of itself, once, since it was made. */
export interface StoreIdentity {
  readonly id: string;
  /** Only a `demo` store accepts a simulated clock. */
  readonly kind: 'live' | 'demo';
}

/**
 * The one truth: streams of events, and all of them in one order.
 *
 * Guarantees of every engine:
 * - An append that returned is durable: it survives `kill -9` and loss of power.
 * - An append is all or nothing, and only at the expected revision; otherwise {@link ConcurrencyConflict}.
 * - Positions increase strictly in the order in which events become visible: a reader that has seen a position
 *   never later finds an event before it.
 * - An append repeated with the same stream, ids and expected revision answers the first result and writes
 *   nothing, even after later appends and for a prefix of the earlier batch. Identity is by id alone; the old
 *   data stays. At any other expected revision nothing is promised: decide again.
 * - An empty append only checks the expected revision.
 */
export interface EventStore {
  readonly identity: StoreIdentity;
  /**
   * @param stream a well-formed name that is not empty and does not begin with `$`
   * @throws ConcurrencyConflict another revision is current
   * @throws RefusalError `STORE.APPEND_TOO_LARGE`, `STORE.FULL`, `STORE.BUSY`, `STORE.CLOSED`, `STORE.UNAVAILABLE`,
   * `STORE.ACCESS_DENIED`: nothing was written
   * @throws Error anything else: whether it was written is not known; the same append again writes it only if not
   */
  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult>;
  /**
   * Yields nothing for a stream that does not exist.
   * @throws RefusalError `STORE.UNAVAILABLE`, `STORE.CLOSED`: as does every other read
   */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<StoredEvent>;
  /** Pages in log order; no page is empty. The caller's thread is free between pages. */
  readAll(options?: ReadAllOptions): AsyncIterable<readonly StoredEvent[]>;
  subscribe(options: SubscribeOptions): Subscription;
  /** Position of the last event of a stream that could be appended to here, `undefined` while there is none. */
  head(): Promise<Position | undefined>;
  /** Stops the subscriptions, then writes what is waiting. A handler must not wait for it. */
  close(): Promise<void>;
}

/** The stream was not at the expected revision; nothing was written. */
export class ConcurrencyConflict extends Error {
  override readonly name = 'ConcurrencyConflict';
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    readonly actual: ExpectedRevision,
  ) {
    super(`stream ${stream} is at revision ${actual}, expected ${expected}`);
  }
}

import type { Instant, Json } from '#kernel';

/** Which record: what kind it is of, and which one of that kind. */
export interface RecordKey {
  /** Begins with a letter or digit, then also `.`, `-`, `_`; at most 100 characters. */
  readonly kind: string;
  /** 1 to 200 characters, none of them a control character; told apart to the byte. */
  readonly id: string;
}

/** Names one write of one record. To be compared and handed back, nothing else. */
export type Version = string & { readonly __brand: 'Version' };

/** What is kept under a key. */
export interface KeptRecord<V extends Json = Json> {
  /** As JSON gives it back. */
  readonly value: V;
  readonly version: Version;
  readonly expiresAt: Instant | 'never';
}

/** What a write rests on: that there is no such record, or that it is still what was read. There is no "any". */
export type ExpectedRecord = 'none' | Version;

export interface RecordWrite<V extends Json = Json> {
  /** At most {@link LARGEST_RECORD_BYTES} as JSON in UTF-8. */
  readonly value: V;
  readonly expected: ExpectedRecord;
  /** From this moment on the record is as if it were not there. */
  readonly expiresAt: Instant | 'never';
}

export const LARGEST_RECORD_BYTES = 64 * 1024;
/** Most records that a sweep deletes in one transaction. */
export const SWEPT_AT_ONCE = 1000;

/**
 * What no event gives back: tokens of dry runs, idempotency records, payee details, keys. Small values under a key.
 * A rebuild never touches it, nothing makes it anew, and nothing in it decides about money.
 *
 * - A write that was acknowledged is durable: on disk with its log flushed, or with a majority and its journal.
 * - Every write names what it rests on, and of several that rest on the same one is done. A version names one write and
 *   is never used again, not even for a key that was deleted or expired and came back.
 * - A record that has expired is as if it were not there, for every operation, by the clock of who asks (`now`); it is
 *   deleted later by {@link sweep}. So a record must outlive what rests on it by more than clocks differ.
 * - Two processes on one store are the normal day; a read sees every write that was acknowledged before it began.
 * - A connection lost in the middle of a write may leave open whether it was done: it is sent again, and told as done if
 *   it was, unless somebody has changed the record since. Whoever is told that it was not reads again.
 *
 * All throw RefusalError `RECORD.BAD_KEY` (a kind or id that cannot be one), `STORE.UNAVAILABLE`, `STORE.BUSY`,
 * `STORE.CLOSED`; writes also `STORE.FULL`, `STORE.NOT_WRITABLE`.
 */
export interface Records {
  /** `undefined` if there is none. */
  get<V extends Json>(key: RecordKey, now: Instant): Promise<KeptRecord<V> | undefined>;

  /**
   * @returns the version of what is there now; `undefined`, and nothing is changed, if the record is not as expected
   * @throws RefusalError `RECORD.TOO_LARGE`, `RECORD.EXPIRED` for one that would not be there at once
   */
  put<V extends Json>(key: RecordKey, write: RecordWrite<V>, now: Instant): Promise<Version | undefined>;

  /** @returns false, and nothing is changed, if the record is not as expected */
  delete(key: RecordKey, expected: Version, now: Instant): Promise<boolean>;

  /** Deletes what has expired, in batches of {@link SWEPT_AT_ONCE}, giving way between them. @returns how many */
  sweep(now: Instant): Promise<number>;

  /**
   * Records are about one event store: the first that asks has them.
   * @throws RefusalError `RECORDS.OF_ANOTHER_STORE`
   */
  belongsTo(eventStore: string): Promise<void>;

  /** Gives them to this event store, whose they were before: after it was moved. */
  adopt(eventStore: string): Promise<void>;

  close(): Promise<void>;
}

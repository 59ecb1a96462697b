import { refusal, RefusalError } from '#kernel';
import { jsonEvent, NO_STREAM, type AppendExpectedRevision, type EventData } from '@eventstore/db-client';
import {
  ConcurrencyConflict,
  LARGEST_APPEND_BYTES,
  type AppendResult,
  type ExpectedRevision,
  type NewEvent,
} from '../event-store.js';
import { tooLarge } from '../rules.js';
import { within, type Connection } from './connection.js';
import { denied, failureFrom, unavailable, wordsOf } from './failures.js';
import { Patience } from './patience.js';

/** Appends that may wait at once, and their bytes: more are refused, so that a burst cannot eat all memory. */
const MOST_WAITING = 10_000;
const MOST_BYTES_WAITING = 64 * 1024 * 1024;
/** Longer than the client takes to notice its own deadline. */
const GRACE = 1000;

export interface Limits {
  /** How long the server may take to answer once. */
  readonly deadlineMilliseconds: number;
  /** How long an append or a read is tried again before it is given up. */
  readonly patienceMilliseconds: number;
}

/** Appends, again if need be: the same ids at the same revision are written once, however often they are sent. */
export class Appender {
  private readonly waiting = new Set<Promise<unknown>>();
  private bytesWaiting = 0;

  constructor(
    private readonly connection: Connection,
    private readonly limits: Limits,
  ) {}

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    const bytes = bytesOf(events);
    if (bytes > LARGEST_APPEND_BYTES) return Promise.reject(tooLarge(stream, bytes));
    if (this.waiting.size >= MOST_WAITING || this.bytesWaiting + bytes > MOST_BYTES_WAITING) {
      return Promise.reject(tooManyWaiting());
    }
    this.bytesWaiting += bytes;
    const work = this.untilKnown(stream, expected, events, bytes).finally(() => {
      this.bytesWaiting -= bytes;
      this.waiting.delete(work);
    });
    this.waiting.add(work);
    return work;
  }

  /** Resolves when none is under way. */
  async idle(): Promise<void> {
    while (this.waiting.size > 0) await Promise.allSettled([...this.waiting]);
  }

  private async untilKnown(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    bytes: number,
  ): Promise<AppendResult> {
    const batch = events.map((event) => jsonEvent(event) as EventData);
    const patience = new Patience(this.limits.patienceMilliseconds);
    let maybeWritten = false;
    for (;;) {
      try {
        return await this.once(stream, expected, batch);
      } catch (error) {
        const failure = failureFrom(error);
        // At another revision an earlier attempt of this append can no longer be written either.
        if (failure.kind === 'conflict') throw new ConcurrencyConflict(stream, expected, failure.actual);
        if (failure.kind === 'too-large') throw tooLarge(stream, bytes);
        if (failure.kind === 'denied' && !maybeWritten) throw denied(this.connection.hosts);
        if (failure.kind !== 'passing') throw this.unknown(stream, error);
        maybeWritten ||= failure.sent;
        if (patience.left === 0) {
          throw maybeWritten ? this.unknown(stream, error) : unavailable(this.connection.hosts, error);
        }
        await patience.pause();
      }
    }
  }

  private async once(stream: string, expected: ExpectedRevision, batch: EventData[]): Promise<AppendResult> {
    const { deadlineMilliseconds: deadline } = this.limits;
    const expectedRevision: AppendExpectedRevision = expected === 'no-stream' ? NO_STREAM : expected;
    const options = { expectedRevision, deadline, requiresLeader: true };
    const result = await within(
      this.connection.client.appendToStream(stream, batch, options),
      deadline + GRACE,
    );
    // Without events there is no revision in the answer to go by: it is the one that was expected.
    if (batch.length === 0) return { revision: expected, position: undefined };
    return { revision: result.nextExpectedRevision, position: result.position?.commit };
  }

  private unknown(stream: string, error: unknown): Error {
    return new Error(
      `whether ${stream} was appended to on EventStoreDB at ${this.connection.hosts} is not known ` +
        `(${wordsOf(error)}); the same append again writes it only if it was not`,
    );
  }
}

function bytesOf(events: readonly NewEvent[]): number {
  let bytes = 0;
  for (const { data, metadata } of events) {
    bytes += Buffer.byteLength(JSON.stringify(data)) + Buffer.byteLength(JSON.stringify(metadata));
  }
  return bytes;
}

function tooManyWaiting(): RefusalError {
  return new RefusalError(
    refusal(
      'STORE.BUSY',
      'busy',
      'too many appends are waiting to be written; nothing was written, try again',
      {
        store: 'events',
      },
    ),
  );
}

import {
  instantFromMillis,
  millisOf,
  refusal,
  RefusalError,
  type Instant,
  type RecordedEvent,
} from '#kernel';
import { canonicalHash, leafHash, MerkleTree } from '#platform/evidence';
import { CodecError, type EventCodec, type EventStore, type StoredEvent } from '#platform/event-store';
import { setImmediate as othersFirst } from 'node:timers/promises';
import type { Measures } from '../measures/measures.schema.js';
import { measuredEvents, Measuring, type MeasuredEvent } from '../measures/measures.js';
import type { Cut } from './snapshot.events.js';

/** Small enough that whoever else shares the thread waits a few milliseconds at most. */
const PAGE = 100;

/** What the events of the log say, and nothing but they, up to a cut. */
export interface FoldedHistory {
  readonly cut: Cut;
  readonly hash: string;
  readonly historyHash: string;
  /** `null` if an event can no longer be read: see `unreadable`. The hashes cover it all the same. */
  readonly measures: Measures | null;
  readonly latestOccurredAt: Instant;
  /** Why the first event that cannot be read could not. */
  readonly unreadable?: string;
}

/**
 * Reads the log from its beginning, hashes every event as it is stored, and measures those of one programme.
 * Memory does not grow with the log, and the thread is given up after every {@link PAGE} events.
 * @param count how many events to fold; without it, all there are when the call is made
 * @throws RefusalError `SNAPSHOT.NO_HISTORY` if the log is empty
 */
export async function foldHistory(
  store: EventStore,
  codec: EventCodec,
  programmeId: string,
  count = Number.POSITIVE_INFINITY,
): Promise<FoldedHistory> {
  const folding = new Folding(codec, programmeId);
  for await (const page of store.readAll({ pageSize: PAGE })) {
    for (const stored of page) {
      if (folding.count < count) folding.add(stored);
    }
    if (folding.count >= count) break;
    await othersFirst();
  }
  return folding.result();
}

const measuredTypes: ReadonlySet<string> = new Set(measuredEvents.map((definition) => definition.type));

class Folding {
  private readonly tree = new MerkleTree();
  private readonly measuring: Measuring;
  private lastId: string | undefined;
  private latest = 0;
  private unreadable: string | undefined;

  constructor(
    private readonly codec: EventCodec,
    private readonly programmeId: string,
  ) {
    this.measuring = new Measuring(programmeId);
  }

  get count(): number {
    return this.tree.size;
  }

  add(stored: StoredEvent): void {
    this.tree.append(leafHash(stored));
    this.lastId = stored.id;
    if (this.unreadable !== undefined || !measuredTypes.has(stored.type)) return;
    try {
      const event = this.codec.decode(stored) as RecordedEvent<MeasuredEvent>;
      this.measuring.add(event);
      if (event.data.programmeId === this.programmeId) {
        this.latest = Math.max(this.latest, millisOf(event.metadata.occurredAt));
      }
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.unreadable = error.message;
    }
  }

  result(): FoldedHistory {
    if (this.lastId === undefined) {
      throw new RefusalError(refusal('SNAPSHOT.NO_HISTORY', 'not-found', 'no event has been recorded yet'));
    }
    const { programmeId, unreadable } = this;
    const cut = { eventId: this.lastId, count: this.tree.size };
    const historyHash = this.tree.root().toString('hex');
    const measures = unreadable === undefined ? this.measuring.result() : null;
    return {
      cut,
      historyHash,
      measures,
      hash: canonicalHash({ programmeId, cut, historyHash, measures }),
      latestOccurredAt: instantFromMillis(this.latest),
      ...(unreadable === undefined ? {} : { unreadable }),
    };
  }
}

import type { EventStore, StoredEvent } from '#platform/event-store';

type Used = Pick<EventStore, 'append' | 'readStream'>;

/** Streams that were read in one pass over many rows, to be read once: what the rows have in common comes first. */
export type Looking = Map<string, readonly StoredEvent[]>;
const MOST_STREAMS = 100;

/**
 * An event store to look with: commands are decided on what is there and nothing is kept. It remembers which streams
 * it was asked for and how far they went: that is what the answer rests on.
 */
export class LookingStore implements Used {
  readonly seen = new Map<string, string>();
  /** Whether the row itself has written something already. */
  isDone = false;

  /**
   * @param own `bulk`: events with this correlation are as if they were not there, being what this very confirmation
   *   wrote; `row`: those that this row led to
   */
  constructor(
    private readonly store: Pick<EventStore, 'readStream'>,
    private readonly own: { readonly bulk: string; readonly row: string },
    private readonly looking: Looking,
  ) {}

  async *readStream(...asked: Parameters<EventStore['readStream']>): ReturnType<EventStore['readStream']> {
    let last = 'none';
    for (const event of await this.eventsOf(...asked)) {
      const { correlationId, causationId } = event.metadata;
      if (correlationId === this.own.bulk) {
        if (causationId === this.own.row) this.isDone = true;
        continue;
      }
      last = event.revision.toString();
      yield event;
    }
    this.seen.set(asked[0], last);
  }

  private async eventsOf(...asked: Parameters<EventStore['readStream']>): Promise<readonly StoredEvent[]> {
    const [stream, options] = asked;
    const known = options === undefined ? this.looking.get(stream) : undefined;
    if (known !== undefined) return known;
    const events: StoredEvent[] = [];
    for await (const event of this.store.readStream(...asked)) events.push(event);
    if (options === undefined && this.looking.size < MOST_STREAMS) this.looking.set(stream, events);
    return events;
  }

  append: Used['append'] = (_stream, expected, events) =>
    Promise.resolve({
      revision: (expected === 'no-stream' ? -1n : expected) + BigInt(events.length),
      position: 0n,
    });
}

import type { EventStore } from '#platform/event-store';

type Used = Pick<EventStore, 'append' | 'readStream'>;

/**
 * An event store to look with: commands are decided on what is there and nothing is kept. It remembers which streams
 * it was asked for and how far they went: that is what the answer rests on.
 */
export class LookingStore implements Used {
  readonly seen = new Map<string, string>();

  /** @param own events with this correlation are as if they were not there: what an interrupted confirmation wrote */
  constructor(
    private readonly store: Pick<EventStore, 'readStream'>,
    private readonly own: string,
  ) {}

  async *readStream(...asked: Parameters<EventStore['readStream']>): ReturnType<EventStore['readStream']> {
    let last = 'none';
    for await (const event of this.store.readStream(...asked)) {
      if (event.metadata['correlationId'] === this.own) continue;
      last = event.revision.toString();
      yield event;
    }
    this.seen.set(asked[0], last);
  }

  append: Used['append'] = (_stream, expected, events) =>
    Promise.resolve({
      revision: (expected === 'no-stream' ? -1n : expected) + BigInt(events.length),
      position: 0n,
    });
}

import type { EventReference, RecordedEvent } from '#kernel';
import { EventCodec, EVENT_STORE, type EventStore } from '#platform/event-store';
import { Inject, Injectable } from '@nestjs/common';

/** Reads history by reference: from the streams alone, never from a read model. */
@Injectable()
export class EvidenceReader {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly codec: EventCodec,
  ) {}

  /**
   * A stream up to and with the event that is named, which is the last.
   * @returns `undefined` if there is no such event, or another one in its place
   */
  async upTo(reference: EventReference): Promise<readonly RecordedEvent[] | undefined> {
    const history: RecordedEvent[] = [];
    const limit = Number(reference.revision) + 1;
    for await (const stored of this.store.readStream(reference.stream, { limit })) {
      history.push(this.codec.decode(stored));
    }
    const named = history.at(-1);
    return named?.id === reference.eventId && named.revision.toString() === reference.revision
      ? history
      : undefined;
  }

  async stream(name: string): Promise<readonly RecordedEvent[]> {
    const history: RecordedEvent[] = [];
    for await (const stored of this.store.readStream(name)) history.push(this.codec.decode(stored));
    return history;
  }
}

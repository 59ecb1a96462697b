import { referenceTo, type EventReference, type RecordedEvent } from './event.js';
import type { Instant } from './instant.js';

/** What a decision rests on in another stream: which event says so, and when it happened. */
export interface Fact {
  readonly event: EventReference;
  readonly occurredAt: Instant;
}

export function factOf(event: RecordedEvent): Fact {
  return { event: referenceTo(event), occurredAt: event.metadata.occurredAt };
}

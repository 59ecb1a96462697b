import type { EventDefinition, EventOf, RecordedEvent } from '#kernel';
import type { PolicyEffect } from './job-store.js';

/**
 * Whenever this happens, that shall be done: turns events into jobs, whose ids are derived from the event. Pure.
 * A policy that is new to a store with history starts at its beginning; ids known already and `notAfter` make
 * what is long past harmless.
 */
export interface Policy {
  readonly name: string;
  readonly handles: readonly EventDefinition[];
  /** The kinds of the jobs it enqueues, all of them: each must have a handler, or the program does not start. */
  readonly enqueues: readonly string[];
  react(event: RecordedEvent): readonly PolicyEffect[];
}

export function definePolicy<const H extends readonly EventDefinition[]>(declared: {
  readonly name: string;
  readonly handles: H;
  readonly enqueues: readonly string[];
  react(event: RecordedEvent<EventOf<H[number]>>): readonly PolicyEffect[];
}): Policy {
  return declared;
}

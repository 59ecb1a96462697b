import type { AnyEvent, EventDefinition, EventOf, RecordedEvent } from '#kernel';
import type { PolicyEffect } from './job-store.js';

/** Whenever this happens, that shall be done: turns events into jobs, whose ids are derived from the event. Pure. */
export interface Policy {
  readonly name: string;
  readonly handles: readonly EventDefinition[];
  react(event: RecordedEvent): readonly PolicyEffect[];
}

export function definePolicy<const H extends readonly EventDefinition[]>(declared: {
  readonly name: string;
  readonly handles: H;
  react(event: RecordedEvent<EventOf<H[number]>>): readonly PolicyEffect[];
}): Policy {
  return declared as unknown as Policy;
}

/** Does the work of one kind of job. May run twice for one job, and must then do nothing the second time. */
export interface JobHandler {
  readonly kind: string;
  run(job: { readonly id: string; readonly payload: unknown }, signal: AbortSignal): Promise<void>;
}

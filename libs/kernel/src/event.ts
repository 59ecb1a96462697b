import { Type, type Static, type TSchema } from 'typebox';
import { Actor } from './actor.js';
import type { Instant } from './instant.js';

/**
 * One kind of fact, at its newest version: a permanent past-tense name, what it says in one sentence, and the
 * schema of its data. Called with data, it makes the event.
 */
export interface EventDefinition<T extends string = string, S extends TSchema = TSchema> {
  (data: Static<S>): Readonly<{ type: T; data: Static<S> }>;
  readonly type: T;
  /** The schema version that is written now; reading accepts this one and every older one. */
  readonly version: number;
  readonly says: string;
  readonly data: S;
  /** `upcasts[n]` turns data of version n into data of version n + 1. */
  readonly upcasts: Readonly<Record<number, (data: unknown) => unknown>>;
}

export function defineEvent<const T extends string, S extends TSchema>(
  type: T,
  version: number,
  says: string,
  data: S,
  upcasts: EventDefinition['upcasts'] = {},
): EventDefinition<T, S> {
  const make = (payload: Static<S>): Readonly<{ type: T; data: Static<S> }> => ({ type, data: payload });
  return Object.assign(make, { type, version, says, data, upcasts });
}

/** The event that a definition defines; of a union of definitions, the union of their events. */
export type EventOf<D> =
  D extends EventDefinition<infer T, infer S> ? Readonly<{ type: T; data: Static<S> }> : never;

export type AnyEvent = Readonly<{ type: string; data: unknown }>;

export const EventMetadata = Type.Object({
  schemaVersion: Type.Integer({ minimum: 1 }),
  /** When it happened in the world: never in the future, never before the facts it rests on. */
  occurredAt: Type.String(),
  /** When the system learnt of it, by the clock of the process that appended it. */
  recordedAt: Type.String(),
  actor: Actor,
  commandId: Type.String(),
  correlationId: Type.String(),
  causationId: Type.String(),
});
export type EventMetadata = Omit<Static<typeof EventMetadata>, 'occurredAt' | 'recordedAt'> &
  Readonly<{ occurredAt: Instant; recordedAt: Instant }>;

/** The engine's own coordinate in its log: to be compared and kept as a checkpoint, never an identity, never hashed. */
export type Position = bigint;

interface Recording {
  readonly id: string;
  readonly stream: string;
  readonly revision: bigint;
  readonly position: Position;
  readonly metadata: EventMetadata;
}

/** An event as history holds it. Distributes over a union, so that `type` narrows `data`. */
export type RecordedEvent<E extends AnyEvent = AnyEvent> = E extends AnyEvent ? E & Recording : never;

/** How one fact points at another: enough to find it on any engine and to show it to an auditor. */
export const EventReference = Type.Object({
  eventId: Type.String(),
  stream: Type.String(),
  revision: Type.String({ pattern: '^\\d+$' }),
  type: Type.String(),
});
export type EventReference = Static<typeof EventReference>;

export function referenceTo(event: RecordedEvent): EventReference {
  return { eventId: event.id, stream: event.stream, revision: event.revision.toString(), type: event.type };
}

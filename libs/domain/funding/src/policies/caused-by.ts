import { refuseShape, RefusalError, systemActor, type RecordedEvent } from '#kernel';
import type { CommandContext } from '#platform/event-store';
import { Type, type Static, type TSchema } from 'typebox';

/** Which event a job follows from; part of the payload of each. */
export const Cause = Type.Object({ eventId: Type.String(), correlationId: Type.String() });
export type Cause = Static<typeof Cause>;

export function causeOf(event: RecordedEvent): Cause {
  return { eventId: event.id, correlationId: event.metadata.correlationId };
}

/** What a job's command is part of; ids and times are the command's own, derived from what it rests on. */
export type SystemContext = Pick<CommandContext, 'actor' | 'correlationId' | 'causationId'>;

export function contextFrom(component: string, { eventId, correlationId }: Cause): SystemContext {
  return { actor: systemActor(component), correlationId, causationId: eventId };
}

/** @throws RefusalError `JOB.MALFORMED` naming the field */
export function payloadAs<S extends TSchema>(schema: S, payload: unknown): Static<S> {
  const malformed = refuseShape('JOB.MALFORMED', schema, payload);
  if (malformed !== undefined) throw new RefusalError(malformed);
  return payload as Static<S>;
}

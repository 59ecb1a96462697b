import { defineEvent, type EventOf } from '#kernel';
import { Type } from 'typebox';
import { WORKFORCE_GROUPS } from '../audit/yardstick.js';

// History must stay readable when a limit changes, so that events say what a field is and commands say how long it may be.

export const auditInstrumentPublished = defineEvent(
  'AuditInstrumentPublished',
  2,
  'A new version of the instrument that audits rate by was published, in force from a day on; an audit that was started before keeps its own.',
  Type.Object({
    programmeId: Type.String(),
    /** 2 for the first that was published: version 1 is the list of the national strategy, which needs no event. */
    version: Type.Integer({ minimum: 2 }),
    /** The first day, in Europe/London, on which an audit that is started rates by it. */
    effectiveOn: Type.String(),
    /** All of them, in the order in which they are asked. */
    features: Type.Array(Type.Object({ slug: Type.String(), label: Type.String() })),
    /** The groups of the workforce for which they are rated, all of them. */
    groups: Type.Array(Type.Object({ slug: Type.String(), label: Type.String() })),
    reason: Type.String(),
  }),
  // There were those of the national strategy alone.
  { 1: (data) => ({ ...(data as object), groups: WORKFORCE_GROUPS.map((group) => ({ ...group })) }) },
);

export const instrumentEvents = [auditInstrumentPublished] as const;
export type InstrumentEvent = EventOf<(typeof instrumentEvents)[number]>;

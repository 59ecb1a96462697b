import { defineEvent, EventReference, type EventOf } from '#kernel';
import { Type, type Static } from 'typebox';

// History must stay readable when a limit changes, so that events say what a field is and commands say how long it may be.

/** How far a setting is with one feature of effective professional development: 1 not yet, 4 throughout. */
export const Rating = Type.Object({
  feature: Type.String(),
  rating: Type.Integer({ minimum: 1, maximum: 4 }),
  evidence: Type.String(),
});
export type Rating = Static<typeof Rating>;

/** What one group of the workforce needs; a plan's actions point at it by `needId`. */
export const Need = Type.Object({
  needId: Type.String(),
  group: Type.String(),
  priority: Type.Enum(['high', 'medium', 'low']),
  statement: Type.String(),
});
export type Need = Static<typeof Need>;

const ofOneAudit = {
  programmeId: Type.String(),
  urn: Type.String(),
  /** 1 for the first audit of the setting; audits are revisited, each time as a new cycle. */
  cycle: Type.Integer({ minimum: 1 }),
};

export const auditStarted = defineEvent(
  'AuditStarted',
  1,
  'A setting enrolled in a programme began an audit of the professional development its whole workforce needs.',
  Type.Object({ ...ofOneAudit, participation: EventReference }),
);

export const auditCompleted = defineEvent(
  'AuditCompleted',
  1,
  'A setting completed its audit: how it rates itself on each feature of effective professional development, and what its people need.',
  Type.Object({
    ...ofOneAudit,
    ratings: Type.Array(Rating),
    needs: Type.Array(Need),
    /** Who helped, such as the audit partner or an expert adviser, by role or organisation. */
    supportedBy: Type.Union([Type.String(), Type.Null()]),
  }),
);

export const auditEvents = [auditStarted, auditCompleted] as const;
export type AuditEvent = EventOf<(typeof auditEvents)[number]>;

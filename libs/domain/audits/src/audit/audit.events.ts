import { defineEvent, EventReference, type EventOf } from '#kernel';
import { Type, type Static } from 'typebox';

// History must stay readable when a limit changes, so that events say what a field is and commands say how long it may be.

/** How far a setting is with one feature of effective professional development: 1 not yet, 4 throughout. */
export const Rating = Type.Object({
  feature: Type.String(),
  /** Whom the rating is of; `null` for the whole workforce. */
  group: Type.Union([Type.String(), Type.Null()]),
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
  /** The qualification or standard that the need points to. */
  standard: Type.Union([Type.Object({ kind: Type.String(), reference: Type.String() }), Type.Null()]),
});
export type Need = Static<typeof Need>;

/** Who helped with an audit: an organisation by name, a person by subject id. */
export const Supporter = Type.Object({
  kind: Type.Enum(['audit-partner', 'expert-adviser', 'other']),
  who: Type.String(),
});
export type Supporter = Static<typeof Supporter>;

const ofOneAudit = {
  programmeId: Type.String(),
  urn: Type.String(),
  /** 1 for the first audit of the setting; audits are revisited, each time as a new cycle. */
  cycle: Type.Integer({ minimum: 1 }),
};

export const auditStarted = defineEvent(
  'AuditStarted',
  3,
  'A setting enrolled in a programme began an audit of the professional development its whole workforce needs.',
  Type.Object({
    ...ofOneAudit,
    participation: EventReference,
    /** Which version of the instrument it rates by; `null` where it was not kept: there was but the first. */
    instrumentVersion: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
    /** The event that published that version; `null`: it is the first, which needs none. */
    instrument: Type.Union([EventReference, Type.Null()]),
    /** Such as `2024/25`; `null` where it was not kept: the year of its moment. */
    academicYear: Type.Union([Type.String(), Type.Null()]),
  }),
  {
    1: (data) => ({ ...(data as object), instrumentVersion: null, academicYear: null }),
    // There was one version.
    2: (data) => ({ ...(data as object), instrument: null }),
  },
);

interface CompletedV1 {
  readonly ratings: readonly object[];
  readonly needs: readonly object[];
  readonly supportedBy: string | null;
}

export const auditCompleted = defineEvent(
  'AuditCompleted',
  3,
  'A setting completed its audit: how it rates itself on each feature of effective professional development for each group of its workforce, and what its people need.',
  Type.Object({
    ...ofOneAudit,
    /** The groups of the workforce that the setting has, each rated on each feature; `null` where it was not asked. */
    groups: Type.Union([Type.Array(Type.String()), Type.Null()]),
    ratings: Type.Array(Rating),
    needs: Type.Array(Need),
    supportedBy: Type.Array(Supporter),
  }),
  {
    // Version 1 rated the whole workforce only, and had who helped in free words.
    1: (data) => {
      const { ratings, needs, supportedBy, ...rest } = data as CompletedV1;
      return {
        ...rest,
        ratings: ratings.map((rating) => ({ ...rating, group: null })),
        needs: needs.map((need) => ({ ...need, standard: null })),
        supportedBy: supportedBy === null ? [] : [{ kind: 'other', who: supportedBy }],
      };
    },
    // Version 2 took each feature rated once, for whomever.
    2: (data) => ({ ...(data as object), groups: null }),
  },
);

export const auditSignedOff = defineEvent(
  'AuditSignedOff',
  1,
  'Somebody who had not completed it signed off an audit: what it found is what the programme goes by.',
  Type.Object({ ...ofOneAudit, completion: EventReference }),
);

export const auditReturned = defineEvent(
  'AuditReturned',
  1,
  'A completed audit was given back to its setting with comments, to be completed again.',
  Type.Object({ ...ofOneAudit, completion: EventReference, comments: Type.String() }),
);

export const auditEvents = [auditStarted, auditCompleted, auditSignedOff, auditReturned] as const;
export type AuditEvent = EventOf<(typeof auditEvents)[number]>;

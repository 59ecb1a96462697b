import { defineEvent, EventReference, SHA256, type EventOf } from '#kernel';
import { Type, type Static } from 'typebox';

/** A file that shows what a report says. The event has its hash; the content is kept outside the event store. */
export const EvidenceFile = Type.Object({
  fileName: Type.String(),
  mediaType: Type.String(),
  bytes: Type.Integer({ minimum: 1 }),
  sha256: Type.String({ pattern: SHA256 }),
});
export type EvidenceFile = Static<typeof EvidenceFile>;

/** How far a setting is with one action of its approved plan. */
export const ActionProgress = Type.Object({
  actionId: Type.String(),
  status: Type.Enum(['not-started', 'under-way', 'done', 'dropped']),
  /** Spent on it up to now, in whole pence. */
  spentPence: Type.Integer({ minimum: 0 }),
  /** Empty if there is nothing to add. */
  note: Type.String(),
  evidence: Type.Array(EvidenceFile),
});
export type ActionProgress = Static<typeof ActionProgress>;

/** How a report came that the setting did not send in itself, as operations recorded it, and why it came so. */
export const Arrival = Type.Object({ how: Type.String(), why: Type.String() });
export type Arrival = Static<typeof Arrival>;

const ofOneWindow = {
  programmeId: Type.String(),
  urn: Type.String(),
  /** The number of the programme's report window. */
  window: Type.Integer({ minimum: 1 }),
};

export const progressReportSubmitted = defineEvent(
  'ProgressReportSubmitted',
  3,
  'A setting reported, in one of the report windows or after its part had ended, how far it is with its approved plan; or sent a corrected report.',
  Type.Object({
    ...ofOneWindow,
    summary: Type.String(),
    /** The approval of the plan that is reported on. */
    plan: EventReference,
    /** Every action of that plan, and those of earlier versions of it on which money was spent. */
    actions: Type.Array(ActionProgress),
    /** `null`: the setting's own submission, or one made for it on the day. */
    arrival: Type.Union([Arrival, Type.Null()]),
    /** What ended the setting's part, if this is its report after that; then no window opens or closes. */
    ending: Type.Union([EventReference, Type.Null()]),
  }),
  {
    1: (data) => {
      const told = data as { readonly actions: readonly object[] };
      return { ...told, actions: told.actions.map((action) => ({ ...action, evidence: [] })) };
    },
    2: (data) => ({ ...(data as object), arrival: null, ending: null }),
  },
);

export const progressReportAccepted = defineEvent(
  'ProgressReportAccepted',
  1,
  'A progress report was accepted by somebody who never submitted it.',
  Type.Object(ofOneWindow),
);

export const progressReportPartlyAccepted = defineEvent(
  'ProgressReportPartlyAccepted',
  1,
  'A progress report was accepted for some of its actions and not for others, and it was stated what that means for the tranche that waits for it.',
  Type.Object({
    ...ofOneWindow,
    /** The actions accepted, by `actionId`. */
    accepted: Type.Array(Type.String()),
    notAccepted: Type.Array(Type.Object({ actionId: Type.String(), reason: Type.String() })),
    /** Whether the report counts as accepted for the tranche that waits for it. */
    tranche: Type.Enum(['may-be-paid', 'waits']),
    /** What it means for the tranche, in words. */
    effect: Type.String(),
  }),
);

export const progressReportReturned = defineEvent(
  'ProgressReportReturned',
  1,
  'A progress report went back to its setting with comments, to be corrected and sent again.',
  Type.Object({
    ...ofOneWindow,
    comments: Type.String(),
    actions: Type.Array(Type.Object({ actionId: Type.String(), comment: Type.String() })),
  }),
);

export const progressReportAcceptanceWithdrawn = defineEvent(
  'ProgressReportAcceptanceWithdrawn',
  1,
  'The acceptance of a progress report was withdrawn; the report may be corrected or accepted again.',
  Type.Object({ ...ofOneWindow, reason: Type.String() }),
);

export const reportEvents = [
  progressReportSubmitted,
  progressReportAccepted,
  progressReportPartlyAccepted,
  progressReportReturned,
  progressReportAcceptanceWithdrawn,
] as const;
export type ReportEvent = EventOf<(typeof reportEvents)[number]>;

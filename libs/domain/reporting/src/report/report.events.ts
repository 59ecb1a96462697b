import { defineEvent, EventReference, type EventOf } from '#kernel';
import { Type, type Static } from 'typebox';

/** How far a setting is with one action of its approved plan. */
export const ActionProgress = Type.Object({
  actionId: Type.String(),
  status: Type.Enum(['not-started', 'under-way', 'done', 'dropped']),
  /** Spent on it up to now, in whole pence. */
  spentPence: Type.Integer({ minimum: 0 }),
  /** Empty if there is nothing to add. */
  note: Type.String(),
});
export type ActionProgress = Static<typeof ActionProgress>;

const ofOneWindow = {
  programmeId: Type.String(),
  urn: Type.String(),
  /** The number of the programme's report window. */
  window: Type.Integer({ minimum: 1 }),
};

export const progressReportSubmitted = defineEvent(
  'ProgressReportSubmitted',
  1,
  'A setting reported, in one of the report windows, how far it is with its approved plan; or sent a corrected report.',
  Type.Object({
    ...ofOneWindow,
    summary: Type.String(),
    /** The approval of the plan that is reported on. */
    plan: EventReference,
    actions: Type.Array(ActionProgress),
  }),
);

export const progressReportAccepted = defineEvent(
  'ProgressReportAccepted',
  1,
  'A progress report was accepted by somebody who never submitted it.',
  Type.Object(ofOneWindow),
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
  progressReportAcceptanceWithdrawn,
] as const;
export type ReportEvent = EventOf<(typeof reportEvents)[number]>;

import { defineEvent, EventReference, type EventOf } from '#kernel';
import { Type, type Static } from 'typebox';

/** One thing a setting will do about one need its audit found. */
export const PlanAction = Type.Object({
  actionId: Type.String(),
  /** A need of the audit the plan names. */
  needId: Type.String(),
  activity: Type.String(),
  /** Whom it is for, in the setting's words. */
  audience: Type.String(),
  headcount: Type.Integer({ minimum: 1 }),
  /** Whole pence. */
  costPence: Type.Integer({ minimum: 1 }),
  startsOn: Type.String(),
  endsOn: Type.String(),
  desiredOutcome: Type.String(),
});
export type PlanAction = Static<typeof PlanAction>;

const ofOneVersion = {
  programmeId: Type.String(),
  urn: Type.String(),
  /** 1 for the first submission, one more for each after a return. */
  version: Type.Integer({ minimum: 1 }),
};

export const actionPlanSubmitted = defineEvent(
  'ActionPlanSubmitted',
  1,
  'A setting submitted its action plan, tied to the needs of a completed audit, or submitted it again after it was returned.',
  Type.Object({
    ...ofOneVersion,
    /** The completion of the audit whose needs the actions answer. */
    audit: EventReference,
    actions: Type.Array(PlanAction),
    /** The sum of the actions' costs. */
    totalPence: Type.Integer({ minimum: 1 }),
  }),
);

export const actionPlanReturned = defineEvent(
  'ActionPlanReturned',
  1,
  'A submitted plan went back to its setting with comments, to be submitted again.',
  Type.Object({ ...ofOneVersion, comments: Type.String() }),
);

export const actionPlanApproved = defineEvent(
  'ActionPlanApproved',
  1,
  'A submitted plan was approved by somebody who never submitted it.',
  Type.Object(ofOneVersion),
);

export const actionPlanApprovalWithdrawn = defineEvent(
  'ActionPlanApprovalWithdrawn',
  1,
  "An approved plan's approval was withdrawn; the plan is with its setting again, to be submitted anew.",
  Type.Object({ ...ofOneVersion, reason: Type.String() }),
);

export const planEvents = [
  actionPlanSubmitted,
  actionPlanReturned,
  actionPlanApproved,
  actionPlanApprovalWithdrawn,
] as const;
export type PlanEvent = EventOf<(typeof planEvents)[number]>;

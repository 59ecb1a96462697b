import { defineEvent, EventReference, type EventOf } from '#kernel';
import { Type, type Static, type TSchema } from 'typebox';

const orNull = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
/** 1 low, 4 high, as in the prioritisation matrix of the local workforce strategy guide. */
const score = () => orNull(Type.Integer({ minimum: 1, maximum: 4 }));

/** One thing a setting will do about one need its audit found; what it did not say is `null` or an empty list. */
export const PlanAction = Type.Object({
  actionId: Type.String(),
  /** A need of the audit the plan names; of an action carried over from the version in force, also of that one's. */
  needId: Type.String(),
  activity: Type.String(),
  /** Whom it is for, in the setting's words. */
  audience: Type.String(),
  headcount: Type.Integer({ minimum: 1 }),
  /** How many of them in each workforce group; empty, or adds up to `headcount`. */
  headcountByGroup: Type.Array(
    Type.Object({ group: Type.String(), headcount: Type.Integer({ minimum: 1 }) }),
  ),
  /** The organisation that delivers it. */
  provider: orNull(Type.String()),
  /** Whole pence. */
  costPence: Type.Integer({ minimum: 1 }),
  startsOn: Type.String(),
  endsOn: Type.String(),
  /** What those it is for should do differently, which leads to the outcome. */
  desiredResponse: orNull(Type.String()),
  /** What comes of that: for the audience, for children and families. */
  desiredOutcomes: Type.Array(Type.String(), { minItems: 1 }),
  /** What that serves in the end, for children and families and the setting's aims. */
  finalOutcomes: Type.Array(Type.String()),
  /** How readily it can be done. */
  doability: score(),
  impact: score(),
  /** By which day what will be seen to be done. */
  milestones: Type.Array(Type.Object({ on: Type.String(), what: Type.String() })),
});
export type PlanAction = Static<typeof PlanAction>;

/** What somebody says of one action of a version that goes back to its setting. */
export const ActionComment = Type.Object({ actionId: Type.String(), comment: Type.String() });
export type ActionComment = Static<typeof ActionComment>;

const ofOneVersion = {
  programmeId: Type.String(),
  urn: Type.String(),
  /** 1 for the first submission, one more for each after it, variations among them. */
  version: Type.Integer({ minimum: 1 }),
};

const UNSAID = {
  headcountByGroup: [],
  provider: null,
  desiredResponse: null,
  finalOutcomes: [],
  doability: null,
  impact: null,
  milestones: [],
};

/** One outcome was all that an action could name. */
function namingOutcomes(data: unknown): object {
  const { actions, ...rest } = data as { readonly actions: readonly { readonly desiredOutcome: string }[] };
  return {
    ...rest,
    actions: actions.map(({ desiredOutcome, ...action }) => ({
      ...action,
      desiredOutcomes: [desiredOutcome],
    })),
  };
}

export const actionPlanSubmitted = defineEvent(
  'ActionPlanSubmitted',
  3,
  'A setting submitted its action plan, tied to the needs of a completed audit, or submitted it again after it was returned.',
  Type.Object({
    ...ofOneVersion,
    /** The completion of the audit whose needs the actions answer. */
    audit: EventReference,
    actions: Type.Array(PlanAction),
    /** The sum of the actions' costs. */
    totalPence: Type.Integer({ minimum: 1 }),
  }),
  {
    // Version 1 asked for less; whoever submitted one said nothing about the rest.
    1: (data) => {
      const { actions, ...rest } = data as { readonly actions: readonly object[] };
      return { ...rest, actions: actions.map((action) => ({ ...UNSAID, ...action })) };
    },
    2: namingOutcomes,
  },
);

export const actionPlanReturned = defineEvent(
  'ActionPlanReturned',
  2,
  'A submitted plan went back to its setting with comments, on the whole and on single actions, to be submitted again.',
  Type.Object({
    ...ofOneVersion,
    comments: Type.String(),
    /** Of actions of that version, each at most once; empty if nothing is said of single ones. */
    actions: Type.Array(ActionComment),
  }),
  { 1: (data) => ({ ...(data as object), actions: [] }) },
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

export const actionPlanVariationSubmitted = defineEvent(
  'ActionPlanVariationSubmitted',
  2,
  'A setting asked to vary its approved plan, with the reason: a version of its own, while the approved one stays in force.',
  Type.Object({
    ...ofOneVersion,
    /** The version in force, which this one would replace. */
    inForce: Type.Integer({ minimum: 1 }),
    reason: Type.String(),
    /** The completion of the audit whose needs the actions answer. */
    audit: EventReference,
    /** All of them, as they would be. */
    actions: Type.Array(PlanAction),
    /** The sum of the actions' costs. */
    totalPence: Type.Integer({ minimum: 1 }),
  }),
  { 1: namingOutcomes },
);

export const actionPlanVariationReturned = defineEvent(
  'ActionPlanVariationReturned',
  1,
  'A variation went back to its setting with comments, on the whole and on single actions; the approved version stays in force.',
  Type.Object({
    ...ofOneVersion,
    comments: Type.String(),
    /** Of actions of that version, each at most once; empty if nothing is said of single ones. */
    actions: Type.Array(ActionComment),
  }),
);

export const actionPlanVariationApproved = defineEvent(
  'ActionPlanVariationApproved',
  1,
  'A variation was approved by somebody who never submitted a version of the plan; it is in force from then on.',
  Type.Object({
    ...ofOneVersion,
    /** The version that was in force until then. */
    replaces: Type.Integer({ minimum: 1 }),
  }),
);

export const planEvents = [
  actionPlanSubmitted,
  actionPlanReturned,
  actionPlanApproved,
  actionPlanApprovalWithdrawn,
  actionPlanVariationSubmitted,
  actionPlanVariationReturned,
  actionPlanVariationApproved,
] as const;
export type PlanEvent = EventOf<(typeof planEvents)[number]>;

import { defineEvent, EventReference, Person, type EventOf } from '#kernel';
import { Type, type Static } from 'typebox';

// History must stay readable when a limit changes, so that events say what a field is and commands say how large it may be.

const ofEveryPolicy = {
  version: Type.Integer({ minimum: 1 }),
  floorPence: Type.Integer({ minimum: 0 }),
  capPence: Type.Integer({ minimum: 0 }),
};

/** How a setting's allocation follows from its teaching staff, never below the floor nor above the cap. */
export const AllocationPolicy = Type.Union([
  Type.Object({
    kind: Type.Literal('rate-per-fte'),
    ...ofEveryPolicy,
    /** Pence for one full-time equivalent teacher. */
    ratePencePerFte: Type.Integer({ minimum: 1 }),
  }),
  /** The rate is whatever makes the allocations of a round come to the money there is, to the penny. */
  Type.Object({ kind: Type.Literal('share-of-budget'), ...ofEveryPolicy }),
]);
export type AllocationPolicy = Static<typeof AllocationPolicy>;

/** One part of an allocation, and what must be so before it is paid. */
export const TrancheTerms = Type.Object({
  number: Type.Integer({ minimum: 1 }),
  /** Hundredths of a per cent of the allocation; those of a programme add up to 10,000. */
  shareBasisPoints: Type.Integer({ minimum: 1 }),
  /** `agreement-accepted`, `plan-approved`, or `report-<window>-accepted`. */
  conditions: Type.Array(Type.String()),
});
export type TrancheTerms = Static<typeof TrancheTerms>;

/** When a progress report can be sent; dates in Europe/London, each to the end of its day. */
export const ReportWindow = Type.Object({
  number: Type.Integer({ minimum: 1 }),
  opensOn: Type.String(),
  dueOn: Type.String(),
  closesOn: Type.String(),
  /** Raised whenever the deadline is moved, so that a reminder of the old one is known for what it is. */
  deadlineVersion: Type.Integer({ minimum: 1 }),
});
export type ReportWindow = Static<typeof ReportWindow>;

export const programmeCreated = defineEvent(
  'ProgrammeCreated',
  2,
  'A programme was set up: its area, dates, budget, how allocations are worked out, in which tranches they are paid and when settings report.',
  Type.Object({
    programmeId: Type.String(),
    name: Type.String(),
    area: Type.String(),
    startsOn: Type.String(),
    endsOn: Type.String(),
    budgetPence: Type.Integer({ minimum: 1 }),
    policy: AllocationPolicy,
    tranches: Type.Array(TrancheTerms),
    reportWindows: Type.Array(ReportWindow),
  }),
  // Version 1 knew of one kind of policy; what it says is said the same way.
  { 1: (data) => data },
);

export const allocationPolicyReplaced = defineEvent(
  'AllocationPolicyReplaced',
  1,
  'A new version of the allocation policy was decided, to be in force from a day on; what was offered before stays as it was.',
  Type.Object({
    programmeId: Type.String(),
    policy: AllocationPolicy,
    /** The first day on which it is in force, in Europe/London. */
    effectiveOn: Type.String(),
    reason: Type.String(),
  }),
);

const ofOneProgramme = { programmeId: Type.String(), reason: Type.String() };

export const programmePaused = defineEvent(
  'ProgrammePaused',
  1,
  'A programme was paused: nothing is offered and no tranche is released until it is resumed.',
  Type.Object(ofOneProgramme),
);

export const programmeResumed = defineEvent(
  'ProgrammeResumed',
  1,
  'A programme that was paused goes on.',
  Type.Object(ofOneProgramme),
);

const ofOneVersion = {
  programmeId: Type.String(),
  version: Type.Integer({ minimum: 2 }),
  /** The first day, in London, on which it is in force. */
  effectiveOn: Type.String(),
  reason: Type.String(),
};

export const trancheScheduleReplaced = defineEvent(
  'TrancheScheduleReplaced',
  1,
  'A new version of the tranche schedule was decided: offers made from its day on are paid by it, earlier ones as they were offered.',
  Type.Object({ ...ofOneVersion, tranches: Type.Array(TrancheTerms) }),
);

export const reportWindowsReplaced = defineEvent(
  'ReportWindowsReplaced',
  1,
  'A new version of the report windows was decided: settings enrolled from its day on report in them, the others as they were enrolled.',
  Type.Object({ ...ofOneVersion, reportWindows: Type.Array(ReportWindow) }),
);

export const seniorOwnerAppointed = defineEvent(
  'SeniorOwnerAppointed',
  1,
  'A senior responsible owner answers for the programme from a day on, until another does.',
  Type.Object({
    ...ofOneProgramme,
    /** A subject id. */
    subject: Type.String(),
    effectiveOn: Type.String(),
  }),
);

export const programmeBoardNamed = defineEvent(
  'ProgrammeBoardNamed',
  1,
  'The programme board consists of these people from a day on, until it is named anew.',
  Type.Object({
    ...ofOneProgramme,
    /** Subject ids. */
    members: Type.Array(Type.String()),
    effectiveOn: Type.String(),
  }),
);

export const fundingRulesSet = defineEvent(
  'FundingRulesSet',
  1,
  'From a day on, offers stand for so many days and approvers approve up to so much; what was offered or approved before stays.',
  Type.Object({
    ...ofOneProgramme,
    version: Type.Integer({ minimum: 1 }),
    /** The first day, in London, on which they are in force. */
    effectiveOn: Type.String(),
    /** `null`: an offer stands until it is answered. */
    acceptanceDays: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
    /** For whoever is not named; `null`: any amount. */
    defaultLimitPence: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
    /** By subject id. */
    limits: Type.Array(Type.Object({ subject: Type.String(), upToPence: Type.Integer({ minimum: 0 }) })),
  }),
);

export const serviceStandardsSet = defineEvent(
  'ServiceStandardsSet',
  1,
  'From a day on, what comes to wait for a desk is to be done within so many days; what waits already keeps the last day that it has.',
  Type.Object({
    ...ofOneProgramme,
    version: Type.Integer({ minimum: 1 }),
    /** The first day, in London, on which they are in force. */
    effectiveOn: Type.String(),
    /** By desk or action; for whatever is not named the product's own days hold. */
    standards: Type.Array(Type.Object({ of: Type.String(), days: Type.Integer({ minimum: 1 }) })),
  }),
);

const ofOneDelegation = { ...ofOneProgramme, delegation: Type.Integer({ minimum: 1 }) };

export const approvalDelegated = defineEvent(
  'ApprovalDelegated',
  1,
  'Somebody lets another person approve up to their own limit, for some days.',
  Type.Object({
    ...ofOneDelegation,
    from: Person,
    to: Person,
    startsOn: Type.String(),
    /** The last day. */
    endsOn: Type.String(),
  }),
);

export const approvalDelegationEnded = defineEvent(
  'ApprovalDelegationEnded',
  1,
  'A delegation was taken back before its last day; what was approved under it stays approved.',
  Type.Object(ofOneDelegation),
);

/** What of a programme there are versions of, each in force from a day on. */
export const Versioned = Type.Union([
  Type.Literal('allocation-policy'),
  Type.Literal('tranche-schedule'),
  Type.Literal('report-windows'),
  Type.Literal('funding-rules'),
  Type.Literal('service-standards'),
  Type.Literal('senior-owner'),
  Type.Literal('board'),
]);
export type Versioned = Static<typeof Versioned>;

export const programmeVersionWithdrawn = defineEvent(
  'ProgrammeVersionWithdrawn',
  1,
  'A version that was not yet in force was withdrawn: it never will be, and the one before it goes on. Nothing was decided under it.',
  Type.Object({
    ...ofOneProgramme,
    what: Versioned,
    version: Type.Integer({ minimum: 1 }),
    /** The day on which it would have taken force. */
    effectiveOn: Type.String(),
    /** The event that decided it. */
    withdraws: EventReference,
  }),
);

export const programmeClosed = defineEvent(
  'ProgrammeClosed',
  1,
  'A programme was closed for good: no money of it was out, and nothing unfinished.',
  Type.Object(ofOneProgramme),
);

export const programmeEvents = [
  programmeCreated,
  allocationPolicyReplaced,
  programmePaused,
  programmeResumed,
  trancheScheduleReplaced,
  reportWindowsReplaced,
  seniorOwnerAppointed,
  programmeBoardNamed,
  fundingRulesSet,
  serviceStandardsSet,
  approvalDelegated,
  approvalDelegationEnded,
  programmeVersionWithdrawn,
  programmeClosed,
] as const;
export type ProgrammeEvent = EventOf<(typeof programmeEvents)[number]>;
/** As they were when the programme was set up. */
export type ProgrammeTerms = EventOf<typeof programmeCreated>['data'];

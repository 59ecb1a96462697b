import { defineEvent, EventReference, SHA256, type EventOf } from '#kernel';
import { Type, type Static } from 'typebox';
import { ReportWindow } from '../programme/programme.events.js';

// History must stay readable when a limit changes, so that events say what a field is and commands say how large it may be.

const ofOneSetting = { programmeId: Type.String(), urn: Type.String() };
const sha256 = () => Type.String({ pattern: SHA256 });

export const settingInvited = defineEvent(
  'SettingInvited',
  1,
  'A setting was invited to take part in a programme, and may accept by enrolling or decline.',
  Type.Object({
    ...ofOneSetting,
    settingName: Type.String(),
    /** The last day for an answer, `YYYY-MM-DD`; `null` if none was named. */
    answerBy: Type.Union([Type.String(), Type.Null()]),
    programme: EventReference,
    /** The entry of the register that it was invited on. */
    setting: EventReference,
  }),
);

export const invitationDeclined = defineEvent(
  'InvitationDeclined',
  1,
  'A setting that had been invited to a programme said that it will not take part.',
  Type.Object({ ...ofOneSetting, reason: Type.String() }),
);

export const settingEnrolled = defineEvent(
  'SettingEnrolled',
  1,
  'An open setting was enrolled in a programme, which from then on owes it an audit and expects its reports.',
  Type.Object({
    programmeId: Type.String(),
    urn: Type.String(),
    /** As the register had it on the day. */
    settingName: Type.String(),
    reportWindows: Type.Array(ReportWindow),
    programme: EventReference,
    /** The entry of the register that says it is open. */
    setting: EventReference,
  }),
);

export const settingWithdrawn = defineEvent(
  'SettingWithdrawn',
  1,
  'An enrolled setting left the programme: nothing more is offered or paid; what was spent is to be settled, and the rest returned.',
  Type.Object({ ...ofOneSetting, reason: Type.String() }),
);

/** A file kept elsewhere that shows what was found. */
export const EvidenceFile = Type.Object({ fileName: Type.String(), sha256: sha256() });
export type EvidenceFile = Static<typeof EvidenceFile>;

export const dueDiligenceCompleted = defineEvent(
  'DueDiligenceCompleted',
  1,
  'Somebody looked into whether a setting can be trusted with a grant, and said how that came out; the latest counts.',
  Type.Object({
    ...ofOneSetting,
    /** `passed`, `passed-with-conditions` or `failed`. */
    outcome: Type.String(),
    /** What the setting must do or show, if it passed with conditions. */
    conditions: Type.Array(Type.String()),
    /** What was looked at, in words. */
    checks: Type.Array(Type.String()),
    evidence: Type.Union([EvidenceFile, Type.Null()]),
  }),
);

export const fraudRiskAssessed = defineEvent(
  'FraudRiskAssessed',
  1,
  'Somebody other than who did the due diligence assessed the risk of fraud in funding a setting; the latest counts.',
  Type.Object({
    ...ofOneSetting,
    /** `low`, `medium` or `high`. */
    level: Type.String(),
    /** `acceptable`, `acceptable-with-mitigation` or `not-acceptable`. */
    outcome: Type.String(),
    /** What keeps the risk in bounds; `null` if nothing is needed. */
    mitigation: Type.Union([Type.String(), Type.Null()]),
  }),
);

export const grantAgreementSigned = defineEvent(
  'GrantAgreementSigned',
  1,
  'A person who may bind the setting signed a version of the grant agreement.',
  Type.Object({
    ...ofOneSetting,
    version: Type.Integer({ minimum: 1 }),
    /** Of the document that was signed. */
    sha256: sha256(),
    /** The event that issued this version. */
    agreement: EventReference,
    /** A subject id, and what the person is in the setting. */
    signatory: Type.Object({ subject: Type.String(), roleTitle: Type.String() }),
  }),
);

export const financialReviewCompleted = defineEvent(
  'FinancialReviewCompleted',
  1,
  'The money of a participation was reviewed, and it was decided whether the funding continues, is discontinued or is amended.',
  Type.Object({
    ...ofOneSetting,
    /** The last day of the accounts that were looked at. */
    upTo: Type.String(),
    spentPence: Type.Integer({ minimum: 0 }),
    findings: Type.String(),
    /** `continue`, `discontinue` or `amend`. */
    outcome: Type.String(),
    /** What is to be changed; only if the outcome is `amend`. */
    amendment: Type.Union([Type.String(), Type.Null()]),
  }),
);

export const continuityDecisionRaised = defineEvent(
  'ContinuityDecisionRaised',
  1,
  'The register says that an enrolled setting has closed or has a successor: the board must decide what becomes of its part. No money moves by that.',
  Type.Object({
    ...ofOneSetting,
    /** Derived from the event that raised it. */
    decisionId: Type.String(),
    /** `closed` or `successor-named`. */
    because: Type.String(),
    /** `YYYY-MM-DD` as the register has it. */
    closedOn: Type.Union([Type.String(), Type.Null()]),
    /** URNs that the register names as successors. */
    successors: Type.Array(Type.String()),
    cause: EventReference,
  }),
);

export const continuityDecided = defineEvent(
  'ContinuityDecided',
  1,
  'It was decided what becomes of the part of a setting that has closed or has a successor.',
  Type.Object({
    ...ofOneSetting,
    /** Everything that had been raised and was not answered. */
    decisionIds: Type.Array(Type.String()),
    /** `transfer`, `wind-down`, `reclaim`, or `carry-on` where the setting is open after all. */
    outcome: Type.String(),
    /** The setting that takes over; only if the outcome is `transfer`. */
    toUrn: Type.Union([Type.String(), Type.Null()]),
    reason: Type.String(),
  }),
);

export const successorReplaced = defineEvent(
  'SuccessorReplaced',
  1,
  'A part was passed on to a setting that has not taken it over: another was named in its place.',
  Type.Object({
    ...ofOneSetting,
    /** Who was to take it over. */
    fromUrn: Type.String(),
    /** Who takes it over instead. */
    toUrn: Type.String(),
    reason: Type.String(),
    /** The decision that named the one before. */
    replaces: EventReference,
  }),
);

export const transferReplaced = defineEvent(
  'TransferReplaced',
  1,
  'A part was passed on to a setting that has not taken it over: it was decided instead to wind it down, or to reclaim what was paid.',
  Type.Object({
    ...ofOneSetting,
    /** Who was to take it over. */
    fromUrn: Type.String(),
    /** `wind-down` or `reclaim`. */
    outcome: Type.String(),
    reason: Type.String(),
    /** The decision that named who was to. */
    replaces: EventReference,
  }),
);

export const partHandedOver = defineEvent(
  'PartHandedOver',
  1,
  'A part that was passed on is taken over by the setting named for it, whose own stream says so next: no other is named any more, unless that one leaves before.',
  Type.Object({
    ...ofOneSetting,
    /** Who takes it over. */
    toUrn: Type.String(),
    /** The decision that named it. */
    decision: EventReference,
  }),
);

export const partTakenOver = defineEvent(
  'PartTakenOver',
  1,
  'A setting took over the part of another, which had passed it on: it owes the reports that were not accepted of the other.',
  Type.Object({
    ...ofOneSetting,
    settingName: Type.String(),
    /** Whose part it was. */
    from: Type.Object({ urn: Type.String(), settingName: Type.String() }),
    /** Whether it is enrolled by this; otherwise it took part already, in its own right. */
    enrols: Type.Boolean(),
    /** The decision to pass it on. */
    decision: EventReference,
    /** The reports that were accepted of the other setting. */
    accepted: Type.Array(Type.Object({ window: Type.Integer({ minimum: 1 }), report: EventReference })),
  }),
);

export const reportDeadlineExtended = defineEvent(
  'ReportDeadlineExtended',
  1,
  'A setting was given longer for a progress report, for the reason given.',
  Type.Object({
    ...ofOneSetting,
    /** The window as it was, and as it is from now on: its deadline has the next version. */
    from: ReportWindow,
    to: ReportWindow,
    reason: Type.String(),
  }),
);

export const participationEvents = [
  settingInvited,
  invitationDeclined,
  settingEnrolled,
  settingWithdrawn,
  dueDiligenceCompleted,
  fraudRiskAssessed,
  grantAgreementSigned,
  financialReviewCompleted,
  continuityDecisionRaised,
  continuityDecided,
  successorReplaced,
  transferReplaced,
  partHandedOver,
  partTakenOver,
  reportDeadlineExtended,
] as const;
export type ParticipationEvent = EventOf<(typeof participationEvents)[number]>;

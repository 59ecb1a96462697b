import { dateInLondon, type RecordedEvent } from '#kernel';
import { defineProjection } from '#platform/read-store';
import { endedBy } from '../../participation/participation-state.js';
import { participationEvents } from '../../participation/participation.events.js';
import type { ServiceStandard } from '../../programme/service-standards.js';
import { withWithdrawn, type WithdrawnShown } from './versions-shown.js';
import { programmeEvents, type ProgrammeTerms } from '../../programme/programme.events.js';

type Decided = Readonly<{
  /** The first day on which it is in force. */
  effectiveOn: string;
  reason: string;
  decidedAt: string;
  decidedBy: string;
  /** `null`: it was not. */
  withdrawn: WithdrawnShown | null;
}>;
export type PolicyVersionShown = Decided & Readonly<{ policy: ProgrammeTerms['policy'] }>;
export type ScheduleVersionShown = Decided &
  Readonly<{ version: number; tranches: ProgrammeTerms['tranches'] }>;
export type WindowsVersionShown = Decided &
  Readonly<{ version: number; reportWindows: ProgrammeTerms['reportWindows'] }>;
/** Of people, subject ids. */
export type SeniorOwnerShown = Decided & Readonly<{ version: number; subject: string }>;
export type FundingRulesShown = Decided &
  Readonly<{
    version: number;
    acceptanceDays: number | null;
    defaultLimitPence: number | null;
    limits: readonly { readonly subject: string; readonly upToPence: number }[];
  }>;
export type ServiceStandardsShown = Decided &
  Readonly<{ version: number; standards: readonly ServiceStandard[] }>;
export type DelegationShown = Readonly<{
  delegation: number;
  /** Subject ids. */
  from: string;
  to: string;
  startsOn: string;
  endsOn: string;
  reason: string;
  /** Since when it is taken back; `null`: it was not. */
  endedAt: string | null;
}>;
export type BoardShown = Decided & Readonly<{ version: number; members: readonly string[] }>;

/** A programme with its terms, as people look it up. */
export type ProgrammeDocument = Readonly<{
  id: string;
  name: string;
  area: string;
  startsOn: string;
  endsOn: string;
  /** As it was set up; whoever asks is given what it has become since. */
  budgetPence: number;
  policy: ProgrammeTerms['policy'];
  tranches: ProgrammeTerms['tranches'];
  reportWindows: ProgrammeTerms['reportWindows'];
  /** Of settings that take part now: who has left is not counted. */
  enrolledCount: number;
  createdAt: string;
  /** Every version of the policy, oldest first; `policy` is the first. */
  policyVersions: readonly PolicyVersionShown[];
  /** Every version, oldest first; `tranches` and `reportWindows` are the first. */
  trancheSchedules: readonly ScheduleVersionShown[];
  reportWindowVersions: readonly WindowsVersionShown[];
  /** Who answers for it: all there were, oldest first, each until the day of the next. */
  seniorOwners: readonly SeniorOwnerShown[];
  boards: readonly BoardShown[];
  /** How long offers stand and who approves how much: every version, oldest first. */
  fundingRules: readonly FundingRulesShown[];
  /** Within how many days each desk does what waits for it: every version, oldest first. */
  serviceStandards: readonly ServiceStandardsShown[];
  /** In the order in which they were made. */
  delegations: readonly DelegationShown[];
  /** Since when it is closed, and why; `null` while it is open. */
  closed: Readonly<{ since: string; reason: string; by: string }> | null;
  /** Since when it is paused, and why; `null` while it is not. */
  paused: Readonly<{ since: string; reason: string; by: string }> | null;
  /** Of its stream, for `If-Match`. */
  revision: string;
}>;

const idOf = ({ data }: { data: { programmeId: string } }): string[] => [data.programmeId];

type Recorded = Pick<RecordedEvent, 'metadata' | 'revision'>;

function decided(
  { effectiveOn, reason }: { readonly effectiveOn: string; readonly reason: string },
  { metadata }: Recorded,
): Decided {
  const by = { decidedAt: metadata.occurredAt, decidedBy: metadata.actor.subject };
  return { effectiveOn, reason, ...by, withdrawn: null };
}

function firstVersions(
  { policy, tranches, reportWindows }: Omit<ProgrammeTerms, 'programmeId'>,
  event: Recorded,
): Pick<ProgrammeDocument, 'policyVersions' | 'trancheSchedules' | 'reportWindowVersions'> {
  const effectiveOn = dateInLondon(event.metadata.occurredAt);
  const by = decided({ effectiveOn, reason: 'the programme was set up' }, event);
  return {
    policyVersions: [{ policy, ...by }],
    trancheSchedules: [{ version: 1, tranches, ...by }],
    reportWindowVersions: [{ version: 1, reportWindows, ...by }],
  };
}

function withoutEnded(
  document: ProgrammeDocument | null,
  event: Parameters<typeof endedBy>[0],
): ProgrammeDocument | null {
  if (document === null || endedBy(event) === undefined) return document;
  return { ...document, enrolledCount: document.enrolledCount - 1 };
}

export const programmesProjection = defineProjection<ProgrammeDocument>()({
  collection: { name: 'programmes', version: 6, indexes: { byName: ['name'] } },
  of: [...programmeEvents, ...participationEvents],
  when: {
    ProgrammeCreated: {
      touches: idOf,
      apply: (document, { data: { programmeId: _, ...terms }, metadata, revision }, id) => ({
        ...terms,
        id,
        enrolledCount: document?.enrolledCount ?? 0,
        createdAt: metadata.occurredAt,
        ...firstVersions(terms, { metadata, revision }),
        ...{ seniorOwners: [], boards: [], fundingRules: [], serviceStandards: [] },
        ...{ delegations: [], closed: null, paused: null },
        revision: revision.toString(),
      }),
    },
    AllocationPolicyReplaced: {
      touches: idOf,
      apply: (document, event) =>
        document && {
          ...document,
          policyVersions: [
            ...document.policyVersions,
            { policy: event.data.policy, ...decided(event.data, event) },
          ],
          revision: event.revision.toString(),
        },
    },
    ProgrammePaused: {
      touches: idOf,
      apply: (document, { data: { reason }, metadata, revision }) =>
        document && {
          ...document,
          paused: { since: metadata.occurredAt, reason, by: metadata.actor.subject },
          revision: revision.toString(),
        },
    },
    ProgrammeResumed: {
      touches: idOf,
      apply: (document, { revision }) =>
        document && { ...document, paused: null, revision: revision.toString() },
    },
    TrancheScheduleReplaced: {
      touches: idOf,
      apply: (document, event) =>
        document && {
          ...document,
          trancheSchedules: [
            ...document.trancheSchedules,
            {
              ...{ version: event.data.version, tranches: event.data.tranches },
              ...decided(event.data, event),
            },
          ],
          revision: event.revision.toString(),
        },
    },
    ReportWindowsReplaced: {
      touches: idOf,
      apply: (document, event) =>
        document && {
          ...document,
          reportWindowVersions: [
            ...document.reportWindowVersions,
            {
              ...{ version: event.data.version, reportWindows: event.data.reportWindows },
              ...decided(event.data, event),
            },
          ],
          revision: event.revision.toString(),
        },
    },
    SeniorOwnerAppointed: {
      touches: idOf,
      apply: (document, event) =>
        document && {
          ...document,
          seniorOwners: [
            ...document.seniorOwners,
            {
              ...{ version: document.seniorOwners.length + 1, subject: event.data.subject },
              ...decided(event.data, event),
            },
          ],
          revision: event.revision.toString(),
        },
    },
    ProgrammeBoardNamed: {
      touches: idOf,
      apply: (document, event) =>
        document && {
          ...document,
          boards: [
            ...document.boards,
            {
              ...{ version: document.boards.length + 1, members: event.data.members },
              ...decided(event.data, event),
            },
          ],
          revision: event.revision.toString(),
        },
    },
    FundingRulesSet: {
      touches: idOf,
      apply: (document, event) => {
        const { version, acceptanceDays, defaultLimitPence, limits } = event.data;
        const rules = { version, acceptanceDays, defaultLimitPence, limits, ...decided(event.data, event) };
        return (
          document && {
            ...document,
            fundingRules: [...document.fundingRules, rules],
            revision: event.revision.toString(),
          }
        );
      },
    },
    ServiceStandardsSet: {
      touches: idOf,
      apply: (document, event) => {
        const { version, standards } = event.data;
        return (
          document && {
            ...document,
            serviceStandards: [
              ...document.serviceStandards,
              { version, standards, ...decided(event.data, event) },
            ],
            revision: event.revision.toString(),
          }
        );
      },
    },
    ApprovalDelegated: {
      touches: idOf,
      apply: (document, { data, revision }) => {
        const { delegation, from, to, startsOn, endsOn, reason } = data;
        const shown = { delegation, from: from.subject, to: to.subject, startsOn, endsOn, reason };
        return (
          document && {
            ...document,
            delegations: [...document.delegations, { ...shown, endedAt: null }],
            revision: revision.toString(),
          }
        );
      },
    },
    ApprovalDelegationEnded: {
      touches: idOf,
      apply: (document, { data, metadata, revision }) =>
        document && {
          ...document,
          delegations: document.delegations.map((one) =>
            one.delegation === data.delegation ? { ...one, endedAt: metadata.occurredAt } : one,
          ),
          revision: revision.toString(),
        },
    },
    ProgrammeVersionWithdrawn: {
      touches: idOf,
      apply: (document, event) =>
        document && { ...withWithdrawn(document, event), revision: event.revision.toString() },
    },
    ProgrammeClosed: {
      touches: idOf,
      apply: (document, { data: { reason }, metadata, revision }) =>
        document && {
          ...document,
          paused: null,
          closed: { since: metadata.occurredAt, reason, by: metadata.actor.subject },
          revision: revision.toString(),
        },
    },
    SettingEnrolled: {
      touches: idOf,
      apply: (document) => document && { ...document, enrolledCount: document.enrolledCount + 1 },
    },
    SettingWithdrawn: { touches: idOf, apply: withoutEnded },
    FinancialReviewCompleted: { touches: idOf, apply: withoutEnded },
    ContinuityDecided: { touches: idOf, apply: withoutEnded },
  },
  ignores: [
    'SettingInvited',
    'InvitationDeclined',
    'DueDiligenceCompleted',
    'FraudRiskAssessed',
    'GrantAgreementSigned',
    'ContinuityDecisionRaised',
    'SuccessorReplaced',
    'TransferReplaced',
    'PartHandedOver',
    'PartTakenOver',
    'ReportDeadlineExtended',
  ],
});

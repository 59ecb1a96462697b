import { dateInLondon } from '#kernel';
import { defineProjection } from '#platform/read-store';
import { participationEvents } from '../../participation/participation.events.js';
import { programmeEvents, type ProgrammeTerms } from '../../programme/programme.events.js';

export type PolicyVersionShown = Readonly<{
  policy: ProgrammeTerms['policy'];
  /** The first day on which it is in force. */
  effectiveOn: string;
  reason: string;
  decidedAt: string;
  decidedBy: string;
}>;

/** A programme with its terms, as people look it up. */
export type ProgrammeDocument = Readonly<{
  id: string;
  name: string;
  area: string;
  startsOn: string;
  endsOn: string;
  budgetPence: number;
  policy: ProgrammeTerms['policy'];
  tranches: ProgrammeTerms['tranches'];
  reportWindows: ProgrammeTerms['reportWindows'];
  enrolledCount: number;
  createdAt: string;
  /** Every version of the policy, oldest first; `policy` is the first. */
  policyVersions: readonly PolicyVersionShown[];
  /** Since when it is paused, and why; `null` while it is not. */
  paused: Readonly<{ since: string; reason: string; by: string }> | null;
  /** Of its stream, for `If-Match`. */
  revision: string;
}>;

const idOf = ({ data }: { data: { programmeId: string } }): string[] => [data.programmeId];

export const programmesProjection = defineProjection<ProgrammeDocument>()({
  collection: { name: 'programmes', version: 2, indexes: { byName: ['name'] } },
  of: [...programmeEvents, ...participationEvents],
  when: {
    ProgrammeCreated: {
      touches: idOf,
      apply: (document, { data: { programmeId: _, ...terms }, metadata, revision }, id) => ({
        ...terms,
        id,
        enrolledCount: document?.enrolledCount ?? 0,
        createdAt: metadata.occurredAt,
        policyVersions: [
          {
            policy: terms.policy,
            effectiveOn: dateInLondon(metadata.occurredAt),
            reason: 'the programme was set up',
            ...{ decidedAt: metadata.occurredAt, decidedBy: metadata.actor.subject },
          },
        ],
        paused: null,
        revision: revision.toString(),
      }),
    },
    AllocationPolicyReplaced: {
      touches: idOf,
      apply: (document, { data: { policy, effectiveOn, reason }, metadata, revision }) => {
        const decided = { decidedAt: metadata.occurredAt, decidedBy: metadata.actor.subject };
        const version = { policy, effectiveOn, reason, ...decided };
        return (
          document && {
            ...document,
            policyVersions: [...document.policyVersions, version],
            revision: revision.toString(),
          }
        );
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
    SettingEnrolled: {
      touches: idOf,
      apply: (document) => document && { ...document, enrolledCount: document.enrolledCount + 1 },
    },
  },
  ignores: [
    'SettingInvited',
    'InvitationDeclined',
    'SettingWithdrawn',
    'DueDiligenceCompleted',
    'FraudRiskAssessed',
    'GrantAgreementSigned',
    'FinancialReviewCompleted',
    'ContinuityDecisionRaised',
    'ContinuityDecided',
    'ReportDeadlineExtended',
  ],
});

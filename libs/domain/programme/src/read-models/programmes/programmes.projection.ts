import { defineProjection } from '#platform/read-store';
import { participationEvents } from '../../participation/participation.events.js';
import { programmeEvents, type ProgrammeTerms } from '../../programme/programme.events.js';

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
  /** Of its stream, for `If-Match`. */
  revision: string;
}>;

const idOf = ({ data }: { data: { programmeId: string } }): string[] => [data.programmeId];

export const programmesProjection = defineProjection<ProgrammeDocument>()({
  collection: { name: 'programmes', version: 1, indexes: { byName: ['name'] } },
  of: [...programmeEvents, ...participationEvents],
  when: {
    ProgrammeCreated: {
      touches: idOf,
      apply: (document, { data: { programmeId: _, ...terms }, metadata, revision }, id) => ({
        ...terms,
        id,
        enrolledCount: document?.enrolledCount ?? 0,
        createdAt: metadata.occurredAt,
        revision: revision.toString(),
      }),
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
  ],
});

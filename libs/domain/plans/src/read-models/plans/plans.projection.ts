import { NOBODYS_TURN, turnOf, type Turn } from '#domain/programme';
import { participationId } from '#kernel';
import { defineProjection } from '#platform/read-store';
import { planEvents, type ActionComment, type PlanAction } from '../../plan/plan.events.js';

/** A variation that waits for approval, or is with the setting again; the version in force stays so meanwhile. */
export type PendingVariation = Readonly<{
  version: number;
  status: 'submitted' | 'returned';
  reason: string;
  auditEventId: string;
  actions: readonly PlanAction[];
  totalPence: number;
  submittedAt: string;
  /** What its return said; `null` until then. */
  because: string | null;
  comments: readonly ActionComment[];
}>;

/** One setting's action plan: its version in force once approved, else the newest; and what would vary it. */
export type PlanDocument = Turn &
  Readonly<{
    /** `<programme>.<urn>` */
    id: string;
    programmeId: string;
    urn: string;
    version: number;
    status: 'submitted' | 'returned' | 'approved';
    auditEventId: string;
    actions: readonly PlanAction[];
    totalPence: number;
    submittedAt: string;
    decidedAt: string | null;
    /** Since when a version has been in force, also through variations; `null` while none is. */
    inForceSince: string | null;
    /** Comments of the return or reason of the withdrawal, while the plan is with the setting. */
    because: string | null;
    /** Of the return, on single actions, while the plan is with the setting. */
    comments: readonly ActionComment[];
    variation: PendingVariation | null;
    /** Of its stream, for `If-Match`. */
    revision: string;
  }>;

const idOf = ({ data }: { data: { programmeId: string; urn: string } }): string[] => [
  participationId(data.programmeId, data.urn),
];

type Decided = 'approve-plan' | 'approve-variation';
type Mended = 'submit-plan' | 'mend-variation';

function decide(action: Decided, version: number, since: string): Turn {
  return turnOf(action, `approve or return version ${version} of the action plan`, since);
}

function mend(action: Mended, version: number, since: string): Turn {
  return turnOf(action, `mend version ${version} of the action plan and submit it again`, since);
}

function inForce(document: PlanDocument, decidedAt: string, revision: bigint): PlanDocument {
  const { variation } = document;
  if (variation === null) return document;
  const { version, auditEventId, actions, totalPence, submittedAt } = variation;
  return {
    ...document,
    ...{ version, auditEventId, actions, totalPence, submittedAt, decidedAt },
    ...NOBODYS_TURN,
    variation: null,
    revision: revision.toString(),
  };
}

export const plansProjection = defineProjection<PlanDocument>()({
  collection: {
    name: 'plans',
    version: 6,
    indexes: { byStatus: ['programmeId', 'status', 'urn'], byNext: ['programmeId', 'next', 'nextSince'] },
  },
  of: planEvents,
  when: {
    ActionPlanSubmitted: {
      touches: idOf,
      apply: (_, { data, metadata, revision }, id) => ({
        id,
        programmeId: data.programmeId,
        urn: data.urn,
        version: data.version,
        status: 'submitted',
        ...decide('approve-plan', data.version, metadata.occurredAt),
        auditEventId: data.audit.eventId,
        actions: data.actions,
        totalPence: data.totalPence,
        submittedAt: metadata.occurredAt,
        decidedAt: null,
        inForceSince: null,
        because: null,
        comments: [],
        variation: null,
        revision: revision.toString(),
      }),
    },
    ActionPlanReturned: {
      touches: idOf,
      apply: (document, { data, metadata, revision }) =>
        document && {
          ...document,
          status: 'returned',
          ...mend('submit-plan', data.version, metadata.occurredAt),
          decidedAt: metadata.occurredAt,
          because: data.comments,
          comments: data.actions,
          revision: revision.toString(),
        },
    },
    ActionPlanApproved: {
      touches: idOf,
      apply: (document, { metadata, revision }) =>
        document && {
          ...document,
          status: 'approved',
          ...NOBODYS_TURN,
          decidedAt: metadata.occurredAt,
          inForceSince: metadata.occurredAt,
          because: null,
          comments: [],
          revision: revision.toString(),
        },
    },
    ActionPlanApprovalWithdrawn: {
      touches: idOf,
      apply: (document, { data, metadata, revision }) =>
        document && {
          ...document,
          status: 'returned',
          ...mend('submit-plan', data.version, metadata.occurredAt),
          decidedAt: metadata.occurredAt,
          inForceSince: null,
          because: data.reason,
          comments: [],
          variation: null,
          revision: revision.toString(),
        },
    },
    ActionPlanVariationSubmitted: {
      touches: idOf,
      apply: (document, { data, metadata, revision }) =>
        document && {
          ...document,
          ...decide('approve-variation', data.version, metadata.occurredAt),
          variation: {
            version: data.version,
            status: 'submitted',
            reason: data.reason,
            auditEventId: data.audit.eventId,
            actions: data.actions,
            totalPence: data.totalPence,
            submittedAt: metadata.occurredAt,
            because: null,
            comments: [],
          },
          revision: revision.toString(),
        },
    },
    ActionPlanVariationReturned: {
      touches: idOf,
      apply: (document, { data, metadata, revision }) =>
        document && {
          ...document,
          ...mend('mend-variation', data.version, metadata.occurredAt),
          variation: document.variation && {
            ...document.variation,
            status: 'returned',
            because: data.comments,
            comments: data.actions,
          },
          revision: revision.toString(),
        },
    },
    ActionPlanVariationApproved: {
      touches: idOf,
      apply: (document, { metadata, revision }) =>
        document && inForce(document, metadata.occurredAt, revision),
    },
  },
  ignores: [],
});

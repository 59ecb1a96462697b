import { participationId } from '#kernel';
import { defineProjection } from '#platform/read-store';
import { planEvents, type ActionComment, type PlanAction } from '../../plan/plan.events.js';

/** One setting's action plan at its newest version. */
export type PlanDocument = Readonly<{
  /** `<programme>.<urn>` */
  id: string;
  programmeId: string;
  urn: string;
  version: number;
  status: 'submitted' | 'returned' | 'approved';
  /** Who acts next: the setting submits again, or an approver decides; nobody once approved. */
  next: 'setting' | 'approver' | null;
  auditEventId: string;
  actions: readonly PlanAction[];
  totalPence: number;
  submittedAt: string;
  decidedAt: string | null;
  /** Comments of the return or reason of the withdrawal, while the plan is with the setting. */
  because: string | null;
  /** Of the return, on single actions, while the plan is with the setting. */
  comments: readonly ActionComment[];
  /** Of its stream, for `If-Match`. */
  revision: string;
}>;

const idOf = ({ data }: { data: { programmeId: string; urn: string } }): string[] => [
  participationId(data.programmeId, data.urn),
];

export const plansProjection = defineProjection<PlanDocument>()({
  collection: {
    name: 'plans',
    version: 2,
    indexes: { byStatus: ['programmeId', 'status', 'urn'], byNext: ['programmeId', 'next', 'urn'] },
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
        next: 'approver',
        auditEventId: data.audit.eventId,
        actions: data.actions,
        totalPence: data.totalPence,
        submittedAt: metadata.occurredAt,
        decidedAt: null,
        because: null,
        comments: [],
        revision: revision.toString(),
      }),
    },
    ActionPlanReturned: {
      touches: idOf,
      apply: (document, { data, metadata, revision }) =>
        document && {
          ...document,
          status: 'returned',
          next: 'setting',
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
          next: null,
          decidedAt: metadata.occurredAt,
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
          next: 'setting',
          decidedAt: metadata.occurredAt,
          because: data.reason,
          comments: [],
          revision: revision.toString(),
        },
    },
  },
  ignores: [],
});

import { defineProjection } from '#platform/read-store';
import { auditEvents, type Need, type Rating } from '../../audit/audit.events.js';
import { auditId } from '../../audit/audit.js';

/** One cycle of a setting's audit, as people look it up. */
export type AuditDocument = Readonly<{
  /** `<programme>.<urn>.<cycle>` */
  id: string;
  programmeId: string;
  urn: string;
  cycle: number;
  status: 'started' | 'completed';
  startedAt: string;
  completedAt: string | null;
  supportedBy: string | null;
  ratings: readonly Rating[];
  needs: readonly Need[];
  /** Of its stream, for `If-Match`. */
  revision: string;
}>;

const idOf = ({ data }: { data: { programmeId: string; urn: string; cycle: number } }): string[] => [
  auditId(data.programmeId, data.urn, data.cycle),
];

export const auditsProjection = defineProjection<AuditDocument>()({
  collection: {
    name: 'audits',
    version: 1,
    indexes: { bySetting: ['programmeId', 'urn', 'cycle'], byStatus: ['programmeId', 'status', 'urn'] },
  },
  of: auditEvents,
  when: {
    AuditStarted: {
      touches: idOf,
      apply: (_, { data, metadata, revision }, id) => ({
        id,
        programmeId: data.programmeId,
        urn: data.urn,
        cycle: data.cycle,
        status: 'started',
        startedAt: metadata.occurredAt,
        completedAt: null,
        supportedBy: null,
        ratings: [],
        needs: [],
        revision: revision.toString(),
      }),
    },
    AuditCompleted: {
      touches: idOf,
      apply: (document, { data, metadata, revision }) =>
        document && {
          ...document,
          status: 'completed',
          completedAt: metadata.occurredAt,
          supportedBy: data.supportedBy,
          ratings: data.ratings,
          needs: data.needs,
          revision: revision.toString(),
        },
    },
  },
  ignores: [],
});

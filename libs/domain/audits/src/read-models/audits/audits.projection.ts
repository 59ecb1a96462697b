import { NOBODYS_TURN, turnOf, type Turn } from '#domain/programme';
import { academicYearOf } from '#kernel';
import { defineProjection } from '#platform/read-store';
import { auditEvents, type Need, type Rating, type Supporter } from '../../audit/audit.events.js';
import { auditId } from '../../audit/audit.js';

/** One cycle of a setting's audit, as people look it up. */
export type AuditDocument = Turn &
  Readonly<{
    /** `<programme>.<urn>.<cycle>` */
    id: string;
    programmeId: string;
    urn: string;
    cycle: number;
    status: 'started' | 'completed';
    startedAt: string;
    completedAt: string | null;
    /** In which it was started, such as `2024/25`. */
    academicYear: string;
    /** Of the list of features; `null` where it was not kept. */
    instrumentVersion: number | null;
    signOff: 'none' | 'signed-off' | 'returned';
    /** When it was signed off or returned. */
    signOffAt: string | null;
    /** Subject of whoever did it. */
    signOffBy: string | null;
    /** Of a return. */
    comments: string | null;
    supportedBy: readonly Supporter[];
    /** The groups of the workforce that the setting has; `null`: not asked, or not completed. */
    groups: readonly string[] | null;
    ratings: readonly Rating[];
    needs: readonly Need[];
    /** Of its stream, for `If-Match`. */
    revision: string;
  }>;

const idOf = ({ data }: { data: { programmeId: string; urn: string; cycle: number } }): string[] => [
  auditId(data.programmeId, data.urn, data.cycle),
];

const UNSIGNED = { signOff: 'none', signOffAt: null, signOffBy: null, comments: null } as const;

export const auditsProjection = defineProjection<AuditDocument>()({
  collection: {
    name: 'audits',
    version: 4,
    indexes: {
      bySetting: ['programmeId', 'urn', 'cycle'],
      byStatus: ['programmeId', 'status', 'urn'],
      byNext: ['programmeId', 'next', 'nextSince'],
    },
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
        ...turnOf('complete-audit', `complete audit ${data.cycle}`, metadata.occurredAt),
        startedAt: metadata.occurredAt,
        completedAt: null,
        academicYear: data.academicYear ?? academicYearOf(metadata.occurredAt),
        instrumentVersion: data.instrumentVersion,
        ...UNSIGNED,
        supportedBy: [],
        groups: null,
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
          ...turnOf('sign-off-audit', `sign off or return audit ${data.cycle}`, metadata.occurredAt),
          completedAt: metadata.occurredAt,
          ...UNSIGNED,
          supportedBy: data.supportedBy,
          groups: data.groups,
          ratings: data.ratings,
          needs: data.needs,
          revision: revision.toString(),
        },
    },
    AuditSignedOff: {
      touches: idOf,
      apply: (document, { metadata, revision }) =>
        document && {
          ...document,
          signOff: 'signed-off',
          ...NOBODYS_TURN,
          signOffAt: metadata.occurredAt,
          signOffBy: metadata.actor.subject,
          comments: null,
          revision: revision.toString(),
        },
    },
    AuditReturned: {
      touches: idOf,
      apply: (document, { data, metadata, revision }) =>
        document && {
          ...document,
          signOff: 'returned',
          ...turnOf('complete-audit', `mend audit ${data.cycle} and complete it again`, metadata.occurredAt),
          signOffAt: metadata.occurredAt,
          signOffBy: metadata.actor.subject,
          comments: data.comments,
          revision: revision.toString(),
        },
    },
  },
  ignores: [],
});

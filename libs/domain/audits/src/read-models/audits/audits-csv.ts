import { csvText } from '#platform/csv';
import { WORKFORCE_GROUPS } from '../../audit/yardstick.js';
import type { AuditDocument } from './audits.projection.js';

const HEADINGS = [
  ...['Cycle', 'Academic year', 'Instrument version', 'Line', 'Feature or need', 'Slug', 'Group', 'Rating'],
  ...['Evidence or statement', 'Priority', 'Standard', 'Status', 'Started', 'Completed', 'Sign-off', 'By'],
  ...['Signed off or returned', 'Comments'],
] as const;

type Row = Readonly<Partial<Record<(typeof HEADINGS)[number], string | number | null>>>;

const GROUPS = new Map<string, string>(WORKFORCE_GROUPS.map(({ slug, label }) => [slug, label]));
const groupOf = (slug: string | null): string =>
  slug === null ? 'Whole workforce' : (GROUPS.get(slug) ?? slug);

/**
 * A setting's audits as a spreadsheet: of each cycle a line for itself, one for each rating, each need and whoever helped.
 * @param labelOf what a feature is called
 */
export function auditsCsv(documents: readonly AuditDocument[], labelOf: (feature: string) => string): string {
  const rows = documents.flatMap((one) => rowsOf(one, labelOf));
  return csvText([HEADINGS, ...rows.map((row) => HEADINGS.map((heading) => row[heading] ?? ''))]);
}

function rowsOf(one: AuditDocument, labelOf: (feature: string) => string): readonly Row[] {
  const of: Row = {
    ...{ Cycle: one.cycle, 'Academic year': one.academicYear, 'Instrument version': one.instrumentVersion },
  };
  return [
    {
      ...{ ...of, Line: 'audit', Status: one.status, Started: one.startedAt, Completed: one.completedAt },
      ...{ 'Sign-off': one.signOff, By: one.signOffBy, 'Signed off or returned': one.signOffAt },
      Comments: one.comments,
    },
    ...one.ratings.map(({ feature, group, rating, evidence }) => ({
      ...{ ...of, Line: 'rating', 'Feature or need': labelOf(feature), Slug: feature, Group: groupOf(group) },
      ...{ Rating: rating, 'Evidence or statement': evidence },
    })),
    ...one.needs.map(({ needId, group, priority, statement, standard }) => ({
      ...{ ...of, Line: 'need', 'Feature or need': needId, Slug: needId, Group: groupOf(group) },
      ...{ 'Evidence or statement': statement, Priority: priority },
      Standard: standard === null ? null : `${standard.kind}: ${standard.reference}`,
    })),
    ...one.supportedBy.map(({ kind, who }) => ({
      ...{ ...of, Line: 'supporter', 'Feature or need': who, Slug: kind },
    })),
  ];
}

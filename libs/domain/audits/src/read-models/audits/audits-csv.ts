import { csvText } from '#platform/csv';
import type { CompletionOfAudit, Deed, WholeAudit } from './whole-audit.js';

const HEADINGS = [
  ...['Cycle', 'Academic year', 'Instrument version', 'Completion', 'Line', 'Feature or need', 'Slug'],
  ...['Group', 'Rating', 'Evidence or statement', 'Priority', 'Standard', 'At', 'By', 'As', 'Recorded'],
  'Comments',
] as const;

type Row = Readonly<Partial<Record<(typeof HEADINGS)[number], string | number | null>>>;

/** Without it, spreadsheets take what is not ASCII for something else. */
const UTF_8_MARK = '\uFEFF';

/**
 * A setting's audits as a spreadsheet, everything that became of them in its order: a line for the start of a cycle, for
 * each of its completions with a line for each group, rating, need and supporter, and for its return or sign-off.
 */
export function auditsCsv(audits: readonly WholeAudit[]): string {
  const rows = audits.flatMap(rowsOf);
  return (
    UTF_8_MARK + csvText([HEADINGS, ...rows.map((row) => HEADINGS.map((heading) => row[heading] ?? ''))])
  );
}

function doneBy({ at, by, role, recordedAt }: Deed): Row {
  return { At: at, By: by, As: role, Recorded: recordedAt };
}

function rowsOf(audit: WholeAudit): readonly Row[] {
  const { cycle, academicYear, instrument, started, completions } = audit;
  const of: Row = {
    ...{ Cycle: cycle, 'Academic year': academicYear, 'Instrument version': instrument.version },
  };
  return [
    { ...of, Line: 'started', ...doneBy(started) },
    ...completions.flatMap((one) => rowsOfCompletion(one, { ...of, Completion: one.number }, instrument)),
  ];
}

function rowsOfCompletion(
  { completed, groups, ratings, needs, supportedBy, outcome, decided, comments }: CompletionOfAudit,
  of: Row,
  instrument: WholeAudit['instrument'],
): readonly Row[] {
  const features = labelsOf(instrument.features);
  const named = labelsOf(instrument.groups);
  const groupOf = (slug: string | null): string => (slug === null ? 'Whole workforce' : named(slug));
  return [
    { ...of, Line: 'completed', ...doneBy(completed) },
    ...(groups ?? []).map((group) => ({ ...of, Line: 'group', Slug: group, Group: groupOf(group) })),
    ...ratings.map(({ feature, group, rating, evidence }) => ({
      ...{
        ...of,
        Line: 'rating',
        'Feature or need': features(feature),
        Slug: feature,
        Group: groupOf(group),
      },
      ...{ Rating: rating, 'Evidence or statement': evidence },
    })),
    ...needs.map(({ needId, group, priority, statement, standard }) => ({
      ...{ ...of, Line: 'need', 'Feature or need': needId, Slug: needId, Group: groupOf(group) },
      ...{ 'Evidence or statement': statement, Priority: priority },
      Standard: standard === null ? null : `${standard.kind}: ${standard.reference}`,
    })),
    ...supportedBy.map(({ kind, who }) => ({
      ...{ ...of, Line: 'supporter', 'Feature or need': who, Slug: kind },
    })),
    ...(decided === null ? [] : [{ ...of, Line: outcome, ...doneBy(decided), Comments: comments }]),
  ];
}

function labelsOf(list: readonly { readonly slug: string; readonly label: string }[]) {
  const labels = new Map(list.map(({ slug, label }) => [slug, label]));
  return (slug: string): string => labels.get(slug) ?? slug;
}

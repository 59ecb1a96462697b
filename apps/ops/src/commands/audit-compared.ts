import type { AuditComparison } from '#domain/audits';
import { table } from '../table.js';

/** Which two cycles, how each feature moved for each group, and what became of each need. */
export function comparisonInWords(comparison: AuditComparison): string {
  const { needs } = comparison;
  return [
    ...[heading(comparison), '', ratingsTable(comparison)],
    ...(needs.length === 0 ? [] : ['', needsTable(comparison)]),
  ].join('\n');
}

function heading({ urn, completed, ...of }: AuditComparison): string {
  const cycle = (number: number, year: string | null, version: number | null): string =>
    `audit ${number} (${year}, version ${version} of the instrument)`;
  const { lastCycle, lastAcademicYear, lastInstrumentVersion } = of;
  const now = `Setting ${urn}: ${cycle(of.cycle, of.academicYear, of.instrumentVersion)}`;
  const open = completed ? '' : ', which is not completed yet,';
  if (lastCycle === null) return `${now}${open} with none before it`;
  return `${now}${open} beside ${cycle(lastCycle, lastAcademicYear, lastInstrumentVersion)}`;
}

function ratingsTable({ ratings, lastCycle }: AuditComparison): string {
  const shown = (value: number | null, asked = true): string =>
    value === null ? (asked ? '-' : 'not asked') : String(value);
  return table(
    ['Feature', 'Group', 'Last', 'Now', 'Change'],
    2,
    ratings.map(({ label, groupLabel, last, now, change, askedLast, askedNow }) => [
      ...[
        label,
        groupLabel ?? 'Whole workforce',
        shown(last, lastCycle === null || askedLast),
        shown(now, askedNow),
      ],
      change !== null && change > 0 ? `+${change}` : shown(change),
    ]),
  );
}

function needsTable({ needs }: AuditComparison): string {
  return table(
    ['Need', 'Group', 'Became', 'Last', 'Now', 'What'],
    6,
    needs.map(({ needId, groupLabel, outcome, lastPriority, priority, statement }) => [
      ...[needId, groupLabel, outcome, lastPriority ?? '-', priority ?? '-', statement],
    ]),
  );
}

import type { AuditDocument } from '#domain/audits';
import { dayIn } from '../day-in.js';
import { table } from '../table.js';
import { turnInWords } from './work-commands.js';

function signOffOf({ signOff, signOffAt, signOffBy, comments }: AuditDocument): readonly string[] {
  if (signOff === 'none' || signOffAt === null) return [];
  const said = comments === null ? '' : `: ${comments}`;
  return [`  ${signOff} by ${signOffBy} on ${dayIn(signOffAt)}${said}`];
}

/** One cycle of an audit whole: how it stands and whose turn it is, each rating and what it is based on, each need. */
export function auditShown(audit: AuditDocument): string {
  const { urn, cycle, academicYear, status, startedAt, completedAt, instrumentVersion } = audit;
  const { ratings, needs, groups, supportedBy } = audit;
  const turn = turnInWords(audit);
  const helped = supportedBy.map(({ kind, who }) => `${who} (${kind})`).join(', ');
  return [
    `Audit ${cycle} of setting ${urn} (${academicYear}): ${status}, started on ${dayIn(startedAt)}` +
      (completedAt === null ? '' : `, completed on ${dayIn(completedAt)}`),
    ...(turn === '' ? [] : [`  next: ${turn}`]),
    ...signOffOf(audit),
    ...(instrumentVersion === null ? [] : [`  rated by version ${instrumentVersion} of the instrument`]),
    ...(groups === null ? [] : [`  groups: ${groups.join(', ')}`]),
    ...(helped === '' ? [] : [`  supported by ${helped}`]),
    ...(ratings.length === 0 ? [] : ['', ratingsTable(audit)]),
    ...(needs.length === 0 ? [] : ['', needsTable(audit)]),
  ].join('\n');
}

function ratingsTable({ ratings }: AuditDocument): string {
  return table(
    ['Feature', 'Group', 'Evidence', 'Rating'],
    3,
    ratings.map(({ feature, group, rating, evidence }) => [
      ...[feature, group ?? 'whole workforce', evidence, String(rating)],
    ]),
  );
}

function needsTable({ needs }: AuditDocument): string {
  return table(
    ['Need', 'Group', 'Priority', 'Points to', 'What'],
    5,
    needs.map(({ needId, group, priority, standard, statement }) => [
      ...[needId, group, priority, standard === null ? '' : `${standard.reference} (${standard.kind})`],
      statement,
    ]),
  );
}

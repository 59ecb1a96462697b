import type { ReportDocument } from '#domain/reporting';
import { dateInLondon, formatPence, systemClock } from '#kernel';
import { dayIn } from '../day-in.js';
import { turnInWords } from './work-commands.js';

/** How it stands: late ones are marked so, as are those that are due and have not come. */
function standing({ status, late, dueOn, final, tranche }: ReportDocument): string {
  const isOverdue = status === 'awaited' && dateInLondon(systemClock.now()) > dueOn;
  return [
    status,
    ...(late === true ? ['late'] : isOverdue ? ['overdue'] : []),
    ...(final ? ['final'] : []),
    ...(tranche === null ? [] : [tranche === 'waits' ? 'the tranche waits' : 'the tranche may be paid']),
  ].join(', ');
}

function arrivalOf({ arrival, submittedAt, recordedAt }: ReportDocument): readonly string[] {
  if (arrival === null || submittedAt === null || recordedAt === null) return [];
  const [came, recorded] = [submittedAt, recordedAt].map(dayIn);
  return [`    came ${arrival.how} on ${came}, recorded on ${recorded}: ${arrival.why}`];
}

/** A report in a list: how it stands, what is said of it as a whole and of single actions. */
export function reportLine(report: ReportDocument): string {
  const { dueOn, urn, settingName, window, spentPence, because, objections } = report;
  const line = `due ${dueOn}  report ${window}  ${urn} ${settingName}: ${standing(report)}, ${formatPence(spentPence)} spent`;
  const turn = turnInWords(report);
  const next = turn === '' ? [] : [`    next: ${turn}`];
  const said = objections.map(({ actionId, says }) => `    ${actionId}: ${says}`);
  return [line, ...next, ...arrivalOf(report), ...(because === null ? [] : [`    ${because}`]), ...said].join(
    '\n',
  );
}

/** One report whole: also what it says, and what shows it. */
export function reportShown(report: ReportDocument): string {
  const { summary, actions, accepted, submittedAt, revision } = report;
  if (revision === null) return reportLine(report);
  const told = actions.flatMap(({ actionId, status, spentPence, note, evidence }) => [
    `  ${actionId}: ${status}, ${formatPence(spentPence)} spent${note === '' ? '' : ` (${note})`}`,
    ...evidence.map(
      ({ fileName, mediaType, bytes, sha256 }) =>
        `    ${fileName}  ${mediaType}  ${bytes} bytes  SHA-256 ${sha256}`,
    ),
    ...(evidence.length === 0 ? ['    no evidence'] : []),
    ...accepted
      .filter((word) => word.actionId === actionId)
      .map((word) => `    accepted: ${formatPence(word.spentPence)} spent`),
  ]);
  return [
    reportLine(report),
    `  first sent${submittedAt === null ? '' : ` on ${dayIn(submittedAt)}`}, now at revision ${revision}`,
    `  ${summary}`,
    ...told,
  ].join('\n');
}

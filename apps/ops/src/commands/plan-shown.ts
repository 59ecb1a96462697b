import type { PlanShown, PlanVersion } from '#domain/plans';
import { formatPence } from '#kernel';
import { dayIn } from '../day-in.js';
import { table } from '../table.js';
import { actionInWords } from './action-in-words.js';
import { turnInWords } from './work-commands.js';

/** How a plan stands, and every version of it, the first first. */
export function planInWords(shown: PlanShown, versions: readonly PlanVersion[]): string {
  return [standing(shown), ...versions.map(versionInWords)].join('\n\n');
}

/** Which version counts, what it costs beside what is allocated, and whose turn it is. */
function standing(shown: PlanShown): string {
  const { urn, version, status, totalPence, allocatedPence, overPence, variation } = shown;
  const nobody =
    overPence > 0 ? 'what is left to be paid waits until it is varied' : 'nobody need do anything';
  const over = overPence > 0 ? `, ${formatPence(overPence)} less than it costs` : '';
  return [
    `Action plan of setting ${urn}: version ${version} is ${status}, ${formatPence(totalPence)}` +
      (variation === null ? '' : `; version ${variation.version}, which varies it, is ${variation.status}`),
    ...(allocatedPence === null ? [] : [`  allocated: ${formatPence(allocatedPence)}${over}`]),
    `  next: ${turnInWords(shown) || nobody}`,
  ].join('\n');
}

function versionInWords(version: PlanVersion): string {
  const { version: number, varies, status, submittedAt, submittedBy, decidedAt, decidedBy } = version;
  const { because, comments, totalPence, actions, auditCycle } = version;
  const decided = decidedAt === null ? '' : `, ${status} by ${decidedBy} on ${dayIn(decidedAt)}`;
  const lines = actions.map(({ actionId, needId, auditCycle: by, ...action }) => [
    // Of an action that was carried over, whose need this version's audit need not have found.
    ...[actionId, by === auditCycle ? needId : `${needId} (audit ${by})`, action.provider ?? ''],
    ...[`${action.startsOn} to ${action.endsOn}`, String(action.headcount), formatPence(action.costPence)],
  ]);
  return [
    `Version ${number}: submitted by ${submittedBy} on ${dayIn(submittedAt)}${decided}; ${formatPence(totalPence)}, on audit ${auditCycle}`,
    ...(varies === null ? [] : [`  varies version ${varies.version}: ${varies.reason}`]),
    ...(because === null ? [] : [`  ${because}`]),
    ...comments.map(({ actionId, comment }) => `  ${actionId}: ${comment}`),
    table(['Action', 'Need', 'Provider', 'Dates', 'People', 'Cost'], 4, lines),
    ...actions.flatMap(actionInWords),
  ].join('\n');
}

import type { BulkAnswer } from '#domain/bulk';
import { inLondon, parseInstant, refusal, RefusalError } from '#kernel';
import { PartlyRefused } from './failure.js';
import type { GlobalOptions } from './session.js';
import { typedNext } from './typed-next.js';

const MOST_SHOWN = 20;

type By = Pick<GlobalOptions, 'data' | 'as' | 'role'>;

/** @param by who asked, and on which data, as they said it: whoever made a dry run confirms it */
export function bulkInWords(answer: BulkAnswer, by: By): string {
  const { told, refusal: why, status, notLookedAt } = answer;
  const isDry = status === 'dry run';
  const refused = told.filter(({ code }) => code !== null);
  const shown = refused.slice(0, MOST_SHOWN).map(({ code, message }) => `  ${message ?? ''} [${code ?? ''}]`);
  const more = refused.length - shown.length;
  return [
    howFar(answer),
    ...(isDry && notLookedAt.length > 0
      ? [`Columns that are not looked at: ${notLookedAt.join(', ')}.`]
      : []),
    ...(shown.length === 0 ? [] : ['Refused:', ...shown, ...(more > 0 ? [`  and ${more} more`] : [])]),
    ...(why === null ? [] : [`${why.message} [${why.code}]`]),
    ...nextStep(answer, by),
  ].join('\n');
}

/** What would come of the rows, or what came of those that were carried out and how many are not. */
function howFar({ rows, status, counts, toCarryOut }: BulkAnswer): string {
  if (status === 'refused') return `${rows} rows: none of them was carried out.`;
  const others = `${counts.nothingToDo} with nothing to do, ${counts.refused} refused`;
  if (status === 'dry run')
    return `${rows} rows: ${counts.done} would be done, ${others}. Nothing was written.`;
  const left = toCarryOut === 0 ? '' : `, ${toCarryOut} to be carried out`;
  return `${rows} rows: ${counts.done} done, ${others}${left}.`;
}

function nextStep(
  { status, action, programmeId, token, expiresAt, rows, counts }: BulkAnswer,
  by: By,
): readonly string[] {
  const confirm = `  ${typedNext(['bulk', action, programmeId, '--confirm', token], by)}`;
  switch (status) {
    case 'dry run':
      if (counts.refused === rows) return [];
      return [`To do it, by ${inLondon(parseInstant(expiresAt))}:\n${confirm}`];
    case 'stopped':
      return [`To go on with it:\n${confirm}`];
    case 'confirmed':
    case 'under way':
      return [
        `It goes on when a server runs, or when it is confirmed again:\n${confirm}`,
        `To see how far it is:\n  ${typedNext(['bulk', 'show', programmeId, token], by)}`,
      ];
    case 'finished':
    case 'refused':
      return [];
    default:
      return status satisfies never;
  }
}

/**
 * What is said last decides the exit code: 1 if nothing was done, being refused, and 3 if some of it was.
 * @throws RefusalError, PartlyRefused
 */
export function failIfRefused({ status, rows, counts, refusal: why }: BulkAnswer): void {
  if (why !== null) {
    throw new RefusalError(refusal(why.code, 'stale', why.message, why.details));
  }
  if (counts.refused === 0) return;
  const were = status === 'dry run' ? 'would be' : 'were';
  if (counts.refused === rows) {
    throw new RefusalError(refusal('BULK.ALL_REFUSED', 'wrong-state', `all rows ${were} refused`));
  }
  const message = `${counts.refused} of ${rows} rows ${were} refused`;
  throw new PartlyRefused('BULK.PARTLY_REFUSED', message);
}

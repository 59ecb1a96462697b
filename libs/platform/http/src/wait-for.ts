import { refusal, RefusalError, type Position } from '#kernel';

/** Enough of `ReadModels` to wait with, whatever a projection is. */
interface BringsUpTo<P> {
  upTo(projection: P, position: Position): Promise<void>;
}

const POSITION = /^\d{1,19}$/;

/**
 * Reads a position that a caller passes on from a command's answer.
 * @throws RefusalError `QUERY.BAD_POSITION`
 */
export function positionFrom(text: string, field = 'atLeast'): Position {
  if (typeof text === 'string' && POSITION.test(text)) return BigInt(text);
  throw new RefusalError(
    refusal(
      'QUERY.BAD_POSITION',
      'invalid',
      `${field} must be the position from a command's answer: a whole number of at most 19 digits`,
      { field },
    ),
  );
}

/**
 * Lets a query see what a command did: returns once the read model has reached the position, at once if none is asked for.
 * @throws RefusalError `QUERY.BAD_POSITION`, `READ_MODEL.BEHIND`
 */
export async function waitFor<P>(
  models: BringsUpTo<P>,
  projection: P,
  atLeast: string | undefined,
): Promise<void> {
  if (atLeast === undefined) return;
  await models.upTo(projection, positionFrom(atLeast));
}

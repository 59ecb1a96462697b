import { refusal, RefusalError } from '#kernel';
import type { Decisions } from '#platform/event-store';
import { refuseClosed } from './closing.js';
import { programme } from './programme.js';

/** The answer, everywhere, to a question about a programme that is not there. */
export function noSuchProgramme(programmeId: string): RefusalError {
  return new RefusalError(
    refusal('PROGRAMME.NOT_FOUND', 'not-found', `there is no programme '${programmeId}'`, {
      field: 'programmeId',
      programmeId,
    }),
  );
}

/**
 * An empty list is an answer only about a programme that there is: otherwise somebody has mistyped its id.
 * @throws RefusalError `PROGRAMME.NOT_FOUND`
 */
export async function requireProgramme(decisions: Decisions, programmeId: string): Promise<void> {
  const { history } = await decisions.load(programme, programmeId);
  if (history.length === 0) throw noSuchProgramme(programmeId);
}

/**
 * For what the stream of another aggregate decides without knowing of the programme's closure.
 * @throws RefusalError `PROGRAMME.CLOSED`; a programme that is not there is left to whoever asks
 */
export async function requireOpenProgramme(decisions: Decisions, programmeId: string): Promise<void> {
  const { state } = await decisions.load(programme, programmeId);
  const closed = refuseClosed(programmeId, state.status === 'none' ? null : state.closed);
  if (closed !== undefined) throw new RefusalError(closed);
}

import { endOfDay, parseDate, type Instant } from '#kernel';
import { isEnded } from '../../participation/participation-state.js';
import { isClosed, type ProgrammeState } from '../../programme/programme.js';
import type { ParticipationDocument } from './participations.projection.js';

/**
 * Tells the programme with whom money is still open, without its knowing of allocations: once its last day is past, nothing
 * more is begun with the others, as the work lists have it.
 */
export interface MoneyOpen {
  /**
   * Whether anything is offered to a setting, kept for it, or not closed yet.
   * @param atLeast a position that the answer must have seen
   */
  of(programmeId: string, atLeast?: string): Promise<(urn: string) => boolean>;
}
export const MONEY_OPEN = Symbol('MONEY_OPEN');

type Part = Pick<ParticipationDocument, 'urn' | 'part'>;

/**
 * Says with whom nothing is begun any more, nor goes on, though their part has not ended: with nobody, until the last day of the
 * programme is past; then with those with whom no money is open; and with all once it is closed.
 * @param atLeast a position that the answer must have seen
 */
export async function doneWith(
  programme: ProgrammeState,
  now: Instant,
  money: MoneyOpen,
  atLeast?: string,
): Promise<(part: Part) => boolean> {
  if (isClosed(programme)) return () => true;
  if (programme.status === 'none' || now <= endOfDay(parseDate(programme.terms.endsOn))) return () => false;
  const isMoneyOpen = await money.of(programme.terms.programmeId, atLeast);
  return ({ urn, part }) => !isEnded(part) && !isMoneyOpen(urn);
}

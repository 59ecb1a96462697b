import { participationId } from '#kernel';
import type { Decisions } from '#platform/event-store';
import { isEnded, type ParticipationState } from '../participation-state.js';
import { participation } from '../participation.js';
import type { Whereabouts } from '../take-over.js';

/**
 * Where a part is that was passed on. All that it was ever to be passed on to are asked, as before hand-overs were recorded one
 * might take it over in the moment in which another was named. Of each both answers are read at once: one that has left
 * without having taken it over never will.
 */
export async function whereaboutsOf(decisions: Decisions, part: ParticipationState): Promise<Whereabouts> {
  let leftBefore: string | null = null;
  if (!('named' in part)) return { takenOverBy: null, leftBefore };
  for (const urn of new Set(part.named)) {
    const { state } = await decisions.load(participation, participationId(part.programmeId, urn));
    const hasIt = 'takenOver' in state && state.takenOver.some(({ from }) => from.urn === part.urn);
    if (hasIt) return { takenOverBy: urn, leftBefore: null };
    if (urn === part.handedOver?.toUrn && isEnded(state)) leftBefore = urn;
  }
  return { takenOverBy: null, leftBefore };
}

import { participationId } from '#kernel';
import type { Decisions } from '#platform/event-store';
import type { ParticipationState } from '../participation-state.js';
import { participation } from '../participation.js';

/**
 * Which of the settings that a part was ever to be passed on to has taken it over; `null`: none has. All of them are asked,
 * as one may take it over in the moment in which another is named.
 */
export async function takenOverBy(decisions: Decisions, part: ParticipationState): Promise<string | null> {
  if (!('named' in part)) return null;
  for (const urn of new Set(part.named)) {
    const { state } = await decisions.load(participation, participationId(part.programmeId, urn));
    if ('takenOver' in state && state.takenOver.some(({ from }) => from.urn === part.urn)) return urn;
  }
  return null;
}

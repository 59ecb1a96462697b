import { participationId } from '#kernel';
import type { Decisions } from '#platform/event-store';
import { participation } from '../participation.js';
import { endedPart, type EndedPart } from '../standing.js';

/**
 * How a setting's part has ended, from the stream that says so.
 * @returns `null` while it runs, and of a setting that was never enrolled
 */
export async function endedPartOf(
  decisions: Decisions,
  programmeId: string,
  urn: string,
): Promise<EndedPart | null> {
  const { state } = await decisions.load(participation, participationId(programmeId, urn));
  return endedPart(state);
}

import { plan } from '#domain/plans';
import { agreement, participation } from '#domain/programme';
import { participationId, type Instant } from '#kernel';
import type { Decisions } from '#platform/event-store';
import { standingOn, type PartStanding } from '../part-standing.js';

/**
 * How a setting's part stands on a day, from the streams that say so.
 * @returns `null` if the setting was never enrolled
 */
export async function partStanding(
  decisions: Decisions,
  programmeId: string,
  urn: string,
  at: Instant,
): Promise<PartStanding | null> {
  const id = participationId(programmeId, urn);
  const [{ history }, { state: issued }, { state: planned }] = await Promise.all([
    decisions.load(participation, id),
    decisions.load(agreement, programmeId),
    decisions.load(plan, id),
  ]);
  const standing = standingOn(at, history, issued);
  if (standing === null || planned.status !== 'approved') return standing;
  const { version, totalPence } = planned;
  return { ...standing, planned: { version, totalPence } };
}

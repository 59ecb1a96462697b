import {
  agreement,
  agreementInForce,
  ENDED_IN_WORDS,
  isEnded,
  participation,
  reviewDueOn,
} from '#domain/programme';
import { plan } from '#domain/plans';
import { dateInLondon, participationId, type Instant } from '#kernel';
import type { Decisions } from '#platform/event-store';
import type { PartStanding } from '../participation-standing.js';

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
  const [{ state: part }, { state: issued }, { state: planned }] = await Promise.all([
    decisions.load(participation, id),
    decisions.load(agreement, programmeId),
    decisions.load(plan, id),
  ]);
  if (!('enrolment' in part)) return null;
  const inForce = agreementInForce(issued, at);
  const signed = part.signature?.version === inForce?.version;
  const dueOn = reviewDueOn(part.review?.fact.occurredAt ?? part.enrolment.occurredAt);
  return {
    ended: isEnded(part) ? ENDED_IN_WORDS[part.status] : null,
    unsignedVersion: inForce === undefined || signed ? null : inForce.version,
    reviewOverdueSince: dueOn < dateInLondon(at) ? dueOn : null,
    planned:
      planned.status === 'approved' ? { version: planned.version, totalPence: planned.totalPence } : null,
  };
}

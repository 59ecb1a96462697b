import { settingsProjection } from '#domain/settings';
import { later, participationId, type Instant } from '#kernel';
import type { ReadModels } from '#platform/read-store';
import { isEnded, type ParticipationState } from '../../participation/participation-state.js';
import { ENDED_IN_WORDS } from '../../participation/standing.js';
import { participationsProjection, type ParticipationDocument } from './participations.projection.js';

/** Why the setting to which a part was passed on does not take it over, and since when. */
export interface SuccessorLost {
  readonly since: Instant;
  /** `Acorn Academy (148001) has withdrawn from the programme` */
  readonly says: string;
}

/**
 * Whether a part waits for a setting that cannot take it over, as it is shown now: it has left the programme or declined to take
 * part since it was named, or is not open any more.
 * @returns `undefined`: it can, or the part was not passed on, or has been taken over
 */
export async function successorLost(
  models: ReadModels,
  { programmeId, part, wasTakenOver }: ParticipationDocument,
): Promise<SuccessorLost | undefined> {
  if (part.status !== 'transferred' || wasTakenOver) return undefined;
  const { continuity, handedOver } = part;
  if (continuity === null || continuity.toUrn === null) return undefined;
  const { toUrn, fact } = continuity;
  const own = await models.collection(participationsProjection).get(participationId(programmeId, toUrn));
  const setting = await models.collection(settingsProjection).get(toUrn);
  const lost = (since: string, what: string): SuccessorLost => ({
    since: later(fact.occurredAt, since as Instant),
    says: `${setting?.name ?? own?.name ?? 'setting'} (${toUrn}) ${what}`,
  });
  const left = leftSince(own?.part, fact.occurredAt);
  if (left !== undefined) return lost(left.since, left.what);
  // Once it is handed over to that setting, it takes it over whatever the register says.
  if (handedOver !== null || setting === undefined || setting.status === 'Open') return undefined;
  return lost(setting.statusSince, `is '${setting.status}' by the register`);
}

function leftSince(
  own: ParticipationState | undefined,
  namedAt: Instant,
): { readonly since: Instant; readonly what: string } | undefined {
  if (own === undefined) return undefined;
  if (isEnded(own)) return { since: own.ending.occurredAt, what: ENDED_IN_WORDS[own.status] };
  // Whoever had declined before was named all the same.
  if (own.status !== 'declined' || own.answer.fact.occurredAt < namedAt) return undefined;
  return { since: own.answer.fact.occurredAt, what: 'has declined to take part in the programme' };
}

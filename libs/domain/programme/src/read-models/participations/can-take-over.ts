import { settingsProjection } from '#domain/settings';
import { participationId } from '#kernel';
import type { ReadModels } from '#platform/read-store';
import { isEnded } from '../../participation/participation-state.js';
import { participationsProjection, type ParticipationDocument } from './participations.projection.js';

/** To whom a part was passed on that nobody has taken over; `undefined`: it was not, or somebody has. */
export function successorAwaited({ part, wasTakenOver }: ParticipationDocument): string | undefined {
  if (part.status !== 'transferred' || wasTakenOver) return undefined;
  return part.continuity?.toUrn ?? undefined;
}

/** Whether a setting can take a part over, as it is shown now: it is open, and has not left the programme itself. */
export async function canTakeOver(models: ReadModels, programmeId: string, urn: string): Promise<boolean> {
  const setting = await models.collection(settingsProjection).get(urn);
  if (setting?.status !== 'Open') return false;
  const own = await models.collection(participationsProjection).get(participationId(programmeId, urn));
  return own === undefined || !isEnded(own.part);
}

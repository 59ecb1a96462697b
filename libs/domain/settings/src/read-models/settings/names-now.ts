import { documentsOf, type ReadModels } from '#platform/read-store';
import { settingsProjection } from './settings.projection.js';

/** What the register calls a setting now; `asWas`, the name that an event has, of one that it does not know. */
export type NameNow = (urn: string, asWas: string) => string;

/**
 * What the register calls these settings now. Events keep the name as it was; whatever is shown as of now shows this one, or
 * nobody would find a school that was renamed since it enrolled.
 */
export async function namesNow(models: ReadModels, urns: Iterable<string>): Promise<NameNow> {
  const settings = await documentsOf(models.collection(settingsProjection), urns);
  return (urn, asWas) => settings.get(urn)?.name ?? asWas;
}

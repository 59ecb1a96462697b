import { RefusalError } from '#kernel';
import { refuseUrn } from './standing.js';

/**
 * What is no URN names no stream.
 * @throws RefusalError `SETTING.BAD_URN`
 */
export function requireUrn(urn: string, field = 'urn'): void {
  const bad = refuseUrn(urn, field);
  if (bad !== undefined) throw new RefusalError(bad);
}

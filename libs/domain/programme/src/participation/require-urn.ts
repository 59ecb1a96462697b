import { RefusalError } from '#kernel';
import { refuseUrn } from './standing.js';

/**
 * What is no URN names no stream.
 * @throws RefusalError `SETTING.BAD_URN`
 */
export function requireUrn(urn: string): void {
  const bad = refuseUrn(urn);
  if (bad !== undefined) throw new RefusalError(bad);
}

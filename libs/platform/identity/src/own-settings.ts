import { isUrn, refusal, RefusalError } from '#kernel';
import { hasOwnSettingsOnly, type SettingsOf } from '#platform/http';

/** Most settings that one token is for: an adviser with more has more tokens. */
export const MOST_SETTINGS = 200;

/**
 * Checks the settings of a token: needed for the roles that act for their own settings only, refused for those that
 * see every setting. Each is kept once.
 * @throws RefusalError `IDENTITY.BAD_SETTINGS`
 */
export function requireSettings(role: string, urns: unknown, field = 'urns'): SettingsOf {
  const says = (rule: string): RefusalError =>
    new RefusalError(refusal('IDENTITY.BAD_SETTINGS', 'invalid', `${field} ${rule}`, { field }));
  const given: readonly unknown[] = urns === undefined ? [] : Array.isArray(urns) ? urns : [urns];
  if (!hasOwnSettingsOnly(role)) {
    if (urns === undefined) return 'all';
    throw says(`is for the roles setting and adviser; ${role} sees every setting`);
  }
  if (given.length === 0) {
    throw says(`is needed for the role ${role}: the URN of each setting that it may read and act for`);
  }
  const settings = [...new Set(given)];
  if (settings.length > MOST_SETTINGS) throw says(`may be given for at most ${MOST_SETTINGS} settings`);
  return settings.map((urn) => {
    if (typeof urn === 'string' && isUrn(urn)) return urn;
    throw says(`must be a URN, of 5 or 6 digits; it is ${JSON.stringify(urn)?.slice(0, 100)}`);
  });
}

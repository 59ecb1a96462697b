import { randomId, refusal, RefusalError, type Actor } from '#kernel';
import { hasOwnSettingsOnly, HttpProblem, type SettingsOf } from '#platform/http';
import { errors, jwtVerify, SignJWT } from 'jose';
import { requireSettings } from './own-settings.js';
import type { SigningKey } from './signing-key.js';
import { requireRole, requireSubject } from './subject.js';

/** Who vouches for a subject that was named on this machine, by token or on the command line. */
export const LOCAL_ISSUER = 'urn:tranche:local';
export const AUDIENCE = 'urn:tranche:api';
export const DEFAULT_TTL_SECONDS = 8 * 60 * 60;
export const LONGEST_TTL_SECONDS = 30 * 24 * 60 * 60;
const ALGORITHM = 'EdDSA';
const CLOCK_TOLERANCE_SECONDS = 5;
const LONGEST_TOKEN = 4096;
const MOST_REMEMBERED = 1000;

export interface IssuedToken {
  readonly token: string;
  readonly tokenId: string;
  readonly keyId: string;
  readonly subject: string;
  readonly role: string;
  /** By URN; `all` for a role that sees every setting. */
  readonly settings: SettingsOf;
  /** Instant, UTC. */
  readonly expiresAt: string;
}

/** Whoever holds a token: who acts, and the settings they may read and act for. */
export interface Bearer {
  readonly actor: Actor;
  readonly settings: SettingsOf;
}

export interface AskedToken {
  readonly subject: string;
  readonly role: string;
  /** Default eight hours: a working day. */
  readonly ttlSeconds?: number;
  /** The settings it is for: needed for the roles `setting` and `adviser`, refused for others. */
  readonly urns?: readonly string[];
}

/** Makes bearer tokens for this machine's API: whoever can read its key can be anybody, so the file is 0600. */
export class TokenIssuer {
  constructor(private readonly key: SigningKey) {}

  /** @throws RefusalError `IDENTITY.BAD_SUBJECT`, `IDENTITY.BAD_ROLE`, `IDENTITY.BAD_SETTINGS`, `IDENTITY.BAD_TTL` */
  async issue(asked: AskedToken): Promise<IssuedToken> {
    const subject = requireSubject(asked.subject);
    const role = requireRole(asked.role);
    const settings = requireSettings(role, asked.urns);
    const ttl = asked.ttlSeconds ?? DEFAULT_TTL_SECONDS;
    if (!Number.isInteger(ttl) || ttl < 1 || ttl > LONGEST_TTL_SECONDS) {
      throw new RefusalError(
        refusal(
          'IDENTITY.BAD_TTL',
          'invalid',
          `ttl must be from 1 to ${LONGEST_TTL_SECONDS} seconds (30 days)`,
          { field: 'ttl' },
        ),
      );
    }
    const tokenId = randomId();
    const issuedAt = Math.floor(Date.now() / 1000);
    const token = await new SignJWT({ role, ...(settings === 'all' ? {} : { urns: settings }) })
      .setProtectedHeader({ alg: ALGORITHM, kid: this.key.keyId, typ: 'JWT' })
      .setIssuer(LOCAL_ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(subject)
      .setJti(tokenId)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + ttl)
      .sign(this.key.privateKey);
    const expiresAt = new Date((issuedAt + ttl) * 1000).toISOString();
    return { token, tokenId, keyId: this.key.keyId, subject, role, settings, expiresAt };
  }
}

const HOW_TO_GET_ONE =
  'make one with `npm run -s ops -- token --subject NAME --role ROLE` (and for the roles setting and adviser `--urn URN`) ' +
  'and send it as `Authorization: Bearer …`';

function unauthorised(code: string, message: string, error?: string): HttpProblem {
  const challenge =
    error === undefined ? 'Bearer realm="tranche"' : `Bearer realm="tranche", error="${error}"`;
  return new HttpProblem(401, code, `${message}; ${HOW_TO_GET_ONE}`, {}, { 'www-authenticate': challenge });
}

/**
 * @throws HttpProblem 401 for a token of before they named their settings; RefusalError for settings we never sign for
 */
function settingsIn(role: string, urns: unknown): SettingsOf {
  if (urns === undefined && hasOwnSettingsOnly(role)) {
    throw unauthorised(
      'IDENTITY.TOKEN_WITHOUT_SETTINGS',
      `the token is for the role ${role} and does not say for which settings: it is from before tokens did`,
      'invalid_token',
    );
  }
  return requireSettings(role, urns);
}

/** Turns the `Authorization` header into who acts, and for which settings. */
export class TokenVerifier {
  // Verifying a signature costs more than the rest of a small command, and a token cannot be taken back before
  // it expires; so who a token says is remembered for as long as it is valid.
  private readonly remembered = new Map<string, { readonly bearer: Bearer; readonly until: number }>();

  constructor(private readonly key: SigningKey) {}

  /** @throws HttpProblem 401 saying what is wrong and how to get a token */
  async fromHeader(header: string | undefined): Promise<Bearer> {
    if (header === undefined) throw unauthorised('IDENTITY.TOKEN_REQUIRED', 'this needs a bearer token');
    const token = /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(header)?.[1];
    if (token === undefined || token.length > LONGEST_TOKEN) {
      throw unauthorised(
        'IDENTITY.TOKEN_INVALID',
        'Authorization must be `Bearer ` and one token',
        'invalid_request',
      );
    }
    return this.verify(token);
  }

  /** @throws HttpProblem 401 */
  async verify(token: string): Promise<Bearer> {
    const known = this.remembered.get(token);
    if (known !== undefined && known.until > Date.now()) return known.bearer;
    this.remembered.delete(token);
    try {
      const { payload, protectedHeader } = await jwtVerify(token, this.key.publicKey, {
        issuer: LOCAL_ISSUER,
        audience: AUDIENCE,
        algorithms: [ALGORITHM],
        requiredClaims: ['sub', 'role', 'jti', 'iat', 'exp'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      if (protectedHeader.kid !== this.key.keyId || typeof payload.jti !== 'string') {
        throw new errors.JWSSignatureVerificationFailed();
      }
      const actor: Actor = {
        issuer: LOCAL_ISSUER,
        subject: requireSubject(payload.sub),
        role: requireRole(payload['role']),
        authentication: { method: 'bearer-token', keyId: this.key.keyId, tokenId: payload.jti },
      };
      const bearer = { actor, settings: settingsIn(actor.role, payload['urns']) };
      this.remember(token, bearer, payload.exp! * 1000);
      return bearer;
    } catch (error) {
      if (error instanceof HttpProblem) throw error;
      if (error instanceof errors.JWTExpired) {
        throw unauthorised('IDENTITY.TOKEN_EXPIRED', 'the token has expired', 'invalid_token');
      }
      throw unauthorised(
        'IDENTITY.TOKEN_INVALID',
        'the token is not one that this server accepts',
        'invalid_token',
      );
    }
  }

  private remember(token: string, bearer: Bearer, until: number): void {
    if (this.remembered.size >= MOST_REMEMBERED) {
      const [oldest] = this.remembered.keys();
      this.remembered.delete(oldest!);
    }
    this.remembered.set(token, { bearer, until });
  }
}

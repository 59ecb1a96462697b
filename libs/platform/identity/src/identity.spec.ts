import { RefusalError } from '#kernel';
import { HttpProblem } from '#platform/http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLineActor } from './command-line.js';
import { MOST_SETTINGS } from './own-settings.js';
import { openSigningKey, type SigningKey } from './signing-key.js';
import { AUDIENCE, LOCAL_ISSUER, TokenIssuer, TokenVerifier } from './tokens.js';

let folder: string;
let key: SigningKey;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tranche-keys-'));
  key = await openSigningKey(join(folder, 'keys'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function refusedAs(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof HttpProblem || error instanceof RefusalError) return error.code;
  throw new Error(`expected a refusal, got ${String(error)}`);
}

describe('the signing key', () => {
  it('is one and the same however many ask for it at once, and only its owner can read it', async () => {
    const together = join(folder, 'together');
    const keys = await Promise.all(Array.from({ length: 12 }, () => openSigningKey(together)));
    expect(new Set(keys.map((each) => each.keyId)).size).toBe(1);
    expect((await stat(join(together, 'token-signing-key.pem'))).mode & 0o777).toBe(0o600);
    expect((await stat(together)).mode & 0o777).toBe(0o700);
  });

  it('is never replaced when it cannot be read', async () => {
    const damaged = join(folder, 'damaged');
    await openSigningKey(damaged);
    await writeFile(join(damaged, 'token-signing-key.pem'), 'not a key');
    expect(await refusedAs(openSigningKey(damaged))).toBe('IDENTITY.KEY_UNREADABLE');
    const file = join(damaged, 'token-signing-key.pem');
    expect(await refusedAs(openSigningKey(file))).toBe('IDENTITY.NO_FOLDER');
  });
});

describe('a token', () => {
  it('says who acts, in which role, by which key and token', async () => {
    const issued = await new TokenIssuer(key).issue({ subject: 'Amina Khan', role: 'approver' });
    const { actor, settings } = await new TokenVerifier(key).verify(issued.token);
    expect(actor).toEqual({
      issuer: LOCAL_ISSUER,
      subject: 'Amina Khan',
      role: 'approver',
      authentication: { method: 'bearer-token', keyId: key.keyId, tokenId: issued.tokenId },
    });
    expect(settings).toBe('all');
  });

  it('is the same person as on the command line', () => {
    const actor = commandLineActor({ subject: 'Amina Khan', role: 'operations' });
    expect(actor).toMatchObject({ issuer: LOCAL_ISSUER, subject: 'Amina Khan' });
    expect(actor.authentication).toMatchObject({ method: 'command-line' });
  });

  it('has one spelling for one subject', async () => {
    const issued = await new TokenIssuer(key).issue({ subject: 'Zoe\u0308', role: 'board' });
    expect(issued.subject).toBe('Zo\u00eb');
  });

  const claims = (
    said: Record<string, unknown> = { role: 'payer' },
    header = { alg: 'EdDSA', kid: key.keyId },
  ): SignJWT =>
    new SignJWT(said)
      .setProtectedHeader(header)
      .setIssuer(LOCAL_ISSUER)
      .setAudience(AUDIENCE)
      .setSubject('somebody')
      .setJti('1')
      .setIssuedAt()
      .setExpirationTime('1h');
  const verified = async (token: Promise<string>): Promise<unknown> =>
    new TokenVerifier(key).verify(await token);

  it('is accepted in the form that the forgeries below start from', async () => {
    expect(await verified(claims().sign(key.privateKey))).toMatchObject({ actor: { subject: 'somebody' } });
  });

  it('is refused once it has expired, remembered or not', async () => {
    const past = claims().setExpirationTime(Math.floor(Date.now() / 1000) - 60);
    expect(await refusedAs(verified(past.sign(key.privateKey)))).toBe('IDENTITY.TOKEN_EXPIRED');
  });

  it.each<[string, () => Promise<string>]>([
    [
      'signed by another key',
      async () => claims().sign((await openSigningKey(join(folder, 'other'))).privateKey),
    ],
    ['of another issuer', () => claims().setIssuer('https://elsewhere.test').sign(key.privateKey)],
    ['for another audience', () => claims().setAudience('urn:another').sign(key.privateKey)],
    ['without a subject', () => claims().setSubject('').sign(key.privateKey)],
    ['of the product itself', () => claims().setSubject('system:ledger').sign(key.privateKey)],
    ['naming another key', () => claims(undefined, { alg: 'EdDSA', kid: 'another' }).sign(key.privateKey)],
    [
      'with a symmetric signature',
      () => claims(undefined, { alg: 'HS256', kid: key.keyId }).sign(new TextEncoder().encode(key.keyId)),
    ],
    [
      'without any signature',
      async () =>
        new UnsecuredJWT({ role: 'payer' })
          .setIssuer(LOCAL_ISSUER)
          .setAudience(AUDIENCE)
          .setSubject('x')
          .encode(),
    ],
    ['that is no token', async () => 'abc'],
  ])('is refused if it is one %s', async (_, forge) => {
    expect(await refusedAs(verified(forge()))).toBe('IDENTITY.TOKEN_INVALID');
  });

  it('of a setting or an adviser is for the settings it names, which are no part of who acts', async () => {
    const urns = ['140001', '20002', '140001'];
    const issued = await new TokenIssuer(key).issue({ subject: 'tom', role: 'adviser', urns });
    const verifier = new TokenVerifier(key);
    for (const bearer of [await verifier.verify(issued.token), await verifier.verify(issued.token)]) {
      expect(bearer.settings).toEqual(['140001', '20002']);
      expect(JSON.stringify(bearer.actor)).not.toContain('140001');
    }
  });

  it('fits into the header with as many settings, and as long a name, as there may be', async () => {
    const urns = Array.from({ length: MOST_SETTINGS }, (_, at) => String(140_001 + at));
    const issued = await new TokenIssuer(key).issue({ subject: '\u20ac'.repeat(200), role: 'setting', urns });
    const { settings } = await new TokenVerifier(key).fromHeader(`Bearer ${issued.token}`);
    expect(settings).toEqual(urns);
  });

  it.each(['setting', 'adviser'])(
    'of the role %s that names no settings is refused, and how to get one that does is said',
    async (role) => {
      const old = verified(claims({ role }).sign(key.privateKey));
      await expect(old).rejects.toMatchObject({
        ...{ status: 401, code: 'IDENTITY.TOKEN_WITHOUT_SETTINGS' },
        message: expect.stringMatching(/ops -- token .*--urn URN/),
      });
    },
  );

  it.each<[string, Record<string, unknown>]>([
    ['no settings', { role: 'setting', urns: [] }],
    ['settings that are none', { role: 'setting', urns: ['140001', 'x'] }],
    ['one setting that is no list', { role: 'adviser', urns: '*' }],
    ['settings for a role that sees all', { role: 'payer', urns: ['140001'] }],
    [
      'too many settings',
      { role: 'adviser', urns: Array.from({ length: 201 }, (_, at) => String(140_001 + at)) },
    ],
  ])('is refused with %s, though we signed it', async (_, said) => {
    expect(await refusedAs(verified(claims(said).sign(key.privateKey)))).toBe('IDENTITY.TOKEN_INVALID');
  });

  it('is refused for a role that does not exist', async () => {
    const token = new SignJWT({ role: 'god' })
      .setProtectedHeader({ alg: 'EdDSA', kid: key.keyId })
      .setIssuer(LOCAL_ISSUER)
      .setAudience(AUDIENCE)
      .setSubject('x')
      .setJti('1')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(key.privateKey);
    expect(await refusedAs(verified(token))).toBe('IDENTITY.TOKEN_INVALID');
  });

  it.each([undefined, '', 'Basic abc', 'Bearer', 'Bearer a b', `Bearer ${'a'.repeat(5000)}`])(
    'is asked for when Authorization is %p',
    async (header) => {
      expect(await refusedAs(new TokenVerifier(key).fromHeader(header))).toMatch(/^IDENTITY\.TOKEN_/);
    },
  );
});

describe('who can be issued a token', () => {
  it.each([
    '',
    ' a',
    'a ',
    'a\tb',
    'a  b',
    'a\u200bb',
    'a\ufe0f',
    'a\u034fb',
    'a\u3164',
    'a\nb',
    'system:x',
    'System:x',
    'x'.repeat(201),
  ])('refuses the subject %p', async (subject) => {
    expect(await refusedAs(new TokenIssuer(key).issue({ subject, role: 'board' }))).toBe(
      'IDENTITY.BAD_SUBJECT',
    );
  });

  it.each([0, -1, 1.5, 31 * 86_400, Number.NaN])('refuses a life of %p seconds', async (ttlSeconds) => {
    const asked = new TokenIssuer(key).issue({ subject: 'x', role: 'board', ttlSeconds });
    expect(await refusedAs(asked)).toBe('IDENTITY.BAD_TTL');
  });

  it.each([
    ['setting', undefined, 'urns is needed for the role setting'],
    ['adviser', [], 'urns is needed for the role adviser'],
    ['setting', ['1400011'], 'urns must be a URN'],
    ['operations', ['140001'], 'operations sees every setting'],
    ['adviser', Array.from({ length: 201 }, (_, at) => String(140_001 + at)), 'at most 200'],
  ])('refuses the role %s with the settings %j', async (role, urns, says) => {
    const asked = { subject: 'x', role, ...(urns === undefined ? {} : { urns }) };
    await expect(new TokenIssuer(key).issue(asked)).rejects.toMatchObject({
      ...{ code: 'IDENTITY.BAD_SETTINGS', message: expect.stringContaining(says) },
    });
  });

  it('refuses a role that does not exist', async () => {
    expect(await refusedAs(new TokenIssuer(key).issue({ subject: 'x', role: 'god' }))).toBe(
      'IDENTITY.BAD_ROLE',
    );
  });
});

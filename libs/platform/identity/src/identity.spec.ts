import { RefusalError } from '#kernel';
import { HttpProblem } from '#platform/http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLineActor } from './command-line.js';
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
    const actor = await new TokenVerifier(key).verify(issued.token);
    expect(actor).toEqual({
      issuer: LOCAL_ISSUER,
      subject: 'Amina Khan',
      role: 'approver',
      authentication: { method: 'bearer-token', keyId: key.keyId, tokenId: issued.tokenId },
    });
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

  const claims = (header = { alg: 'EdDSA', kid: key.keyId }): SignJWT =>
    new SignJWT({ role: 'payer' })
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
    expect(await verified(claims().sign(key.privateKey))).toMatchObject({ subject: 'somebody' });
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
    ['naming another key', () => claims({ alg: 'EdDSA', kid: 'another' }).sign(key.privateKey)],
    [
      'with a symmetric signature',
      () => claims({ alg: 'HS256', kid: key.keyId }).sign(new TextEncoder().encode(key.keyId)),
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

  it('refuses a role that does not exist', async () => {
    expect(await refusedAs(new TokenIssuer(key).issue({ subject: 'x', role: 'god' }))).toBe(
      'IDENTITY.BAD_ROLE',
    );
  });
});

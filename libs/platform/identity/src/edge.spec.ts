// The edge as a whole on a real server, with routes of the smallest kind: who may come in, and how every refusal looks.
import { refusal, RefusalError, type Actor, type RefusalKind } from '#kernel';
import type { CommandContext, Outcome } from '#platform/event-store';
import {
  ActorFrom,
  CommandBody,
  CommandFrom,
  fastifyAdapter,
  LARGEST_JSON_BYTES,
  NEST_OPTIONS,
  Public,
  Roles,
  speakOurHttp,
} from '#platform/http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Module, Param, Post } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { IsInt, Max, Min } from 'class-validator';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import 'reflect-metadata';
import { IdentityGuard } from './identity.guard.js';
import { openSigningKey } from './signing-key.js';
import { TokenIssuer, TokenVerifier } from './tokens.js';

class PayBody extends CommandBody {
  @IsInt() @Min(0) @Max(100) amountPence!: number;
}

@Controller()
class TestController {
  @Get('open') @Public() open(): string[] {
    return [];
  }
  @Get('me') me(@ActorFrom() actor: Actor): Actor {
    return actor;
  }
  @Get('large') large(): object {
    return { position: 9_007_199_254_740_993n };
  }
  @Get('refused/:kind') refused(@Param('kind') kind: RefusalKind): never {
    throw new RefusalError(refusal('A.CODE', kind, 'because', { field: 'x' }));
  }
  @Get('broken') broken(): never {
    throw new Error('a secret');
  }
  @Post('pay') @Roles('payer') pay(
    @Body() _: PayBody,
    @CommandFrom() context: CommandContext,
  ): CommandContext {
    return context;
  }
  @Post('make/:revision') @Roles('payer') make(@Param('revision') revision: string): Outcome {
    const event = {
      id: 'e',
      type: 'Made',
      revision: BigInt(revision),
      stream: 's-1',
      data: {},
      metadata: {},
    };
    return { stream: 's-1', revision: BigInt(revision), position: 12n, events: [event as never] };
  }
  @Post('csv') @Roles('payer') csv(@Body() body: Buffer): object {
    return { isBuffer: Buffer.isBuffer(body), bytes: body.length };
  }
}

let folder: string;
let app: NestFastifyApplication;
let url: string;
let payer: string;
const failures: unknown[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tranche-edge-'));
  const key = await openSigningKey(folder);
  @Module({
    controllers: [TestController],
    providers: [
      { provide: TokenVerifier, useValue: new TokenVerifier(key) },
      { provide: APP_GUARD, useClass: IdentityGuard },
    ],
  })
  class TestModule {}
  app = await NestFactory.create<NestFastifyApplication>(TestModule, fastifyAdapter(), {
    ...NEST_OPTIONS,
    logger: false,
  });
  speakOurHttp(app, (error) => failures.push(error));
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
  payer = (await new TokenIssuer(key).issue({ subject: 'pat', role: 'payer' })).token;
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

async function send(path: string, options: RequestInit & { token?: string } = {}) {
  const { token = payer, ...rest } = options;
  const headers = { ...(token === '' ? {} : { authorization: `Bearer ${token}` }), ...rest.headers };
  const answer = await fetch(url + path, { ...rest, headers });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
}
const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
});
function expectProblem(answer: Awaited<ReturnType<typeof send>>, status: number, code: string): void {
  expect({ status: answer.status, code: answer.body.code, detail: answer.body.detail }).toEqual({
    status,
    code,
    detail: expect.any(String),
  });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({ type: `urn:tranche:problem:${code}`, status });
}

describe('who may come in', () => {
  it('is nobody without a token, who is told how to get one', async () => {
    const answer = await send('/me', { token: '' });
    expectProblem(answer, 401, 'IDENTITY.TOKEN_REQUIRED');
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(answer.body.detail).toContain('ops -- token');
  });

  it('is nobody with a token that is not ours', async () => {
    const answer = await send('/me', { token: 'a.b.c' });
    expectProblem(answer, 401, 'IDENTITY.TOKEN_INVALID');
    expect(answer.headers.get('www-authenticate')).toContain('invalid_token');
  });

  it('is anybody where a route is public', async () => {
    expect((await send('/open', { token: '' })).status).toBe(200);
  });

  it('is who the token says, whatever headers and body say', async () => {
    const answer = await send('/me?subject=root', { headers: { 'x-user': 'root', 'x-actor': 'root' } });
    expect(answer.body).toMatchObject({ subject: 'pat', role: 'payer' });
  });

  it('is not one in another role', async () => {
    const board = (
      await new TokenIssuer(await openSigningKey(folder)).issue({ subject: 'bo', role: 'board' })
    ).token;
    const answer = await send('/pay', { ...json({ amountPence: 1 }), token: board });
    expectProblem(answer, 403, 'IDENTITY.ROLE_NOT_ALLOWED');
    expect(answer.body.detail).toContain('payer');
  });
});

describe('a command', () => {
  it('carries who, when, and what it is', async () => {
    const key = '7d0d2f5a-33b1-4f6f-8a2e-5f1f3d9f1c11';
    const headers = { 'idempotency-key': key, 'if-match': '"7"' };
    const one = await send('/pay', json({ amountPence: 1, occurredAt: '2024-07-01' }, headers));
    expect(one.status).toBe(201);
    expect(one.body).toMatchObject({
      actor: { subject: 'pat' },
      expectedRevision: '7',
      occurredAt: '2024-06-30T23:00:00.000Z',
    });
    const again = await send('/pay', json({ amountPence: 1 }, headers));
    expect(again.body.commandId).toBe(one.body.commandId);
    expect(one.body.commandId).not.toBe(key);
  });

  it('cannot say who it is from', async () => {
    const answer = await send('/pay', json({ amountPence: 1, actor: { subject: 'root' } }));
    expectProblem(answer, 400, 'REQUEST.INVALID');
    expect(answer.body.errors).toEqual([
      { field: 'actor', rule: 'whitelistValidation', message: 'actor is not a field of this request' },
    ]);
  });

  it.each([
    ['If-Match', { 'if-match': '7' }, 'REQUEST.IF_MATCH'],
    ['Idempotency-Key', { 'idempotency-key': 'abc' }, 'REQUEST.IDEMPOTENCY_KEY'],
  ])('is refused for a bad %s, which is named', async (name, headers, code) => {
    const answer = await send('/pay', json({ amountPence: 1 }, headers));
    expectProblem(answer, 400, code);
    expect(answer.body.field).toBe(name);
  });

  it.each([
    [{ amountPence: -1 }, 'amountPence must not be less than 0'],
    [{ amountPence: 1.5 }, 'amountPence must be an integer number'],
    [{ amountPence: '1' }, 'amountPence must be an integer number'],
    [{}, 'amountPence must be an integer number'],
    [{ amountPence: 1, occurredAt: 5 }, 'occurredAt must be a string'],
  ])('is refused for the body %j, naming field and rule', async (body, says) => {
    const answer = await send('/pay', json(body));
    expectProblem(answer, 400, 'REQUEST.INVALID');
    expect(answer.body.detail).toContain(says);
  });

  it.each(['yesterday', '2024-02-30', '2024-07-01T12:00:00'])(
    'is refused for occurredAt %s',
    async (occurredAt) => {
      expectProblem(await send('/pay', json({ amountPence: 1, occurredAt })), 400, 'TIME.NOT_UNDERSTOOD');
    },
  );

  it.each([
    ['0', 201],
    ['3', 200],
  ])('that leads to revision %s answers %d with its ETag', async (revision, status) => {
    const answer = await send(`/make/${revision}`, { method: 'POST' });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('etag')).toBe(`"${revision}"`);
    expect(answer.body).toEqual({
      stream: 's-1',
      revision,
      position: '12',
      events: [{ id: 'e', type: 'Made', revision }],
    });
  });
});

describe('what never reaches a route', () => {
  it.each(['{', '{"a":1,}', 'null x', ''])('is refused if its body is not JSON: %j', async (body) => {
    expectProblem(await send('/pay', json(body)), 400, 'REQUEST.NOT_JSON');
  });

  it('is refused if it would change the prototype of things', async () => {
    const answer = await send('/pay', json('{"amountPence":1,"__proto__":{"role":"payer"}}'));
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it('is refused if it is too large', async () => {
    const answer = await send('/pay', json({ amountPence: 1, note: 'x'.repeat(LARGEST_JSON_BYTES) }));
    expectProblem(answer, 413, 'REQUEST.TOO_LARGE');
  });

  it.each(['text/xml', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])(
    'is refused as %s',
    async (type) => {
      const answer = await send('/pay', {
        method: 'POST',
        body: 'amountPence=1',
        headers: { 'content-type': type },
      });
      expectProblem(answer, 415, 'REQUEST.MEDIA_TYPE');
    },
  );

  it.each(['/nowhere', '/me/', '/%2e%2e/etc'])('is refused if there is no route %s', async (path) => {
    expectProblem(await send(path), 404, 'REQUEST.NO_SUCH_ROUTE');
  });

  it('is refused by another method', async () => {
    expectProblem(await send('/me', { method: 'DELETE' }), 404, 'REQUEST.NO_SUCH_ROUTE');
  });

  it('is refused if its path is no URL', async () => {
    const { port } = new URL(url);
    const answer = await new Promise<string>((resolve, reject) => {
      let said = '';
      const socket = connect(Number(port), '127.0.0.1', () =>
        socket.end('GET /refused/%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
      );
      socket.on('data', (data) => (said += data.toString()));
      socket.on('error', reject);
      socket.on('close', () => resolve(said));
    });
    expect(answer).toMatch(/^HTTP\/1.1 400/);
    expect(answer).toContain('application/problem+json');
  });
});

describe('answers', () => {
  it('take a CSV as it is', async () => {
    const answer = await send('/csv', {
      method: 'POST',
      body: 'a,b\n1,2\n'.repeat(200_000),
      headers: { 'content-type': 'text/csv; charset=utf-8' },
    });
    expect(answer.body).toEqual({ isBuffer: true, bytes: 1_600_000 });
  });

  it('write positions as decimal strings', async () => {
    expect((await send('/large')).body).toEqual({ position: '9007199254740993' });
  });

  it.each([
    ['invalid', 400],
    ['not-allowed', 403],
    ['not-found', 404],
    ['wrong-state', 409],
    ['stale', 412],
    ['busy', 503],
    ['unavailable', 503],
    ['full', 507],
  ])('to what is refused as %s are %d', async (kind, status) => {
    const answer = await send(`/refused/${kind}`);
    expectProblem(answer, status, 'A.CODE');
    expect(answer.body).toMatchObject({ field: 'x', instance: `/refused/${kind}` });
    expect(answer.headers.get('retry-after')).toBe(status === 503 ? '1' : null);
  });

  it('to what went wrong in the server say nothing of it, and the log has it', async () => {
    failures.length = 0;
    const answer = await send('/broken');
    expectProblem(answer, 500, 'SERVER.FAILED');
    expect(JSON.stringify(answer.body)).not.toContain('secret');
    expect(failures).toEqual([new Error('a secret')]);
  });
});

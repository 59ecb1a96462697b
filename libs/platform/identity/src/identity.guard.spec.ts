// Whoever has settings of their own only, on a real server with routes that name a setting in every way there is.
import { partsOf } from '#kernel';
import {
  CommandBody,
  fastifyAdapter,
  NEST_OPTIONS,
  NoSetting,
  OwnSettings,
  Roles,
  SettingIn,
  speakOurHttp,
} from '#platform/http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { IsString } from 'class-validator';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import 'reflect-metadata';
import { IdentityGuard } from './identity.guard.js';
import { openSigningKey } from './signing-key.js';
import { TokenIssuer, TokenVerifier } from './tokens.js';

class NoteBody extends CommandBody {
  @IsString() about!: string;
}

const DONE = { done: true };

/** Every way of saying whose setting a route is about, and one that says nothing. */
@Controller('whose')
class WhoseController {
  @Get('path/:urn') path(): object {
    return DONE;
  }
  @Get('id/:id') @SettingIn('params', 'id', (id) => partsOf(id).urn) id(): object {
    return DONE;
  }
  @Get('query') @SettingIn('query', 'of') query(): object {
    return DONE;
  }
  @Post('body') @Roles('setting', 'payer') @SettingIn('body', 'about') body(@Body() _: NoteBody): object {
    return DONE;
  }
  @Get('list') list(@OwnSettings() urns: readonly string[] | undefined): object {
    return { urns: urns ?? 'all' };
  }
  @Get('none') @NoSetting('it is the weather') none(): object {
    return DONE;
  }
  @Get('undeclared') undeclared(): object {
    return DONE;
  }
}

const REFUSED = [403, 'IDENTITY.NOT_YOUR_SETTING'] as const;
let folder: string;
let app: NestFastifyApplication;
let url: string;
const tokens = new Map<string, string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tranche-guard-'));
  const key = await openSigningKey(folder);
  @Module({
    controllers: [WhoseController],
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
  speakOurHttp(app, () => undefined);
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
  for (const [role, urns] of [
    ['setting', ['140001']],
    ['adviser', ['140001', '140003']],
    ['payer', undefined],
  ] as const) {
    const asked = { subject: 'sam', role, ...(urns === undefined ? {} : { urns }) };
    tokens.set(role, (await new TokenIssuer(key).issue(asked)).token);
  }
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

async function as(role: string, path: string, options: RequestInit = {}) {
  const headers = { authorization: `Bearer ${tokens.get(role)!}`, ...options.headers };
  const answer = await fetch(`${url}/whose/${path}`, { ...options, headers });
  return { status: answer.status, body: JSON.parse(await answer.text()) };
}
const json = (body: unknown): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});

describe('who has settings of their own', () => {
  it.each([
    ['path/140001'],
    ['id/ipswich.140001.2'],
    ['query?of=140001'],
    ['query?of=140001&urn=140001'],
    ['none'],
    ['list'],
    ['list?urn=140001'],
  ])('may ask for what is theirs: %s', async (path) => {
    expect((await as('setting', path)).status).toBe(200);
    expect((await as('adviser', path)).status).toBe(200);
  });

  it.each([
    ['path/140002', '140002'],
    ['path/0140001', '0140001'],
    ['path/140001%20', '140001 '],
    ['path/140001?urn=140002', '140002'],
    ['id/ipswich.140002.2', '140002'],
    ['id/140001', ''],
    ['query?of=140002', '140002'],
    ['query?of=140001&of=140002', '["140001","140002"]'],
    ['query?of=140001&urn=140002', '140002'],
    ['query', undefined],
    ['query?urn=140001', undefined],
    ['list?urn=140002', '140002'],
    ['list?urn=140001&urn=140002', '["140001","140002"]'],
    ['none?urn=140002', '140002'],
    ['undeclared', undefined],
  ])('is refused what is another\u2019s, or of nobody knows whom: %s', async (path, urn) => {
    for (const role of ['setting', 'adviser']) {
      const answer = await as(role, path);
      expect([answer.status, answer.body.code]).toEqual(REFUSED);
      expect(answer.body.urn).toBe(urn);
    }
    expect((await as('payer', path)).status).toBe(200);
  });

  it('is held to them in a body, too, before it is looked at', async () => {
    expect((await as('setting', 'body', json({ about: '140001' }))).status).toBe(201);
    for (const body of [{ about: '140002' }, { about: 140001 }, { about: ['140001'] }, {}, []]) {
      const refused = await as('setting', 'body', json(body));
      expect([refused.status, refused.body.code]).toEqual(REFUSED);
    }
    expect((await as('setting', 'body', { method: 'POST' })).body.code).toBe(REFUSED[1]);
    expect((await as('payer', 'body', json({ about: '140002' }))).status).toBe(201);
  });

  it('sees those on a list, and who sees all settings sees all', async () => {
    expect((await as('adviser', 'list')).body).toEqual({ urns: ['140001', '140003'] });
    expect((await as('payer', 'list')).body).toEqual({ urns: 'all' });
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { mkdirSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../../../test/engines/free-port.js';
import { OwnRedis, ownRedisAvailable, REDIS_MISSING } from '../../../../../test/engines/redis.js';
import { connectToRedis } from './redis-connection.js';
import {
  adminOf,
  closeOpened,
  connect,
  DEADLINE,
  eventually,
  refusalOf,
  timed,
} from './redis-connection.fixture.js';

afterEach(closeOpened);

describe('an address of Redis', () => {
  it.each([
    ['a-secret', 'should be like redis://'],
    ['http://user:a-secret@host', 'should begin with redis:// or rediss://'],
    ['redis://', 'should be like redis://'],
    ['redis://user:a-secret@host/jobs', 'the number of the database'],
    ['redis://user:a-secret@host/0?commandTimeout=0', 'nothing may follow'],
    ['redis://user:a-secret#@host/0', 'should be like redis://'],
    ['redis://user:a-secret@host/0#1', 'percent-encoded'],
    ['redis://user:a-secret%@host/0', 'written %25'],
  ])('%s is refused without being repeated', async (url, rule) => {
    const refused = await refusalOf(connectToRedis({ url }));
    expect(refused.code).toBe('STORE.BAD_URL');
    expect(refused.message).toContain('REDIS_URL');
    expect(refused.message).toContain(rule);
    expect(JSON.stringify(refused.refusal)).not.toContain('a-secret');
  });

  it('at which nobody answers is refused in time', async () => {
    const url = `redis://somebody:a-secret@127.0.0.1:${await freePort()}/2`;
    const connecting = connectToRedis({ url, deadlineMilliseconds: DEADLINE });
    expect(await timed(connecting.catch(() => undefined))).toBeLessThan(DEADLINE + 1500);
    const refused = await refusalOf(connecting);
    expect(refused.refusal).toMatchObject({ code: 'STORE.UNAVAILABLE', kind: 'unavailable' });
    expect(refused.message).toMatch(/Redis at 127\.0\.0\.1:\d+\/2 does not answer \(ECONNREFUSED\)/);
    expect(JSON.stringify(refused.refusal)).not.toContain('a-secret');
  });

  it.each([['redis'], ['rediss']])('at which somebody is silent is refused in time: %s', async (scheme) => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const connecting = connectToRedis({
      url: `${scheme}://127.0.0.1:${port}`,
      deadlineMilliseconds: DEADLINE,
    });
    expect(await timed(connecting.catch(() => undefined))).toBeLessThan(DEADLINE + 1500);
    expect((await refusalOf(connecting)).code).toBe('STORE.UNAVAILABLE');
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });
});

const suite = ownRedisAvailable ? describe : describe.skip;
suite(`a Redis${ownRedisAvailable ? '' : `: ${REDIS_MISSING}`}`, () => {
  const started: OwnRedis[] = [];
  const start = async (...settings: string[]): Promise<OwnRedis> => {
    const server = await OwnRedis.start(settings);
    started.push(server);
    return server;
  };
  afterEach(async () => {
    for (const server of started.splice(0)) await server.stop();
  });

  it('that is as it should be is used, in the database of the address, without a warning', async () => {
    const server = await start();
    const warnings: string[] = [];
    const connection = await connect(server.url(3), { warn: (one) => void warnings.push(one) });
    expect(connection.name).toBe(`127.0.0.1:${server.process.port}/3`);
    await connection.run((redis) => redis.set('a', '1'), 'write');
    expect(await adminOf(server.url(3)).get('a')).toBe('1');
    expect(await adminOf(server.url()).get('a')).toBeNull();
    expect(warnings).toEqual([]);
  });

  it('that may evict is refused with the command that mends it, and used once it is mended', async () => {
    const server = await start('--maxmemory-policy', 'allkeys-lru');
    const refused = await refusalOf(connect(server.url()));
    expect(refused.code).toBe('JOBS.MAY_EVICT');
    expect(refused.message).toContain('allkeys-lru');
    expect(refused.message).toContain('`CONFIG SET maxmemory-policy noeviction`');
    await adminOf(server.url()).config('SET', 'maxmemory-policy', 'noeviction');
    await connect(server.url());
  });

  it('that appends to no file is warned of once, again only after it did', async () => {
    const server = await start('--appendonly', 'no');
    const warnings: string[] = [];
    const connection = await connect(server.url(), { warn: (one) => void warnings.push(one) });
    expect(warnings).toEqual([expect.stringMatching(/does not append.*lost.*CONFIG SET appendonly yes/)]);
    await server.process.restart();
    await eventually(() => connection.run((redis) => redis.ping(), 'read'));
    expect(warnings).toHaveLength(1);
  });

  it.each([
    ['is a cluster', 'STORE.IS_A_CLUSTER', ['--cluster-enabled', 'yes']],
    ['is a replica', 'STORE.IS_A_REPLICA', ['--replicaof', '127.0.0.1 1']],
  ])('that %s is refused: %s', async (_, code, settings) => {
    const server = await start(...settings);
    const refused = await refusalOf(connect(server.url()));
    expect(refused.refusal).toMatchObject({ code, kind: 'unavailable' });
    expect(refused.message).toContain(`127.0.0.1:${server.process.port}`);
  });

  it('that has no such database is refused', async () => {
    const server = await start();
    expect((await refusalOf(connect(server.url(99)))).message).toContain('has no database 99');
  });

  it('that asks for a password is used with the right one alone', async () => {
    const server = await start('--requirepass', 'the-secret');
    const { port } = server.process;
    const without = await refusalOf(connect(server.url()));
    expect(without.refusal).toMatchObject({ code: 'STORE.ACCESS_DENIED', kind: 'unavailable' });
    expect(without.message).toContain('REDIS_URL has none');
    const wrong = await refusalOf(connect(`redis://:a-secret@127.0.0.1:${port}/0`));
    expect(wrong.code).toBe('STORE.ACCESS_DENIED');
    expect(wrong.message).toContain('does not accept the user and password in REDIS_URL');
    expect(JSON.stringify(wrong.refusal)).not.toContain('a-secret');
    const right = await connect(`redis://default:the%2Dsecret@127.0.0.1:${port}/0`);
    await right.run((redis) => redis.set('a', '1'), 'write');
  });

  it('that lets the user do too little says so', async () => {
    const server = await start();
    const admin = adminOf(server.url());
    await admin.acl('SETUSER', 'reader', 'on', '>secret', '+@read', '+info', '+select', '~*');
    const url = `redis://reader:secret@127.0.0.1:${server.process.port}/0`;
    const connection = await connect(url);
    const refused = await refusalOf(connection.run((redis) => redis.set('a', '1'), 'write'));
    expect(refused.code).toBe('STORE.ACCESS_DENIED');
  });

  it('that is full takes no writes, by script or transaction or plain, and is read', async () => {
    const server = await start();
    const connection = await connect(server.url());
    await connection.run((redis) => redis.set('a', '1'), 'write');
    await adminOf(server.url()).config('SET', 'maxmemory', '1mb');
    for (const work of [
      (redis: Redis) => redis.set('b', 'x'),
      (redis: Redis) => redis.multi().set('b', 'x').set('c', 'x').exec(),
      (redis: Redis) => redis.eval("return redis.call('SET', KEYS[1], 'x')", 1, 'b'),
    ] as readonly ((redis: Redis) => Promise<unknown>)[]) {
      const refused = await refusalOf(connection.run(work, 'write'));
      expect(refused.refusal).toMatchObject({ code: 'STORE.FULL', kind: 'full' });
    }
    expect(await connection.run((redis) => redis.get('a'), 'read')).toBe('1');
    await adminOf(server.url()).config('SET', 'maxmemory', '0');
    await connection.run((redis) => redis.set('b', 'x'), 'write');
  });

  it('that is busy with a script says so, and is used once it is over', async () => {
    const server = await start('--busy-reply-threshold', '50');
    const connection = await connect(server.url());
    const busy = adminOf(server.url())
      .eval(
        "local t = redis.call('TIME')[1] + 2; while tonumber(redis.call('TIME')[1]) < t do end return 1",
        0,
      )
      .catch(() => undefined);
    await sleep(200);
    const refused = await refusalOf(connection.run((redis) => redis.set('a', '1'), 'write'));
    expect(refused.refusal).toMatchObject({ code: 'STORE.BUSY', kind: 'busy' });
    await busy;
    await eventually(() => connection.run((redis) => redis.set('a', '1'), 'write'));
  });

  it('that cannot write to its disk is unavailable', async () => {
    const server = await start('--save', '3600 1');
    const connection = await connect(server.url());
    await connection.run((redis) => redis.set('a', '1'), 'write');
    // A folder of the snapshot's name cannot be written over.
    const inTheWay = join(server.process.folder, 'dump.rdb', 'in-the-way');
    mkdirSync(inTheWay, { recursive: true });
    const admin = adminOf(server.url());
    await admin.bgsave().catch(() => undefined);
    await eventually(async () => {
      const refused = await refusalOf(connection.run((redis) => redis.set('b', '1'), 'write'));
      expect(refused.refusal).toMatchObject({ code: 'STORE.UNAVAILABLE' });
      expect(refused.message).toContain('cannot write to its disk');
    });
    expect(await connection.run((redis) => redis.get('a'), 'read')).toBe('1');
    // It would not stop before it can write.
    rmSync(join(server.process.folder, 'dump.rdb'), { recursive: true });
  });
});

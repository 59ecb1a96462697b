import { refusal, RefusalError } from '#kernel';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { OwnRedis, ownRedisAvailable, REDIS_MISSING } from '../../../../../test/engines/redis.js';
import type { RedisConnection } from './redis-connection.js';
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

const suite = ownRedisAvailable ? describe : describe.skip;
suite(`a connection to Redis${ownRedisAvailable ? '' : `: ${REDIS_MISSING}`}`, () => {
  let server: OwnRedis;
  let connection: RedisConnection;
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  beforeAll(async () => {
    process.on('unhandledRejection', note);
    server = await OwnRedis.start();
  });
  afterAll(async () => {
    await server.stop();
    process.off('unhandledRejection', note);
  });
  const ping = (): Promise<string> => connection.run((redis) => redis.ping(), 'read');
  const fresh = async (): Promise<void> => {
    connection = await connect(server.url());
  };

  it('never hangs while the server pauses: a write has an outcome that is not known, then it goes on', async () => {
    await fresh();
    const other = await connect(server.url());
    await adminOf(server.url()).client('PAUSE', 2500, 'ALL');
    const write = connection.run((redis) => redis.set('paused', '1'), 'write');
    const read = other.run((redis) => redis.get('paused'), 'read');
    const [took, tookToRead] = await Promise.all([
      timed(write.catch(() => undefined)),
      timed(read.catch(() => undefined)),
    ]);
    for (const one of [took, tookToRead]) {
      expect(one).toBeGreaterThan(DEADLINE - 50);
      expect(one).toBeLessThan(DEADLINE + 500);
    }
    const refused = await refusalOf(write);
    expect(refused.refusal).toMatchObject({ code: 'STORE.UNAVAILABLE', details: { outcome: 'unknown' } });
    expect(refused.message).toContain('not known');
    expect((await refusalOf(read)).refusal.details['outcome']).toBe('nothing');
    await eventually(ping);
    expect(await timed(ping())).toBeLessThan(DEADLINE);
    // What was given up is not done long after.
    expect(await adminOf(server.url()).get('paused')).toBeNull();
  });

  it('comes back by itself after kill -9, and while there is no server every command says so in time', async () => {
    await fresh();
    await connection.run((redis) => redis.set('kept', '1'), 'write');
    await server.process.kill();
    const write = connection.run((redis) => redis.set('kept', '2'), 'write');
    expect(await timed(write.catch(() => undefined))).toBeLessThan(DEADLINE + 500);
    expect((await refusalOf(write)).code).toBe('STORE.UNAVAILABLE');
    const cpu = process.cpuUsage();
    await sleep(1500);
    const { user, system } = process.cpuUsage(cpu);
    // No busy loop, which would take all of it; compiling and collecting beside it take their part.
    expect((user + system) / 1000).toBeLessThan(1300);
    await server.process.start();
    await eventually(ping);
    expect(await connection.run((redis) => redis.get('kept'), 'read')).toBe('1');
  });

  it('reads through a connection that is cut, and says of a write that it may have happened', async () => {
    await fresh();
    const cut = (redis: Redis): Promise<unknown> => {
      const blocked = redis.blpop('nothing-is-here', 5);
      void adminOf(server.url()).call('CLIENT', 'KILL', 'TYPE', 'normal');
      return blocked;
    };
    const refused = await refusalOf(connection.run(cut, 'write'));
    expect(refused.refusal).toMatchObject({ code: 'STORE.UNAVAILABLE', details: { outcome: 'unknown' } });
    let tries = 0;
    const value = await connection.run(async (redis) => {
      tries += 1;
      if (tries === 1) await cut(redis);
      return redis.get('kept');
    }, 'read');
    expect(tries).toBe(2);
    expect(value).toBe('1');
  });

  it('looks at the server again after each reconnection, refuses all while it may evict, and goes on after', async () => {
    await fresh();
    const admin = adminOf(server.url());
    await admin.config('SET', 'maxmemory-policy', 'volatile-lru');
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal');
    await eventually(async () => {
      expect((await refusalOf(ping())).code).toBe('JOBS.MAY_EVICT');
    });
    const write = connection.run((redis) => redis.set('evicted', '1'), 'write');
    expect(await timed(write.catch(() => undefined))).toBeLessThan(50);
    expect((await refusalOf(write)).code).toBe('JOBS.MAY_EVICT');
    expect(await admin.exists('evicted')).toBe(0);
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
    await eventually(ping, 5000);
  });

  it('takes no writes from a server that becomes a replica, and goes on when it is the master again', async () => {
    await fresh();
    const admin = adminOf(server.url());
    await admin.replicaof('127.0.0.1', 1);
    const write = (): Promise<unknown> => connection.run((redis) => redis.set('a', '1'), 'write');
    expect((await refusalOf(write())).code).toBe('STORE.UNAVAILABLE');
    await eventually(async () => expect((await refusalOf(write())).code).toBe('STORE.IS_A_REPLICA'));
    await admin.replicaof('NO', 'ONE');
    await eventually(write);
  });

  it('throws what its work throws as it is', async () => {
    await fresh();
    const mine = new TypeError('LOADING is not said by the server');
    await expect(connection.run(() => Promise.reject(mine), 'write')).rejects.toBe(mine);
    const refused = new RefusalError(refusal('JOB.BAD_ID', 'invalid', 'BUSY is no id'));
    await expect(connection.run(() => Promise.reject(refused), 'write')).rejects.toBe(refused);
    await connection.run((redis) => redis.set('text', 'x'), 'write');
    await expect(connection.run((redis) => redis.lpush('text', 'x'), 'write')).rejects.toThrow('WRONGTYPE');
  });

  it('closes at once, also with a server that is silent, and twice; nothing goes on after that', async () => {
    await fresh();
    await adminOf(server.url()).client('PAUSE', 1500, 'ALL');
    const write = connection.run((redis) => redis.set('a', '1'), 'write');
    write.catch(() => undefined);
    await sleep(50);
    expect(await timed(Promise.all([connection.close(), connection.close()]))).toBeLessThan(1500);
    await refusalOf(write);
    expect((await refusalOf(ping())).code).toBe('STORE.CLOSED');
    await sleep(500);
    expect(unhandled).toEqual([]);
  });
});

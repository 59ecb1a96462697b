// The demo with its events in (the double of) EventStoreDB, its read models in MongoDB and its jobs on Redis: the same
// as on embedded engines.
import { openEventStoreDb } from '#platform/event-store';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { EventStoreDouble } from '../engines/eventstoredb/eventstoredb-double.js';
import { MONGO_MISSING, OwnMongo, ownMongoAvailable } from '../engines/mongodb.js';
import { OwnRedis, ownRedisAvailable, REDIS_MISSING } from '../engines/redis.js';
import { ops, temporaryFolder } from './api-process.js';

const PROGRAMME = 'workforce-development';
const missing = [ownMongoAvailable ? '' : MONGO_MISSING, ownRedisAvailable ? '' : REDIS_MISSING].join('');
const suite = missing === '' ? describe : describe.skip;

suite(`the demo on real engines${missing === '' ? '' : `: ${missing}`}`, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let double: EventStoreDouble;
  let mongo: OwnMongo;
  let redis: OwnRedis;
  let elsewhere: NodeJS.ProcessEnv;

  beforeAll(async () => {
    folder = await temporaryFolder();
    double = await EventStoreDouble.start();
    mongo = await OwnMongo.start();
    redis = await OwnRedis.start();
    elsewhere = { EVENTSTORE_URL: double.url, MONGODB_URL: mongo.url(), REDIS_URL: redis.url() };
  });
  afterAll(async () => {
    await double.stop();
    await mongo.stop();
    await redis.stop();
    await folder.remove();
  });

  const asked = async (data: string, environment: NodeJS.ProcessEnv, ...args: string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await ops(join(folder.path, data), [...args, '--json'], environment);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  };

  it('comes out the same as on embedded ones', async () => {
    const here = (await asked('embedded', {}, 'demo')) as { events: number };
    const there = (await asked('elsewhere', elsewhere, 'demo')) as { events: number };
    expect(there.events).toBe(here.events);
    for (const question of [
      ['ledger', PROGRAMME, '--as-of', '2026-07-31'],
      ['ledger', PROGRAMME, '--as-of', '2025-03-31', '--recorded-as-of', '2025-06-30'],
      ['tranches', PROGRAMME],
      ['reports', PROGRAMME],
      ['programme', 'show', PROGRAMME, '--as-of', '2026-07-31'],
    ]) {
      expect(await asked('elsewhere', elsewhere, ...question)).toEqual(
        await asked('embedded', {}, ...question),
      );
    }
  });

  it('is not run over one that is there, nor in a live store', async () => {
    const again = await ops(join(folder.path, 'again'), ['demo', '--force', '--json'], elsewhere);
    expect(again.code).toBe(1);
    expect(JSON.parse(again.stderr)).toMatchObject({ error: { code: 'DEMO.EXISTS' } });
    const used = await EventStoreDouble.start();
    try {
      await (await openEventStoreDb({ url: used.url, kind: 'live' })).close();
      const live = await ops(join(folder.path, 'live'), ['demo', '--json'], { EVENTSTORE_URL: used.url });
      expect(JSON.parse(live.stderr)).toMatchObject({ error: { code: 'DEMO.NOT_A_DEMO' } });
    } finally {
      await used.stop();
    }
  });
});

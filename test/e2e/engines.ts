// Where the engines are of the end-to-end tests. Each of them is written once and run twice: on the embedded engines, and
// in Jest's project "servers" on servers of its own, the double of EventStoreDB, MongoDB and Redis.
import { openEventStoreDb, openSqliteEventStore, type EventStore } from '#platform/event-store';
import { join } from 'node:path';
import { EventStoreDouble } from '../engines/eventstoredb/eventstoredb-double.js';
import { MONGO_MISSING, OwnMongo, ownMongoAvailable } from '../engines/mongodb.js';
import { OwnRedis, ownRedisAvailable, REDIS_MISSING } from '../engines/redis.js';
import type { ServersGlobal } from './servers.environment.js';

export const onServers = process.env['TEST_ENGINES'] === 'servers';

interface Started {
  readonly mongo: OwnMongo;
  readonly redis: OwnRedis;
  readonly doubles: EventStoreDouble[];
  readonly environments: Map<string, Promise<NodeJS.ProcessEnv>>;
}
let started: Promise<Started> | undefined;

async function start(): Promise<Started> {
  if (!ownMongoAvailable) throw new Error(MONGO_MISSING);
  if (!ownRedisAvailable) throw new Error(REDIS_MISSING);
  const [mongo, redis] = await Promise.all([OwnMongo.start(), OwnRedis.start(['--databases', '1000'])]);
  const doubles: EventStoreDouble[] = [];
  (globalThis as ServersGlobal).stopServers = async () => {
    await Promise.all([mongo.stop(), redis.stop(), ...doubles.map((double) => double.remove())]);
  };
  return { mongo, redis, doubles, environments: new Map() };
}

/** Engines of this data folder's own: one event store, one database, one number on Redis for each. */
export async function enginesOf(dataFolder: string): Promise<NodeJS.ProcessEnv> {
  if (!onServers) return {};
  started ??= start();
  const { mongo, redis, doubles, environments } = await started;
  const known = environments.get(dataFolder);
  if (known !== undefined) return known;
  const number = environments.size;
  const environment = EventStoreDouble.start().then((double) => {
    doubles.push(double);
    return {
      EVENTSTORE_URL: double.url,
      MONGODB_URL: mongo.url(`e2e-${number}`),
      REDIS_URL: redis.url(number),
    };
  });
  environments.set(dataFolder, environment);
  return environment;
}

/** The events of a data folder, wherever they are. */
export async function openEventsOf(dataFolder: string): Promise<EventStore> {
  const { EVENTSTORE_URL: url } = await enginesOf(dataFolder);
  if (url !== undefined) return openEventStoreDb({ url });
  return openSqliteEventStore({ path: join(dataFolder, 'events.sqlite') });
}

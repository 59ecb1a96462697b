// The whole loop wherever the engines are: every combination of embedded and real ones on one host, with the API, a
// projector and a worker as processes of their own. EventStoreDB is a protocol double here, and says so.
import { describe, it } from '@jest/globals';
import { EventStoreDouble } from '../engines/eventstoredb/eventstoredb-double.js';
import { MONGO_MISSING, OwnMongo, ownMongoAvailable } from '../engines/mongodb.js';
import { OwnRedis, ownRedisAvailable, REDIS_MISSING } from '../engines/redis.js';
import { Installation } from './installation.js';
import { theLoop } from './loop.js';

interface Started {
  /** Chooses the engine. */
  readonly environment: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

interface Engine {
  readonly name: string;
  readonly available: boolean;
  readonly missing: string;
  start(): Promise<Started>;
}

const ENGINES: readonly Engine[] = [
  {
    name: 'the double of EventStoreDB',
    available: EventStoreDouble.available(),
    missing: '',
    start: async () => {
      const double = await EventStoreDouble.start();
      return { environment: { EVENTSTORE_URL: double.url }, stop: () => double.remove() };
    },
  },
  {
    name: 'MongoDB',
    available: ownMongoAvailable,
    missing: MONGO_MISSING,
    start: async () => {
      const mongo = await OwnMongo.start();
      return { environment: { MONGODB_URL: mongo.url() }, stop: () => mongo.stop() };
    },
  },
  {
    name: 'Redis',
    available: ownRedisAvailable,
    missing: REDIS_MISSING,
    start: async () => {
      const redis = await OwnRedis.start();
      return { environment: { REDIS_URL: redis.url() }, stop: () => redis.stop() };
    },
  },
];

/** Every choice of servers but none, which `loop.spec.ts` and `apart.spec.ts` have. */
const combinations = Array.from({ length: 2 ** ENGINES.length - 1 }, (_, index) =>
  ENGINES.filter((_engine, bit) => ((index + 1) >> bit) % 2 === 1),
);

for (const engines of combinations) {
  const rest = engines.length === ENGINES.length ? '' : ', the rest embedded';
  const name = `${engines.map((engine) => engine.name).join(' and ')}${rest}`;
  const missing = engines.find(({ available }) => !available);
  if (missing !== undefined) {
    describe.skip(`the loop on ${name}: ${missing.missing}`, () => {
      it('goes through', () => undefined);
    });
    continue;
  }
  const started: Started[] = [];
  theLoop(name, async () => {
    for (const engine of engines) started.push(await engine.start());
    return Installation.open({
      environment: Object.assign({}, ...started.map(({ environment }) => environment)) as NodeJS.ProcessEnv,
      copies: 1,
      after: async () => {
        for (const engine of started) await engine.stop();
      },
    });
  });
}

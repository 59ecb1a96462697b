import { EventStoreDouble } from './eventstoredb/eventstoredb-double.js';
import { MONGO_MISSING, OwnMongo, ownMongoAvailable } from './mongodb.js';
import { OwnRedis, ownRedisAvailable, REDIS_MISSING } from './redis.js';

/** A server that a test has to itself, to do harm to. */
export interface RunningServer {
  /** Chooses it as an engine of the product. */
  readonly environment: NodeJS.ProcessEnv;
  /** Ends it, by SIGTERM in good order; its data stay. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again on the same port and data. */
  startAgain(): Promise<void>;
  /** Ends it for good. */
  remove(): Promise<void>;
}

export interface Server {
  readonly name: string;
  readonly available: boolean;
  /** What to say where it is not. */
  readonly missing: string;
  start(): Promise<RunningServer>;
}

/** One for each engine of the product. EventStoreDB is a protocol double, and says so. */
export const SERVERS: readonly Server[] = [
  {
    name: 'the double of EventStoreDB',
    available: EventStoreDouble.available(),
    missing: '',
    start: async () => {
      const double = await EventStoreDouble.start();
      return {
        environment: { EVENTSTORE_URL: double.url },
        end: (signal) => (signal === 'SIGKILL' ? double.kill() : double.stop()),
        startAgain: () => double.start(),
        remove: () => double.remove(),
      };
    },
  },
  {
    name: 'MongoDB',
    available: ownMongoAvailable,
    missing: MONGO_MISSING,
    start: async () => {
      const mongo = await OwnMongo.start();
      return {
        environment: { MONGODB_URL: mongo.url() },
        end: (signal) => mongo.process.kill(signal),
        startAgain: () => mongo.process.start(),
        remove: () => mongo.stop(),
      };
    },
  },
  {
    name: 'Redis',
    available: ownRedisAvailable,
    missing: REDIS_MISSING,
    start: async () => {
      const redis = await OwnRedis.start();
      return {
        environment: { REDIS_URL: redis.url() },
        end: (signal) => redis.process.kill(signal),
        startAgain: () => redis.process.start(),
        remove: () => redis.stop(),
      };
    },
  },
];

export function environmentOf(servers: readonly RunningServer[]): NodeJS.ProcessEnv {
  return Object.assign({}, ...servers.map(({ environment }) => environment)) as NodeJS.ProcessEnv;
}

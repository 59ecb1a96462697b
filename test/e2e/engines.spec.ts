// The whole loop wherever the engines are: every combination of embedded and real ones on one host, with the API, a
// projector and a worker as processes of their own. EventStoreDB is a protocol double here, and says so.
import { describe, it } from '@jest/globals';
import { EventStoreDouble } from '../engines/eventstoredb/eventstoredb-double.js';
import { MONGO_MISSING, OwnMongo, ownMongoAvailable } from '../engines/mongodb.js';
import { Installation } from './installation.js';
import { theLoop } from './loop.js';

interface Engine {
  readonly name: string;
  readonly available: boolean;
  readonly missing: string;
  /** @returns the environment that chooses it, and how to end it */
  start(): Promise<{ environment: NodeJS.ProcessEnv; stop(): Promise<void> }>;
}

const EVENTS: Engine = {
  name: 'the double of EventStoreDB',
  available: EventStoreDouble.available(),
  missing: '',
  start: async () => {
    const double = await EventStoreDouble.start();
    return { environment: { EVENTSTORE_URL: double.url }, stop: () => double.stop() };
  },
};
const READ_MODELS: Engine = {
  name: 'MongoDB',
  available: ownMongoAvailable,
  missing: MONGO_MISSING,
  start: async () => {
    const mongo = await OwnMongo.start();
    return { environment: { MONGODB_URL: mongo.url() }, stop: () => mongo.stop() };
  },
};

const combinations: readonly (readonly Engine[])[] = [[EVENTS], [READ_MODELS], [EVENTS, READ_MODELS]];

for (const engines of combinations) {
  const name = `${engines.map((engine) => engine.name).join(' and ')}, the rest embedded`;
  const missing = engines.find(({ available }) => !available);
  if (missing !== undefined) {
    describe.skip(`the loop on ${name}: ${missing.missing}`, () => {
      it('goes through', () => undefined);
    });
    continue;
  }
  const started: { environment: NodeJS.ProcessEnv; stop(): Promise<void> }[] = [];
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

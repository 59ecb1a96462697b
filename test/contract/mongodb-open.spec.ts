// What the MongoDB adapters ask of a server before they use it, on a real one.
import { openMongoReadStore } from '#platform/read-store';
import { openMongoRecords } from '#platform/records';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MONGO_MISSING, OwnMongo, ownMongoAvailable } from '../engines/mongodb.js';

const suite = ownMongoAvailable ? describe : describe.skip;
suite(`a MongoDB that is no replica set${ownMongoAvailable ? '' : `: ${MONGO_MISSING}`}`, () => {
  let server: OwnMongo;
  beforeAll(async () => {
    server = await OwnMongo.start({ standalone: true });
  });
  afterAll(() => server.stop());

  it.each([
    ['read-models', openMongoReadStore],
    ['records', openMongoRecords],
  ] as const)('is refused for %s by name, with what makes it one', async (store, open) => {
    const url = server.url();
    const address = `127.0.0.1:${server.process.port}`;
    await expect(open({ url })).rejects.toMatchObject({
      code: 'STORE.NOT_A_REPLICA_SET',
      message:
        `MongoDB at ${address} is a standalone server: the ${store} store needs a replica set, of which one member is enough. ` +
        'Start it with --replSet and call rs.initiate() once',
      refusal: { kind: 'unavailable', details: { address } },
    });
  });
});

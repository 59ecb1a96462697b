import { openMongoReadStore } from '#platform/read-store';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { MONGO_MISSING, mongoAvailable, OwnMongo } from '../engines/mongodb.js';
import { readStoreContract } from './read-store.contract.js';

if (mongoAvailable) {
  const given = process.env['MONGODB_URL'];
  let own: OwnMongo | undefined;
  beforeAll(async () => {
    if (given === undefined) own = await OwnMongo.start();
  }, 30_000);
  afterAll(() => own?.stop());

  readStoreContract('MongoDB', () => openMongoReadStore({ url: given ?? own!.url() }), {
    share: 0.1,
    shortLease: 60,
  });
} else {
  describe.skip(`read store on MongoDB: ${MONGO_MISSING}`, () => {
    it('keeps the contract', () => undefined);
  });
}

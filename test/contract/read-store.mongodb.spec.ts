import { openMongoReadStore } from '#platform/read-store';
import { randomId } from '#kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MONGO_MISSING, mongoAvailable, OwnMongo } from '../engines/mongodb.js';
import { readStoreContract } from './read-store.contract.js';

if (mongoAvailable) {
  const given = process.env['MONGODB_URL'];
  let own: OwnMongo | undefined;
  beforeAll(async () => {
    if (given === undefined) own = await OwnMongo.start();
  });
  afterAll(() => own?.stop());

  readStoreContract('MongoDB', () => openMongoReadStore({ url: given ?? own!.url() }), {
    share: 0.1,
    shortLease: 60,
  });

  it('gives every build a number of its own, also when all processes are the first ones', async () => {
    for (let round = 0; round < 10; round += 1) {
      const url = new URL(given ?? own!.url());
      url.pathname = `/first-${randomId()}`;
      const stores = await Promise.all(
        Array.from({ length: 6 }, () => openMongoReadStore({ url: url.href })),
      );
      const collections = stores.map((_, index) => ({ name: `c${index}`, version: 1, indexes: {} }));
      const builds = await Promise.all(
        stores.map((store, index) => store.liveBuild(collections[index]!, 'an event store')),
      );
      await Promise.all(stores.map((store) => store.close()));
      expect(new Set(builds.map(({ build }) => build)).size).toBe(6);
    }
  });
} else {
  describe.skip(`read store on MongoDB: ${MONGO_MISSING}`, () => {
    it('keeps the contract', () => undefined);
  });
}

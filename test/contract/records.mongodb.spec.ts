import { parseInstant, randomId } from '#kernel';
import { openMongoReadStore } from '#platform/read-store';
import { openMongoRecords } from '#platform/records';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MONGO_MISSING, mongoAvailable, OwnMongo } from '../engines/mongodb.js';
import { recordsContract } from './records.contract.js';

const NOW = parseInstant('2024-03-01T12:00:00Z');

if (mongoAvailable) {
  const given = process.env['MONGODB_URL'];
  let own: OwnMongo | undefined;
  const url = (): string => given ?? own!.url();
  beforeAll(async () => {
    if (given === undefined) own = await OwnMongo.start();
  });
  afterAll(() => own?.stop());

  recordsContract('MongoDB', () => openMongoRecords({ url: url() }));

  it('are left alone by read models of the same database, whatever those drop', async () => {
    const records = await openMongoRecords({ url: url() });
    const readModels = await openMongoReadStore({ url: url() });
    const key = { kind: 'kept', id: randomId() };
    const version = await records.put(key, { value: 1, expected: 'none', expiresAt: 'never' }, NOW);
    const spec = { name: `c-${randomId()}`, version: 1, indexes: {} };
    const lease = (await readModels.acquireLease(spec.name, 'test', 10_000))!;
    await readModels.liveBuild(spec, 'an event store');
    const build = await readModels.startBuild(spec, 'an event store', lease);
    await readModels.swap(build, lease);
    await readModels.dropOlder({ ...build, state: 'live' }, lease);
    expect((await records.get(key, NOW))?.version).toBe(version);
    await Promise.all([records.close(), readModels.close()]);
  });
} else {
  describe.skip(`records on MongoDB: ${MONGO_MISSING}`, () => {
    it('keep the contract', () => undefined);
  });
}

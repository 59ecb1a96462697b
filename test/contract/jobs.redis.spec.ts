import { randomId } from '#kernel';
import { openBullJobStore } from '#platform/jobs';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { OwnRedis, REDIS_MISSING, redisAvailable } from '../engines/redis.js';
import { jobStoreContract } from './jobs.contract.js';

if (redisAvailable) {
  const given = process.env['REDIS_URL'];
  // The contract forgets every job under the prefix: never those of an installation.
  const prefix = `contract-${randomId()}`;
  let own: OwnRedis | undefined;
  beforeAll(async () => {
    if (given === undefined) own = await OwnRedis.start();
  });
  afterAll(() => own?.stop());

  jobStoreContract('BullMQ', () => openBullJobStore({ url: given ?? own!.url(), prefix }));
} else {
  describe.skip(`jobs on BullMQ: ${REDIS_MISSING}`, () => {
    it('keeps the contract', () => undefined);
  });
}

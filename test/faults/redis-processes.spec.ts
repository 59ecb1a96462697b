import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { OwnRedis, ownRedisAvailable, REDIS_MISSING } from '../engines/redis.js';
import { workersInTrouble } from './job-worker.faults.js';
import { policyRunnersKilled } from './policy-runner.faults.js';

if (ownRedisAvailable) {
  let redis: OwnRedis;
  beforeAll(async () => {
    redis = await OwnRedis.start();
  });
  afterAll(() => redis.stop());

  workersInTrouble('BullMQ', () => redis.url());
  policyRunnersKilled('BullMQ', () => redis.url());
} else {
  describe.skip(`workers and policies on BullMQ: ${REDIS_MISSING}`, () => {
    it('survive kill -9', () => undefined);
  });
}

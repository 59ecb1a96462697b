import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { BULLMQ_SCRIPTS } from './transitions.js';

describe('the scripts of BullMQ that ours are built around', () => {
  // If this fails after an upgrade: read what has changed in them (arguments, order of keys, fields that are written),
  // make ours fit, run the contract, and only then write the new hashes here. See ADR 8.
  it('are those that were read', () => {
    const hashes = BULLMQ_SCRIPTS.map(({ name, content }) => [
      name,
      createHash('sha256').update(content).digest('hex').slice(0, 16),
    ]);
    expect(Object.fromEntries(hashes)).toEqual({
      addDelayedJob: 'e47c0db3c46bd84a',
      moveToActive: '7d35069db0b831af',
      moveToDelayed: '1a7b9311ef92fd66',
      moveToFinished: '8e744ec5d65dbe9e',
    });
  });
});

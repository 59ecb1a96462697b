import { instantFromMillis, millisOf, parseInstant, randomId, type Instant } from '#kernel';
import { openSqliteRecords, type Records } from '#platform/records';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IdempotencyKeys, KEY_KEPT_DAYS } from './idempotency-keys.js';

const NOON = parseInstant('2024-03-01T12:00:00Z');
const REUSED = { status: 422, code: 'REQUEST.IDEMPOTENCY_KEY_REUSED' };

describe('an Idempotency-Key', () => {
  let folder: string;
  let records: Records;
  let now: Instant;
  let warned: string[];
  let keys: IdempotencyKeys;
  const keysOn = (store: Pick<Records, 'get' | 'put' | 'delete'>): IdempotencyKeys =>
    new IdempotencyKeys(store, { now: () => now }, (message) => void warned.push(message));

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tranche-keys-'));
    records = await openSqliteRecords({ path: join(folder, 'records.sqlite') });
    now = NOON;
    warned = [];
    keys = keysOn(records);
  });
  afterEach(async () => {
    await records.close();
    rmSync(folder, { recursive: true });
  });

  it('is good for the input it was first used with, and for no other', async () => {
    const [one, two] = [randomId(), randomId()];
    expect(await keys.claim(one, 'a')).toBeDefined();
    expect(await keys.claim(one, 'a')).toBeUndefined();
    await expect(keys.claim(one, 'b')).rejects.toMatchObject(REUSED);
    expect(await keys.claim(two, 'b')).toBeDefined();
    expect(warned).toEqual([]);
  });

  it('of many at once with two inputs is good for one of them', async () => {
    const id = randomId();
    const tries = await Promise.allSettled(
      Array.from({ length: 10 }, (_, at) => keys.claim(id, at % 2 === 0 ? 'a' : 'b')),
    );
    expect(tries.filter(({ status }) => status === 'rejected')).toHaveLength(5);
  });

  it('that led to no command is as if it had never been used', async () => {
    const id = randomId();
    await keys.release(id, (await keys.claim(id, 'a'))!);
    expect(await keys.claim(id, 'b')).toBeDefined();
  });

  it('is kept for 30 days', async () => {
    const id = randomId();
    await keys.claim(id, 'a');
    const end = millisOf(NOON) + KEY_KEPT_DAYS * 86_400_000;
    now = instantFromMillis(end - 1);
    await expect(keys.claim(id, 'b')).rejects.toMatchObject(REUSED);
    now = instantFromMillis(end);
    expect(await keys.claim(id, 'b')).toBeDefined();
  });

  it('lets the command go on when the records are away, says so, and asks them no more for a while', async () => {
    await records.close();
    const id = randomId();
    expect(await keys.claim(id, 'a')).toBeUndefined();
    expect(await keys.claim(id, 'b')).toBeUndefined();
    expect(warned).toEqual([expect.stringContaining('the records store has been closed')]);
  });

  it('lets the command go on when the records do not answer', async () => {
    const never = (): Promise<never> => new Promise(() => undefined);
    const silent = keysOn({ get: never, put: never, delete: never });
    const began = performance.now();
    expect(await silent.claim(randomId(), 'a')).toBeUndefined();
    expect(await silent.claim(randomId(), 'a')).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(2000);
    expect(warned).toHaveLength(1);
  });
});

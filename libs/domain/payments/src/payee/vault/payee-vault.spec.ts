import { systemClock } from '#kernel';
import { Decisions, EventCodec, openSqliteEventStore, type EventStore } from '#platform/event-store';
import { openSqliteRecords, type Records } from '#platform/records';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PayeeVault } from './payee-vault.js';

const details = { accountName: 'Hill School', sortCode: '123456', accountNumber: '12345678' };

describe('the payee details that are kept beside the log', () => {
  let folder: string;
  let events: EventStore;
  let records: Records;
  let vault: PayeeVault;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tranche-vault-'));
    events = await openSqliteEventStore({ path: join(folder, 'events.sqlite') });
    records = await openSqliteRecords({ path: join(folder, 'records.sqlite') });
    vault = new PayeeVault(records, new Decisions(events, new EventCodec([]), systemClock));
  });
  afterEach(async () => {
    await events.close();
    await records.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('are found again by what the event says of them, and stay as they were entered', async () => {
    const kept = await vault.keep('entry-1', details);
    await vault.keep('entry-1', { ...details, accountNumber: '87654321' });
    expect(await vault.open('140001', kept)).toEqual(details);
    expect(kept.keyedHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('are refused once somebody has altered the record, and be it one digit', async () => {
    const kept = await vault.keep('entry-1', details);
    const key = { kind: 'payee-details', id: 'entry-1' };
    const { version } = (await records.get(key, systemClock.now()))!;
    const value = { ...details, accountNumber: '12345679' };
    await records.put(key, { value, expected: version, expiresAt: 'never' }, systemClock.now());
    await expect(vault.open('140001', kept)).rejects.toMatchObject({
      code: 'PAYEE.DETAILS_ALTERED',
      message: expect.stringContaining('Enter them anew, and find out who did'),
      refusal: { details: { urn: '140001', reference: 'entry-1' } },
    });
    await expect(vault.open('140001', { ...kept, keyedHash: '' })).rejects.toMatchObject({
      code: 'PAYEE.DETAILS_ALTERED',
    });
  });

  it('are missed if the record is not there', async () => {
    const kept = await vault.keep('entry-1', details);
    await expect(vault.open('140001', { ...kept, reference: 'entry-2' })).rejects.toMatchObject({
      code: 'PAYEE.DETAILS_MISSING',
      message: expect.stringContaining('140001'),
    });
  });
});

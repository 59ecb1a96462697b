// The file of a run made anew, over real stores: it is handed out only as it was recorded.
import { systemClock, type Actor } from '#kernel';
import { Decisions, EventCodec, openSqliteEventStore, type EventStore } from '#platform/event-store';
import { openSqliteRecords, type Records } from '#platform/records';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PayeeVault } from '../../payee/vault/payee-vault.js';
import { paymentsEvents, type PaymentItem } from '../payments.events.js';
import { item, maker, releaser } from '../payments.fixture.js';
import { payments, type PaymentsCommand } from '../payments.js';
import { GetPaymentFile, GetPaymentFileHandler, type PaymentFile } from './get-payment-file.query.js';

const details = { accountName: 'Hill School', sortCode: '123456', accountNumber: '12345678' };
const ROWS = [
  'sort code,account number,account name,amount,reference',
  '123456,12345678,HILL SCHOOL,10.00,R1-124570-1',
  '123456,12345678,HILL SCHOOL,20.00,R1-124570-2',
];
const FILE = ROWS.map((row) => `${row}\r\n`).join('');
const sha256Of = (content: string): string => createHash('sha256').update(content).digest('hex');

describe('the file of a payment run', () => {
  let folder: string;
  let events: EventStore;
  let records: Records;
  let decisions: Decisions;
  let vault: PayeeVault;
  let items: readonly PaymentItem[];
  let commands = 0;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tranche-payment-file-'));
    events = await openSqliteEventStore({ path: join(folder, 'events.sqlite') });
    records = await openSqliteRecords({ path: join(folder, 'records.sqlite') });
    decisions = new Decisions(events, new EventCodec(paymentsEvents), systemClock);
    vault = new PayeeVault(records, decisions);
    const kept = await vault.keep('r1', details);
    items = [item(1), item(2)].map((one) => ({ ...one, payee: { ...one.payee, ...kept } }));
  });
  afterEach(async () => {
    await events.close();
    await records.close();
    await rm(folder, { recursive: true, force: true });
  });

  const tell = (actor: Actor, request: Pick<PaymentsCommand, 'type' | 'data'>) => {
    commands += 1;
    const commandId = `00000000-0000-4000-8000-${String(commands).padStart(12, '0')}`;
    const context = { actor, commandId, correlationId: commandId, causationId: commandId };
    return decisions.execute(payments, 'ipswich', request, context);
  };
  const make = (sha256: string) => {
    const file = { name: 'run-1.csv', bytes: FILE.length, sha256 };
    const data = { programmeId: 'ipswich', run: 1, items, file, latestFact: undefined };
    return tell(maker, { type: 'MakePaymentRun', data });
  };
  const release = (fileSha256: string) =>
    tell(releaser, {
      type: 'ReleasePaymentRun',
      data: { programmeId: 'ipswich', run: 1, fileSha256, payeesChanged: [] },
    });
  const get = (run = 1): Promise<PaymentFile> =>
    new GetPaymentFileHandler(decisions, vault).execute(new GetPaymentFile({ programmeId: 'ipswich', run }));

  it('is handed out to the byte as it was recorded, once somebody released it', async () => {
    const sha256 = sha256Of(FILE);
    await make(sha256);
    await expect(get()).rejects.toMatchObject({ code: 'PAYMENT_RUN.NOT_RELEASED' });
    await expect(get(2)).rejects.toMatchObject({ code: 'PAYMENT_RUN.UNKNOWN' });
    await release(sha256);
    expect(await get()).toEqual({ name: 'run-1.csv', sha256, content: FILE });
  });

  it('is not handed out once it comes to anything else, and says which two it is', async () => {
    const recorded = sha256Of(FILE.replace('20.00', '20.01'));
    await make(recorded);
    await release(recorded);
    await expect(get()).rejects.toMatchObject({
      code: 'PAYMENT_RUN.FILE_DIFFERS',
      message: `the file of payment run 1 comes to the SHA-256 ${sha256Of(FILE)} now, and ${recorded} was recorded: it is not handed out`,
      refusal: { kind: 'wrong-state', details: { run: 1 } },
    });
  });
});

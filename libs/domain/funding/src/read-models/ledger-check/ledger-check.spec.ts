import type { AnyEvent } from '#kernel';
import { paymentRunReleased, paymentSettled } from '#domain/payments';
import { foldInMemory } from '#platform/read-store';
import { History } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { trancheReleased } from '../../allocation/allocation.events.js';
import { receiptReversed, reclaimReceived, underspendReturned } from '../../allocation/money-back.events.js';
import {
  allocationRoundReconciled,
  commitmentConfirmed,
  fundBudgetLowered,
  fundsReserved,
} from '../../fund/fund.events.js';
import { created, enrolled, of, offered, opened, reference } from '../funding-ledger/ledger.fixture.js';
import { IDENTITIES } from './identities.js';
import { ledgerCheck } from './ledger-check.projection.js';

const urn = '100001';
const confirmed = commitmentConfirmed({ ...of(urn, 400), acceptance: reference });
const released = trancheReleased({ programmeId: 'ipswich', urn, number: 1, amountPence: 400 });
const sound = [
  created,
  enrolled(urn),
  opened,
  fundsReserved(of(urn, 400)),
  offered(urn, 400),
  confirmed,
  released,
];

function breaches(
  ...events: readonly AnyEvent[]
): readonly (readonly [id: string, identity: string, type: string])[] {
  const history = new History();
  const model = foldInMemory(
    ledgerCheck,
    events.map((event) => history.record(event)),
  );
  return model.all().flatMap(({ id, breached, breach }) => {
    expect(breached).toBe(breach !== null);
    return breach === null ? [] : [[id, breach.identity, breach.type] as const];
  });
}

describe('the check of the ledger', () => {
  it('finds nothing in a history that adds up', () => {
    for (let length = 0; length <= sound.length; length += 1)
      expect(breaches(...sound.slice(0, length))).toEqual([]);
  });

  it('finds a tranche that was released twice: at the tranche, and at the setting', () => {
    expect(breaches(...sound, released)).toEqual([
      ['ipswich', 'never-over-drawn', 'TrancheReleased'],
      [`ipswich.${urn}`, 'never-over-drawn', 'TrancheReleased'],
      [`ipswich.${urn}.1`, 'never-over-drawn', 'TrancheReleased'],
    ]);
  });

  it('finds a budget lowered below what is committed, and a fund reserved beyond it', () => {
    const lowered = fundBudgetLowered({
      programmeId: 'ipswich',
      fromPence: 1000,
      budgetPence: 399,
      reason: 'cut',
    });
    expect(breaches(...sound, lowered)).toEqual([['ipswich', 'never-over-committed', 'FundBudgetLowered']]);
    expect(breaches(...sound, fundsReserved(of('100002', 601)))).toEqual([
      ['ipswich', 'never-over-committed', 'FundsReserved'],
    ]);
  });

  it('finds a commitment confirmed that was never reserved', () => {
    expect(breaches(created, enrolled(urn), opened, confirmed)).toEqual([
      ['ipswich', 'committed-is-confirmed-and-reserved', 'CommitmentConfirmed'],
      [`ipswich.${urn}`, 'committed-is-confirmed-and-reserved', 'CommitmentConfirmed'],
    ]);
  });

  it('finds a round that frees more than it set aside', () => {
    const reconciled = allocationRoundReconciled({
      ...{ programmeId: 'ipswich', round: 1, offered: 0, offeredPence: 0, notOffered: 1, freedPence: 1 },
      reasons: [],
    });
    expect(breaches(...sound, fundsReserved(of('100002', 1)), reconciled)).toEqual([
      ['ipswich', 'rounds-set-aside-what-they-offer', 'AllocationRoundReconciled'],
    ]);
  });

  it('finds more come back than was ever paid: by a reclaim, a return, or a receipt reversed twice', () => {
    const one = { programmeId: 'ipswich', urn, number: 1, receipt: 1 };
    const reclaimed = reclaimReceived({ ...one, reclaim: 1, amountPence: 300, reference: 'B1' });
    const returned = underspendReturned({ ...one, amountPence: 101, reference: 'B2', reason: 'unspent' });
    const reversed = receiptReversed({
      ...{ ...one, reclaim: 1, amountPence: 300, reason: 'it bounced' },
      reversalId: null,
      reverses: reference,
    });
    const trancheId = `ipswich.${urn}.1`;
    const payment = { trancheId, urn, number: 1, amountPence: 400 };
    const run = { programmeId: 'ipswich', run: 1 };
    const instructed = paymentRunReleased({
      ...{ ...run, payments: [payment], totalPence: 400, fileSha256: 'a'.repeat(64) },
    });
    const settled = paymentSettled({
      ...{ ...run, ...payment, attempt: 1, bankReference: 'R1', responseRow: 2 },
    });
    const paid = [...sound, instructed, settled];
    expect(breaches(...paid, reclaimed, reversed, reclaimed)).toEqual([]);
    expect(breaches(...sound, instructed, reclaimed)).toHaveLength(3);
    for (const [event, past] of [
      [returned, [reclaimed]],
      [reversed, [reclaimed, reversed]],
    ] as const) {
      expect(breaches(...paid, ...past, event)).toEqual([
        ['ipswich', 'never-more-back-than-paid', event.type],
        [`ipswich.${urn}`, 'never-more-back-than-paid', event.type],
        [`ipswich.${urn}.1`, 'never-more-back-than-paid', event.type],
      ]);
    }
  });

  it('keeps the first breach, however the money moves afterwards', () => {
    const back = trancheReleased({ programmeId: 'ipswich', urn, number: 1, amountPence: 1 });
    expect(breaches(...sound, back, released)).toHaveLength(3);
    const history = new History();
    const model = foldInMemory(
      ledgerCheck,
      [...sound, back, released].map((event) => history.record(event)),
    );
    expect(model.get(`ipswich.${urn}.1`)?.breach?.stood).toContain('released £4.01');
  });

  it('has a name and a sentence for every identity, each its own', () => {
    expect(new Set(IDENTITIES.map(({ name }) => name)).size).toBe(IDENTITIES.length);
  });
});

import { payments, type Payment, type PaymentsState } from '#domain/payments';
import { progressReportAccepted, progressReportSubmitted, report, type ReportState } from '#domain/reporting';
import { fold, type AnyEvent, type RecordedEvent } from '#kernel';
import { History, person } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  trancheApproved,
  trancheProposed,
  trancheReleased,
  type AllocationEvent,
} from '../allocation/allocation.events.js';
import {
  allocationClosed,
  reclaimApproved,
  reclaimProposed,
  reclaimReceived,
} from '../allocation/money-back.events.js';
import { accepted, fact, of, offered, ready, reference, setting } from '../allocation/allocation.fixture.js';
import { allocation } from '../allocation/allocation.js';
import type { FundState } from '../fund/fund-state.js';
import { outstandingLines, type Unfinished } from './outstanding-lines.js';

const opened: FundState = {
  ...{ status: 'open', programmeId: 'ipswich', budgetPence: 10_000_000, confirmedPence: 0, reservedPence: 0 },
  ...{ rounds: [], reservations: {}, openedAt: fact('FundOpened').occurredAt },
};
const nothing: Unfinished = {
  ...{ fund: opened, payments: payments.initial, allocations: [], reports: [], takenOver: new Map() },
  reclaimed: new Set(),
};
const recorded = <E extends AnyEvent>(events: readonly E[]): RecordedEvent<E>[] => {
  const history = new History();
  return events.map((event) => history.record(event));
};
const allocated = (...events: AllocationEvent[]) => [fold(allocation, recorded(events))];
const whats = (changed: Partial<Unfinished>) =>
  outstandingLines({ ...nothing, ...changed }).map(({ what, urn, number }) => [what, urn, number]);

/** A report of one action, accepted. */
const reported = (spentPence: number) =>
  fold(
    report,
    recorded([
      progressReportSubmitted({
        ...{ ...setting, window: 1, summary: 'done', plan: reference('ActionPlanApproved') },
        ...{ arrival: null, ending: null },
        actions: [{ actionId: 'a', status: 'under-way', spentPence, note: '', evidence: [] }],
      }),
      progressReportAccepted({ ...setting, window: 1 }),
    ]) as never,
  );
const bankSays = (status: 'instructed' | 'settled', ...numbers: number[]): PaymentsState => ({
  ...payments.initial,
  runs: [
    {
      ...{ run: 1, status: 'released', items: [], totalPence: 0, ended: null },
      file: { name: 'run-1.csv', bytes: 1, sha256: 'a'.repeat(64) },
      made: { ...fact('PaymentRunMade'), by: person('mia') },
    },
  ],
  payments: Object.fromEntries(
    numbers.map((number) => [
      `ipswich.124570.${number}`,
      {
        ...{ status, run: 1, attempt: 1, because: null, answered: fact('PaymentSettled') },
        ...{ differs: null, after: null },
      },
    ]),
  ),
});

describe('what is outstanding', () => {
  it('is nothing where nothing was ever begun, or an allocation is closed', () => {
    expect(whats({ fund: { status: 'none' } })).toEqual([]);
    const undrawn = [1, 2].map((number) => ({ number, amountPence: of(number).amountPence }));
    const closed = allocationClosed({
      carriedTo: null,
      ...{ ...setting, reservationId: 'r1', amountPence: 1_521_000, releasedPence: 0, reclaimedPence: 0 },
      ...{ returnedPence: 0, costPence: 0, undrawn, reason: 'over' },
    });
    expect(whats({ allocations: allocated(offered, accepted, closed) })).toEqual([]);
  });

  it('is what an accepted allocation has not drawn, and what is asked back of it', () => {
    const allocations = allocated(offered, accepted);
    const [line] = outstandingLines({ ...nothing, allocations });
    expect(line).toMatchObject({ what: 'allocation-undrawn', number: null, amountPence: 1_521_000 });
    const claim = { ...setting, reclaim: 1, number: 1, amountPence: 200 };
    const asked = [offered, accepted, reclaimProposed({ ...claim, reason: 'unspent' })];
    const says = (...events: AllocationEvent[]) =>
      outstandingLines({ ...nothing, allocations: allocated(...asked, ...events) }).map((one) => one.says);
    expect(says()).toContain('£2.00 of reclaim 1 of Handford Hall (124570) is not approved');
    expect(says(reclaimApproved(claim))).toContain(
      '£2.00 of reclaim 1 of Handford Hall (124570) has not come in',
    );
    const received = reclaimReceived({
      ...setting,
      receipt: 1,
      number: 1,
      amountPence: 200,
      reclaim: 1,
      reference: 'B',
    });
    expect(says(reclaimApproved(claim), received)).toHaveLength(1);
    const acts = (...events: AllocationEvent[]) =>
      outstandingLines({ ...nothing, allocations: allocated(...asked, ...events) }).map((one) => one.next);
    expect(acts()).toEqual(['operations', 'approver']);
    expect(acts(reclaimApproved(claim))).toEqual(['operations', 'setting']);
  });

  it('is what was paid and is neither accepted as spent nor back, until the allocation is closed', () => {
    const drawn = [trancheReleased(of(1)), trancheReleased(of(2))];
    const events = [...ready, ...[1, 2].map((number) => trancheProposed(of(number))), ...drawn];
    const money = bankSays('settled', 1, 2);
    expect(whats({ allocations: allocated(...events), payments: money })).toEqual([
      ['allocation-unclosed', '124570', null],
      ['spend-unaccounted', '124570', null],
    ]);
    const [unaccounted] = outstandingLines({
      ...{ ...nothing, allocations: allocated(...events), payments: money },
      reports: [reported(1_500_000)],
    }).filter(({ what }) => what === 'spend-unaccounted');
    expect(unaccounted).toMatchObject({ amountPence: 21_000, next: 'setting' });
    const closed = allocationClosed({
      ...{ ...setting, reservationId: 'r1', amountPence: 1_521_000, releasedPence: 1_521_000 },
      ...{ reclaimedPence: 0, returnedPence: 0, costPence: 1_521_000, undrawn: [], carriedTo: null },
      reason: 'over',
    });
    const allocations = allocated(...events, closed);
    expect(whats({ allocations, payments: money, reports: [reported(1_521_000)] })).toEqual([]);
    // The acceptance of a report can be withdrawn after that.
    expect(whats({ allocations, payments: money })).toEqual([['spend-unaccounted', '124570', null]]);
  });

  it('is what was paid of a part that was taken over: with whoever has it, whether that has an allocation or not', () => {
    const drawn = [1, 2].flatMap((number) => [trancheProposed(of(number)), trancheReleased(of(number))]);
    const closed = allocationClosed({
      ...{ ...setting, reservationId: 'r1', amountPence: 1_521_000, releasedPence: 1_521_000 },
      ...{ reclaimedPence: 0, returnedPence: 0, costPence: 1_521_000, undrawn: [], carriedTo: null },
      reason: 'over',
    });
    const all = { allocations: allocated(...ready, ...drawn, closed), payments: bankSays('settled', 1, 2) };
    const by = (urn: string, settingName: string) =>
      ({ urn, settingName, since: fact('PartTakenOver').occurredAt }) as const;
    const academy = new Map([['124570', by('148001', 'Oak Academy')]]);
    const [line, ...none] = outstandingLines({ ...nothing, ...all, takenOver: academy });
    expect(none).toEqual([]);
    expect(line).toMatchObject({
      ...{ what: 'spend-unaccounted', urn: '148001', amountPence: 1_521_000, next: 'setting' },
      says: expect.stringContaining('Oak Academy (148001) answers for, as it took over the part of Handford'),
    });
    const spent = [{ ...reported(1_500_000), urn: '148001' } as ReportState];
    const left = outstandingLines({ ...nothing, ...all, takenOver: academy, reports: spent });
    expect(left).toMatchObject([{ urn: '148001', amountPence: 21_000 }]);
    // Where the board decided to reclaim what was paid, what is accepted as spent is to come back, too.
    const own = [reported(1_521_000)];
    expect(whats({ ...all, reports: own })).toEqual([]);
    const reclaimed = outstandingLines({ ...nothing, ...all, reports: own, reclaimed: new Set(['124570']) });
    expect(reclaimed).toMatchObject([{ urn: '124570', amountPence: 1_521_000, next: 'operations' }]);
    const trust = new Map([...academy, ['148001', by('149001', 'Elm Trust')]]);
    expect(whats({ ...all, takenOver: trust })).toEqual([['spend-unaccounted', '149001', null]]);
  });

  it('is a payment of what is not released any more, and what a closed allocation has not given back', () => {
    const money = bankSays('instructed', 1);
    const allocations = allocated(offered, accepted);
    expect(whats({ allocations, payments: money })).toEqual([
      ['payment-unreleased', '124570', 1],
      ['allocation-undrawn', '124570', null],
    ]);
    const undrawn = [1, 2].map((number) => ({ number, amountPence: of(number).amountPence }));
    const closed = allocationClosed({
      ...{ ...setting, reservationId: 'r1', amountPence: 1_521_000, releasedPence: 0, reclaimedPence: 0 },
      ...{ returnedPence: 0, costPence: 0, undrawn, carriedTo: null, reason: 'over' },
    });
    const kept = {
      ...{ reservationId: 'r1', allocationId: 'ipswich.124570', urn: '124570', amountPence: 1_521_000 },
      ...{ status: 'confirmed' as const, reservedAt: fact('FundsReserved').occurredAt },
    };
    const fund = { ...opened, reservations: { r1: kept } };
    expect(whats({ allocations: allocated(offered, accepted, closed), fund })).toEqual([
      ['money-committed', '124570', null],
    ]);
  });

  it('is an offer that is not answered, and not its reservation beside it', () => {
    const reserved = (reservationId: string) => ({
      [reservationId]: {
        ...{ reservationId, allocationId: 'ipswich.124570', urn: '124570', amountPence: 1_521_000 },
        ...{ status: 'reserved' as const, reservedAt: fact('FundsReserved').occurredAt },
      },
    });
    const allocations = allocated(offered);
    expect(whats({ allocations, fund: { ...opened, reservations: reserved('r1') } })).toEqual([
      ['offer-unanswered', '124570', null],
    ]);
    expect(whats({ fund: { ...opened, reservations: reserved('r2') } })).toEqual([
      ['money-reserved', '124570', null],
    ]);
  });

  it('is a round that is not reconciled', () => {
    const round = {
      ...{ round: 1, hash: 'h', adoption: fact('AllocationRoundAdopted') },
      ...{ totalPence: 5, heldPence: 5 },
    };
    const rounds = [
      { ...round, reconciled: false },
      { ...round, round: 2, reconciled: true },
    ];
    expect(whats({ fund: { ...opened, rounds } })).toEqual([['round-unreconciled', null, 1]]);
  });

  it('is a tranche that is signed and not released, or released and not settled', () => {
    const signed = [...ready, trancheProposed(of(1)), trancheApproved({ ...of(1), authority: null })];
    const line = outstandingLines({ ...nothing, allocations: allocated(...signed) }).find(
      ({ what }) => what === 'tranche-unreleased',
    );
    expect(line).toMatchObject({ what: 'tranche-unreleased', number: 1, amountPence: 912_600 });
    expect(line!.says).toContain('approved and not released');
    const allocations = allocated(...signed, trancheReleased(of(1)));
    const paid = (status: Payment['status'], differs: Payment['differs'] = null): PaymentsState => ({
      ...payments.initial,
      payments: {
        'ipswich.124570.1': {
          status,
          run: 1,
          attempt: 1,
          because: null,
          answered: fact('PaymentSettled'),
          differs,
          after: null,
        },
      },
    });
    const undrawn = ['allocation-undrawn', '124570', null];
    expect(whats({ allocations })).toEqual([['tranche-unsettled', '124570', 1], undrawn]);
    for (const status of ['in-run', 'instructed', 'failed'] as const) {
      expect(whats({ allocations, payments: paid(status) })).toHaveLength(2);
    }
    expect(whats({ allocations, payments: paid('settled'), reports: [reported(912_600)] })).toEqual([
      undrawn,
    ]);
    const said = {
      ...fact('PaymentAmountDiffered'),
      answeredPence: 912_599,
      failedBecause: null,
      responseRow: 2,
    };
    const [unclear] = outstandingLines({ ...nothing, allocations, payments: paid('instructed', said) });
    expect(unclear).toMatchObject({ what: 'tranche-unsettled', number: 1, next: 'payer' });
    expect(unclear!.says).toContain('the bank has answered with another amount than was instructed');
  });

  it('is a report that nobody has answered', () => {
    const submitted = progressReportSubmitted({
      ...{ ...setting, window: 2, summary: 'begun', plan: reference('ActionPlanApproved'), actions: [] },
      ...{ arrival: null, ending: null },
    });
    const reports = (...events: Parameters<typeof recorded>[0][number][]) => [
      fold(report, recorded(events) as never),
    ];
    expect(whats({ reports: reports(submitted) })).toEqual([['report-unanswered', '124570', 2]]);
    expect(whats({ reports: reports(submitted, progressReportAccepted({ ...setting, window: 2 })) })).toEqual(
      [],
    );
  });
});

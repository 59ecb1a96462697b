import { payments } from '#domain/payments';
import { progressReportAccepted, progressReportSubmitted, report } from '#domain/reporting';
import { fold, type AnyEvent, type RecordedEvent } from '#kernel';
import { History } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  trancheApproved,
  trancheProposed,
  trancheReleased,
  type AllocationEvent,
} from '../allocation/allocation.events.js';
import { accepted, fact, of, offered, ready, reference, setting } from '../allocation/allocation.fixture.js';
import { allocation } from '../allocation/allocation.js';
import type { FundState } from '../fund/fund-state.js';
import { outstandingLines, type Unfinished } from './outstanding-lines.js';

const opened: FundState = {
  ...{ status: 'open', programmeId: 'ipswich', budgetPence: 10_000_000, confirmedPence: 0, reservedPence: 0 },
  ...{ rounds: [], reservations: {}, openedAt: fact('FundOpened').occurredAt },
};
const nothing: Unfinished = { fund: opened, payments: payments.initial, allocations: [], reports: [] };
const recorded = <E extends AnyEvent>(events: readonly E[]): RecordedEvent<E>[] => {
  const history = new History();
  return events.map((event) => history.record(event));
};
const allocated = (...events: AllocationEvent[]) => [fold(allocation, recorded(events))];
const whats = (changed: Partial<Unfinished>) =>
  outstandingLines({ ...nothing, ...changed }).map(({ what, urn, number }) => [what, urn, number]);

describe('what is outstanding', () => {
  it('is nothing where nothing was ever begun, or an offer was accepted and no tranche proposed', () => {
    expect(whats({ fund: { status: 'none' } })).toEqual([]);
    expect(whats({ allocations: allocated(offered, accepted) })).toEqual([]);
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
    const signed = [...ready, trancheProposed(of(1)), trancheApproved(of(1))];
    const [line] = outstandingLines({ ...nothing, allocations: allocated(...signed) });
    expect(line).toMatchObject({ what: 'tranche-unreleased', number: 1, amountPence: 912_600 });
    expect(line!.says).toContain('approved and not released');
    const allocations = allocated(...signed, trancheReleased(of(1)));
    const paid = (status: 'in-run' | 'instructed' | 'failed' | 'settled'): Unfinished['payments'] => ({
      ...payments.initial,
      payments: {
        'ipswich.124570.1': { status, run: 1, attempt: 1, because: null, answered: null, after: null },
      },
    });
    expect(whats({ allocations })).toEqual([['tranche-unsettled', '124570', 1]]);
    for (const status of ['in-run', 'instructed', 'failed'] as const) {
      expect(whats({ allocations, payments: paid(status) })).toHaveLength(1);
    }
    expect(whats({ allocations, payments: paid('settled') })).toEqual([]);
  });

  it('is a report that nobody has answered', () => {
    const submitted = progressReportSubmitted({
      ...{ ...setting, window: 2, summary: 'begun', plan: reference('ActionPlanApproved'), actions: [] },
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

import { given, History, instant, person } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { InMemoryModel } from '#platform/read-store';
import { programmeCreated } from '#domain/programme';
import { fundingLedger } from '../read-models/funding-ledger/funding-ledger.projection.js';
import {
  fundBudgetLowered,
  fundBudgetRaised,
  fundOpened,
  fundsReserved,
  reservationReleased,
} from './fund.events.js';
import { fund } from './fund.js';

const programmeId = 'ipswich';
const event = { eventId: 'e', stream: 'programme-ipswich', revision: '0', type: 'ProgrammeCreated' };
const opened = fundOpened({ programmeId, budgetPence: 1000, programme: event });
const of = { programmeId, reservationId: 'r1', allocationId: 'ipswich.100001', urn: '100001' };
const reserved = fundsReserved({ ...of, amountPence: 400 });
const released = reservationReleased({ ...of, amountPence: 400, reason: 'never made', evidence: null });
const reason = 'the board said so';
const raise = (budgetPence: number, why = reason) =>
  ({ type: 'RaiseFundBudget', data: { budgetPence, reason: why } }) as const;
const lower = (budgetPence: number, why = reason) =>
  ({ type: 'LowerFundBudget', data: { budgetPence, reason: why } }) as const;
const change = (fromPence: number, budgetPence: number) => ({ programmeId, fromPence, budgetPence, reason });

describe('raising a budget', () => {
  it('says from what to what, and why', () => {
    given(fund, opened)
      .when(raise(1400))
      .then(fundBudgetRaised(change(1000, 1400)));
    given(fund, opened)
      .when(raise(1400, ` ${reason} `))
      .then(fundBudgetRaised(change(1000, 1400)));
  });
  it('frees money that was not there before, from that day on', () => {
    const more = fundBudgetRaised(change(1000, 1400));
    const reserve = { type: 'ReserveFunds', data: { ...reserved.data, amountPence: 1400 } } as const;
    given(fund, opened).when(reserve).thenRefused('FUND.INSUFFICIENT');
    const raised = given(fund, opened, [more, { at: '2024-02-01' }]);
    raised.when(reserve, { at: '2024-01-31' }).thenRefused('TIME.BEFORE_ITS_FACTS');
  });
  it('refuses what would lower it', () => {
    given(fund, opened).when(raise(999)).thenRefused('FUND.BUDGET_NOT_RAISED');
  });
  it('refuses to come before the change before it, or the opening', () => {
    const twice = given(fund, opened, [fundBudgetRaised(change(1000, 1400)), { at: '2024-02-01' }]);
    twice.when(raise(1500), { at: '2024-01-31' }).thenRefused('TIME.BEFORE_ITS_FACTS');
    given(fund, opened).when(raise(1500), { at: '2023-12-31' }).thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('lowering a budget', () => {
  it('goes down to what is committed and no further, and says how much that is', () => {
    given(fund, opened, reserved)
      .when(lower(400))
      .then(fundBudgetLowered(change(1000, 400)));
    const no = given(fund, opened, reserved).when(lower(399)).thenRefused('FUND.BUDGET_COMMITTED');
    expect(no.message).toContain('£4.00 is committed');
    expect(no.details).toMatchObject({ committedPence: 400, reservedPence: 400, confirmedPence: 0 });
  });
  it('refuses what would raise it', () => {
    given(fund, opened).when(lower(1001)).thenRefused('FUND.BUDGET_NOT_LOWERED');
  });
  it('refuses to have happened while money that has come back was still committed', () => {
    const back = given(fund, opened, reserved, [released, { at: '2024-02-01' }]);
    back.when(lower(100), { at: '2024-01-31' }).thenRefused('TIME.BEFORE_ITS_FACTS');
    back.when(lower(100), { at: '2024-02-02' }).then(fundBudgetLowered(change(1000, 100)));
  });
});

describe('either', () => {
  it.each([-1, 0.5, 2 ** 53])('refuses a budget of %p', (budgetPence) => {
    given(fund, opened).when(raise(budgetPence)).thenRefused('FUND.BUDGET_MALFORMED');
    given(fund, opened).when(lower(budgetPence)).thenRefused('FUND.BUDGET_MALFORMED');
  });
  it('refuses no reason, and one that is too long', () => {
    for (const why of ['', ' ', 'x'.repeat(1001)]) {
      given(fund, opened).when(raise(1400, why)).thenRefused('FUND.BUDGET_MALFORMED');
      given(fund, opened).when(lower(400, why)).thenRefused('FUND.BUDGET_MALFORMED');
    }
  });
  it('does nothing if the budget is that already, and needs a fund', () => {
    given(fund, opened).when(raise(1000)).thenNothing();
    given(fund, opened).when(lower(1000)).thenNothing();
    given(fund).when(raise(1000)).thenRefused('FUND.NOT_OPEN');
    given(fund).when(lower(1000)).thenRefused('FUND.NOT_OPEN');
  });
});

describe('the ledger', () => {
  const created = programmeCreated({
    ...{ programmeId, name: 'Ipswich', area: 'Suffolk', startsOn: '2024-09-01', endsOn: '2026-07-31' },
    ...{ budgetPence: 1000, tranches: [], reportWindows: [] },
    policy: { version: 1, kind: 'rate-per-fte', ratePencePerFte: 1, floorPence: 0, capPence: 1 },
  });
  it('follows the budget, and says who changed it and why', () => {
    const history = new History({ by: person('ann') });
    const model = new InMemoryModel(fundingLedger);
    const changes = [fundBudgetRaised(change(1000, 1400)), fundBudgetLowered(change(1400, 500))];
    for (const one of [created, opened, reserved, ...changes]) model.apply(history.record(one as never));
    expect(model.get(programmeId)).toMatchObject({
      ...{ budgetPence: 500, committedPence: 400, availablePence: 100 },
      budgetChanges: [
        { fromPence: 1000, budgetPence: 1400, reason, changedAt: instant('2024-01-01'), changedBy: 'ann' },
        { fromPence: 1400, budgetPence: 500, reason, changedAt: instant('2024-01-01'), changedBy: 'ann' },
      ],
    });
  });
});

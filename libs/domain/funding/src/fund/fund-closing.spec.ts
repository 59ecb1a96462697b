import { given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { fact, policy, reference } from '../allocation/allocation.fixture.js';
import { fund } from './fund.js';
import {
  allocationRoundAdopted,
  commitmentConfirmed,
  commitmentReduced,
  fundClosed,
  fundOpened,
  fundsReserved,
  reservationReleased,
} from './fund.events.js';

const programmeId = 'ipswich';
const reason = 'every grant is closed out';
const opened = fundOpened({ programmeId, budgetPence: 1000, programme: reference('ProgrammeCreated') });
const of = (urn: string, amountPence = 400) => ({
  ...{ programmeId, reservationId: `r-${urn}`, allocationId: `ipswich.${urn}`, urn, amountPence },
});
const reserved = fundsReserved(of('100001'));
const confirmed = commitmentConfirmed({ ...of('100001'), acceptance: reference('OfferAccepted') });
const reduced = commitmentReduced({
  ...{ ...of('100001', 100), costPence: 300, closure: reference('AllocationClosed') },
});
const close = (costs: Readonly<Record<string, number>> = {}) =>
  ({ type: 'CloseFund', data: { reason, costs } }) as const;
const closed = (committedPence: number) => fundClosed({ programmeId, reason, committedPence });

describe('closing a fund', () => {
  it('is possible once nothing is set aside and every allocation is closed and settled', () => {
    given(fund, opened).when(close()).then(closed(0));
    given(fund, opened, reserved, reservationReleased({ ...of('100001'), reason: 'never', evidence: null }))
      .when(close())
      .then(closed(0));
    given(fund, opened, reserved, confirmed, reduced).when(close()).then(closed(300));
    // Of an allocation that came to all that was committed nothing is given back.
    given(fund, opened, reserved, confirmed)
      .when(close({ 'r-100001': 400 }))
      .then(closed(400));
    given(fund, opened, closed(0)).when(close()).thenNothing();
  });

  it('sees what was promised in the same moment', () => {
    const offered = given(fund, opened, reserved).when(close()).thenRefused('FUND.NOT_SETTLED');
    expect(offered.message).toContain('£4.00 is set aside for setting 100001');
    given(fund, opened, reserved, confirmed).when(close()).thenRefused('FUND.NOT_SETTLED');
    given(fund, opened, reserved, confirmed)
      .when(close({ 'r-100001': 300 }))
      .thenRefused('FUND.NOT_SETTLED');
    const round = allocationRoundAdopted({
      ...{ programmeId, round: 1, hash: 'a'.repeat(64), policy, programme: reference('ProgrammeCreated') },
      ...{ rate: null, cut: { eventId: 'e', count: 1 }, settings: 1, totalPence: 5, leftPence: 0 },
      ...{ schedule: null, leftOut: [] },
    });
    given(fund, opened, round).when(close()).thenRefused('FUND.NOT_SETTLED');
    given(fund).when(close()).thenRefused('FUND.NOT_OPEN');
  });

  it('lets nothing be promised any more, nor the budget changed', () => {
    const over = given(fund, opened, reserved, confirmed, reduced, closed(300));
    const budget = { budgetPence: 2000, reason };
    for (const command of [
      { type: 'ReserveFunds', data: { ...of('100002') } },
      { type: 'RaiseFundBudget', data: budget },
      { type: 'LowerFundBudget', data: budget },
      {
        type: 'RaiseReservation',
        data: {
          ...{ reservationId: 'r-100001', fromPence: 300, toPence: 400, revisionId: 'v' },
          corrects: fact('AllocationOffered'),
        },
      },
    ] as const) {
      expect(over.when(command).thenRefused('FUND.CLOSED').message).toContain(reason);
    }
  });
});

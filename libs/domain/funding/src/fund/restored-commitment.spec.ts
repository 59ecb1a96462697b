// What a receipt had freed is committed again before the receipt is reversed: never more than there is.
import { given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { fact, reference } from '../allocation/allocation.fixture.js';
import { fund } from './fund.js';
import {
  commitmentConfirmed,
  commitmentReduced,
  commitmentRestored,
  fundClosed,
  fundOpened,
  fundsReserved,
} from './fund.events.js';

const programmeId = 'ipswich';
const of = (urn: string, amountPence: number) => ({
  ...{ programmeId, reservationId: `r-${urn}`, allocationId: `ipswich.${urn}`, urn, amountPence },
});
const opened = fundOpened({ programmeId, budgetPence: 1000, programme: reference('ProgrammeCreated') });
const reserved = fundsReserved(of('100001', 400));
const confirmed = commitmentConfirmed({ ...of('100001', 400), acceptance: reference('OfferAccepted') });
const closure = fact('AllocationClosed');
const reduced = commitmentReduced({ ...of('100001', 100), costPence: 300, closure: closure.event });
const past = [opened, reserved, confirmed, reduced];
const restore = (change: object = {}) =>
  ({
    type: 'RestoreCommitment',
    data: {
      ...{ reservationId: 'r-100001', fromPence: 300, toPence: 360, reversalId: 'v1' },
      ...{ reverses: fact('UnderspendReturned'), ...change },
    },
  }) as const;
const restored = commitmentRestored({
  ...{ ...of('100001', 60), costPence: 360, reversalId: 'v1', reverses: reference('UnderspendReturned') },
});
const giveBack = {
  type: 'ReduceCommitment',
  data: { reservationId: 'r-100001', costPence: 300, closure },
} as const;

describe('the commitment of a closed allocation of which a receipt is being reversed', () => {
  it('is what it comes to with that, once', () => {
    given(fund, ...past)
      .when(restore())
      .then(restored);
    const after = given(fund, ...past, restored);
    expect(after.state).toMatchObject({ confirmedPence: 360 });
    after.when(restore()).thenNothing();
    after.when(restore({ reversalId: 'v2' })).thenRefused('FUND.REVISION_UNDER_WAY');
  });

  it('is given back where the receipt is not reversed after all', () => {
    const back = commitmentReduced({ ...of('100001', 60), costPence: 300, closure: closure.event });
    given(fund, ...past, restored)
      .when(giveBack)
      .then(back);
    expect(given(fund, ...past, restored, back).state).toMatchObject({ confirmedPence: 300 });
  });

  it('is never more than there is, nor of what is not closed', () => {
    const all = fundsReserved(of('100002', 650));
    const short = given(fund, ...past, all)
      .when(restore())
      .thenRefused('FUND.INSUFFICIENT');
    expect(short.message).toContain('£0.50 available');
    expect(short.message).toContain('£0.60');
    given(fund, opened, reserved, confirmed).when(restore()).thenRefused('FUND.REVISION_UNDER_WAY');
    given(fund, opened, reserved).when(restore()).thenRefused('FUND.NOT_CONFIRMED');
    given(fund, ...past)
      .when(restore({ toPence: 300 }))
      .thenRefused('FUND.AMOUNT');
  });

  it('is what it comes to in a fund that is closed as well: the money is out, and the budget has it or is not raised', () => {
    const over = fundClosed({ programmeId, reason: 'every grant is closed out', committedPence: 300 });
    given(fund, ...past, over)
      .when(restore())
      .then(restored);
    given(fund, ...past, over, restored)
      .when(giveBack)
      .then(commitmentReduced({ ...of('100001', 60), costPence: 300, closure: closure.event }));
    const all = of('100002', 650);
    const drawn = commitmentConfirmed({ ...all, acceptance: reference('OfferAccepted') });
    const short = given(fund, ...past, fundsReserved(all), drawn, over)
      .when(restore())
      .thenRefused('FUND.INSUFFICIENT');
    expect(short.message).toContain('its budget is not raised any more');
    expect(short.message).not.toContain('raise the budget');
  });

  it('holds the fund open until the reversal is made or given up', () => {
    const close = (costPence: number) =>
      ({ type: 'CloseFund', data: { reason: 'over', costs: { 'r-100001': costPence } } }) as const;
    given(fund, ...past, restored)
      .when(close(300))
      .thenRefused('FUND.NOT_SETTLED');
    given(fund, ...past, restored)
      .when(close(360))
      .then(fundClosed({ programmeId, reason: 'over', committedPence: 360 }));
  });
});

import type { Fact } from '#kernel';
import { given, instant } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  commitmentCarriedOver,
  commitmentConfirmed,
  commitmentReduced,
  fundOpened,
  fundsReserved,
  reservationReleased,
} from './fund.events.js';
import { availablePence } from './fund-state.js';
import { fund } from './fund.js';

const programmeId = 'ipswich';
const fact = (type: string, at = '2024-01-01'): Fact => ({
  event: { eventId: `of-${type}`, stream: 'elsewhere-1', revision: '0', type },
  occurredAt: instant(at),
});
const programme = fact('ProgrammeCreated');
const opened = fundOpened({ programmeId, budgetPence: 1000, programme: programme.event });
const of = (urn: string, amountPence: number, reservationId = `r-${urn}`) => ({
  reservationId,
  allocationId: `${programmeId}.${urn}`,
  urn,
  amountPence,
});
const reserved = (urn: string, amount: number, id?: string) =>
  fundsReserved({ programmeId, ...of(urn, amount, id) });
const reserve = (urn: string, amount: number, id?: string) =>
  ({ type: 'ReserveFunds', data: of(urn, amount, id) }) as const;
const acceptance = fact('OfferAccepted');
const confirmed = (urn: string, amount: number) =>
  commitmentConfirmed({ programmeId, ...of(urn, amount), acceptance: acceptance.event });
const released = (urn: string, amount: number) =>
  reservationReleased({ programmeId, ...of(urn, amount), reason: 'never made', evidence: null });
const confirm = (urn: string) =>
  ({ type: 'ConfirmCommitment', data: { reservationId: `r-${urn}`, acceptance } }) as const;
const release = (urn: string, evidence: Fact | null = null) =>
  ({
    type: 'ReleaseReservation',
    data: { reservationId: `r-${urn}`, reason: 'never made', evidence },
  }) as const;

describe('opening a fund', () => {
  const open = { type: 'OpenFund', data: { programmeId, budgetPence: 1000, programme } } as const;

  it('opens it with the budget of the programme', () => {
    given(fund).when(open).then(opened);
  });
  it('does nothing if it is open', () => {
    given(fund, opened).when(open).thenNothing();
  });
  it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses a budget of %p', (budgetPence) => {
    given(fund)
      .when({ ...open, data: { ...open.data, budgetPence } })
      .thenRefused('FUND.AMOUNT');
  });
  it('refuses to have happened before the programme was created', () => {
    given(fund).when(open, { at: '2023-12-31' }).thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('reserving', () => {
  it('sets money aside', () => {
    given(fund, opened).when(reserve('100001', 400)).then(reserved('100001', 400));
  });
  it('takes the last penny', () => {
    given(fund, opened, reserved('100001', 400)).when(reserve('100002', 600)).then(reserved('100002', 600));
  });
  it('refuses a penny more than there is, and says what there is', () => {
    const refusal = given(fund, opened, reserved('100001', 400))
      .when(reserve('100002', 601))
      .thenRefused('FUND.INSUFFICIENT');
    expect(refusal.kind).toBe('wrong-state');
    expect(refusal.message).toContain('£6.00 available of £10.00; £6.01 was asked');
    expect(refusal.details).toMatchObject({ availablePence: 600, askedPence: 601 });
  });
  it('counts what is confirmed as well as what is in flight', () => {
    given(fund, opened, reserved('100001', 400), confirmed('100001', 400), reserved('100002', 500))
      .when(reserve('100003', 101))
      .thenRefused('FUND.INSUFFICIENT');
  });
  it('has again what was given back', () => {
    given(fund, opened, reserved('100001', 1000), released('100001', 1000))
      .when(reserve('100002', 1000))
      .then(reserved('100002', 1000));
  });
  it('cannot have promised earlier what was given back later', () => {
    given(fund, opened, reserved('100001', 1000), [released('100001', 1000), { at: '2024-03-01' }])
      .when(reserve('100002', 1000), { at: '2024-02-01' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
  it('is refused before the fund was opened', () => {
    given(fund, opened).when(reserve('100001', 1), { at: '2023-12-31' }).thenRefused('TIME.BEFORE_ITS_FACTS');
    given(fund).when(reserve('100001', 1)).thenRefused('FUND.NOT_OPEN');
  });
  it.each([0, -1, 1.5, Number.NaN, 2 ** 53])('refuses %p pence', (amount) => {
    given(fund, opened).when(reserve('100001', amount)).thenRefused('FUND.AMOUNT');
  });
  it('refuses the same reservation for another amount', () => {
    given(fund, opened, reserved('100001', 400))
      .when(reserve('100001', 401))
      .thenRefused('FUND.RESERVATION_DIFFERS');
  });
  it('refuses the same reservation for another setting', () => {
    given(fund, opened, reserved('100001', 400, 'one'))
      .when(reserve('100002', 400, 'one'))
      .thenRefused('FUND.RESERVATION_DIFFERS');
  });
  it('refuses a reservation that was given back', () => {
    given(fund, opened, reserved('100001', 400), released('100001', 400))
      .when(reserve('100001', 400))
      .thenRefused('FUND.RESERVATION_RELEASED');
  });
  it('keeps no money twice for one allocation', () => {
    given(fund, opened, reserved('100001', 400))
      .when(reserve('100001', 400, 'another'))
      .thenRefused('FUND.ALREADY_RESERVED');
    given(fund, opened, reserved('100001', 400), confirmed('100001', 400))
      .when(reserve('100001', 400, 'another'))
      .thenRefused('FUND.ALREADY_RESERVED');
    given(fund, opened, reserved('100001', 400), released('100001', 400))
      .when(reserve('100001', 400, 'another'))
      .then(reserved('100001', 400, 'another'));
  });
});

describe('confirming', () => {
  it('commits what was reserved', () => {
    given(fund, opened, reserved('100001', 400)).when(confirm('100001')).then(confirmed('100001', 400));
  });
  it('refuses what is not known, not open or given back', () => {
    given(fund).when(confirm('100001')).thenRefused('FUND.NOT_OPEN');
    given(fund, opened).when(confirm('100001')).thenRefused('FUND.UNKNOWN_RESERVATION');
    given(fund, opened, reserved('100001', 400), released('100001', 400))
      .when(confirm('100001'))
      .thenRefused('FUND.RESERVATION_RELEASED');
  });
  it('cannot have happened before the acceptance or the reservation', () => {
    given(fund, opened, [reserved('100001', 400), { at: '2024-02-01' }])
      .when(confirm('100001'), { at: '2024-01-31' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
    given(fund, [opened, { at: '2023-01-01' }], [reserved('100001', 400), { at: '2023-01-02' }])
      .when(confirm('100001'), { at: '2023-06-01' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('releasing', () => {
  it('frees what was reserved', () => {
    given(fund, opened, reserved('100001', 400)).when(release('100001')).then(released('100001', 400));
  });
  it('names what shows that the offer is dead', () => {
    const evidence = fact('OfferAbandoned');
    given(fund, opened, reserved('100001', 400))
      .when(release('100001', evidence))
      .then(
        reservationReleased({
          programmeId,
          ...of('100001', 400),
          reason: 'never made',
          evidence: evidence.event,
        }),
      );
  });
  it('refuses what is not known, not open or committed', () => {
    given(fund).when(release('100001')).thenRefused('FUND.NOT_OPEN');
    given(fund, opened).when(release('100001')).thenRefused('FUND.UNKNOWN_RESERVATION');
    given(fund, opened, reserved('100001', 400), confirmed('100001', 400))
      .when(release('100001'))
      .thenRefused('FUND.ALREADY_CONFIRMED');
  });
  it('cannot have happened before its evidence or the reservation', () => {
    given(fund, opened, reserved('100001', 400))
      .when(release('100001', fact('OfferAbandoned', '2024-02-01')))
      .thenRefused('TIME.BEFORE_ITS_FACTS');
    given(fund, opened, reserved('100001', 400))
      .when(release('100001'), { at: '2023-12-01' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('reducing a commitment', () => {
  const closure = fact('AllocationClosed');
  const reduce = (costPence: number) =>
    ({ type: 'ReduceCommitment', data: { reservationId: 'r-100001', costPence, closure } }) as const;
  const reduced = (freed: number, costPence: number) =>
    commitmentReduced({ programmeId, ...of('100001', freed), costPence, closure: closure.event });
  const committed = [opened, reserved('100001', 400), confirmed('100001', 400)];

  it('frees what a closed allocation did not come to, once', () => {
    given(fund, ...committed)
      .when(reduce(310))
      .then(reduced(90, 310));
    given(fund, ...committed)
      .when(reduce(0))
      .then(reduced(400, 0));
    given(fund, ...committed, reduced(90, 310))
      .when(reserve('100002', 690))
      .then(reserved('100002', 690));
    given(fund, ...committed, reduced(90, 310))
      .when(reserve('100002', 691))
      .thenRefused('FUND.INSUFFICIENT');
  });
  it('keeps what was never drawn for the setting that took the part over, and frees only the rest', () => {
    const carryOver = (costPence: number, amountPence: number, urn = '100002') =>
      ({
        type: 'CarryOverCommitment',
        data: {
          ...{ reservationId: 'r-100001', costPence, closure },
          to: { allocationId: `${programmeId}.${urn}`, urn, amountPence },
        },
      }) as const;
    const { reservationId: _, ...to } = of('100002', 250);
    const carried = commitmentCarriedOver({
      ...{ programmeId, ...of('100001', 300), costPence: 100, closure: closure.event },
      carried: { ...to, reservationId: 'carried-over.100001' },
    });
    given(fund, ...committed)
      .when(carryOver(100, 250))
      .then(carried);
    const after = given(fund, ...committed, carried);
    expect(after.state).toMatchObject({ confirmedPence: 100, reservedPence: 250 });
    // Of 1000 are kept: 100 that it came to, and 250 for the other setting.
    after.when(reserve('100003', 651)).thenRefused('FUND.INSUFFICIENT');
    after.when(reserve('100003', 650)).then(reserved('100003', 650));
    after.when(reserve('100002', 1)).thenRefused('FUND.ALREADY_RESERVED');
    // What is freed of it later is the fund's: a part is carried on once.
    after.when(carryOver(40, 60, '100004')).thenRefused('FUND.COMMITMENT_CLOSED');
    after.when(carryOver(100, 250)).thenNothing();
    given(fund, ...committed)
      .when(carryOver(100, 301))
      .thenRefused('FUND.AMOUNT');
    given(fund, ...committed)
      .when(carryOver(100, 0))
      .thenRefused('FUND.AMOUNT');
    given(fund, ...committed, reserved('100002', 1))
      .when(carryOver(100, 250))
      .thenRefused('FUND.ALREADY_RESERVED');
    given(fund, opened, reserved('100001', 400)).when(carryOver(100, 250)).thenRefused('FUND.NOT_CONFIRMED');
  });
  it('leaves an allocation that came to all of it as it is', () => {
    given(fund, ...committed)
      .when(reduce(400))
      .thenNothing();
  });
  it('is of what is committed, and never raises it', () => {
    given(fund, opened, reserved('100001', 400)).when(reduce(310)).thenRefused('FUND.NOT_CONFIRMED');
    given(fund, ...committed)
      .when(reduce(401))
      .thenRefused('FUND.AMOUNT');
    given(fund, opened).when(reduce(1)).thenRefused('FUND.UNKNOWN_RESERVATION');
    given(fund, ...committed)
      .when(reduce(310), { at: '2023-12-31' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
  it('leaves the setting with its one commitment: nothing else is reserved for it, confirmed or given back', () => {
    const past = [...committed, reduced(90, 310)];
    given(fund, ...past)
      .when(reserve('100001', 90, 'another'))
      .thenRefused('FUND.ALREADY_RESERVED');
    given(fund, ...past)
      .when(confirm('100001'))
      .thenNothing();
    given(fund, ...past)
      .when(release('100001'))
      .thenRefused('FUND.ALREADY_CONFIRMED');
  });
});

it('history that never was changes nothing and breaks nothing', () => {
  given(fund, reserved('100001', 400)).when(reserve('100001', 400)).thenRefused('FUND.NOT_OPEN');
  given(fund, opened, opened).when(reserve('100001', 1001)).thenRefused('FUND.INSUFFICIENT');
});

it('available is what is neither committed nor in flight', () => {
  const state = { status: 'open', programmeId, budgetPence: 1000, openedAt: instant('2024-01-01') } as const;
  expect(
    availablePence({ ...state, confirmedPence: 300, reservedPence: 50, rounds: [], reservations: {} }),
  ).toBe(650);
});

import { given, instant } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  allocationRoundAdopted,
  allocationRoundReconciled,
  commitmentConfirmed,
  fundOpened,
  fundsReserved,
  reservationReleased,
} from './fund.events.js';
import { fund } from './fund.js';
import { roundHashFrom } from './rounds.js';

const programmeId = 'ipswich';
const fact = (type: string, at = '2024-01-01') => ({
  event: { eventId: `of-${type}`, stream: 'elsewhere-1', revision: '0', type },
  occurredAt: instant(at),
});
const opened = fundOpened({ programmeId, budgetPence: 1000, programme: fact('ProgrammeCreated').event });
const hash = 'ab'.repeat(32);
const worked = {
  ...{ programmeId, hash, totalPence: 900, leftPence: 100, settings: 3, rate: null },
  policy: { kind: 'share-of-budget' as const, version: 1, floorPence: 100, capPence: 500 },
  programme: fact('ProgrammeCreated').event,
  cut: { eventId: 'last', count: 6 },
  ...{ schedule: fact('TrancheScheduleReplaced').event, leftOut: [] },
};
const adopt = (change: object = {}, by = hash) => ({
  type: 'AdoptRound' as const,
  data: {
    hash: by,
    now: {
      ...{ ...worked, availablePence: 1000, latestFact: instant('2024-01-01') },
      ...{ inForceSince: instant('2024-01-01'), ...change },
    },
  },
});
const adopted = allocationRoundAdopted({ ...worked, round: 1 });
const part = (urn: string, amountPence: number) => ({
  reservationId: `round-1.${urn}`,
  offer: { allocationId: `${programmeId}.${urn}`, urn, amountPence },
});
const acceptance = fact('OfferAccepted', '2024-01-02');
const confirm = (urn: string, amountPence: number) => ({
  type: 'ConfirmCommitment' as const,
  data: { ...part(urn, amountPence), acceptance },
});
const release = (urn: string, amountPence: number) => ({
  type: 'ReleaseReservation' as const,
  data: { ...part(urn, amountPence), reason: 'declined', evidence: null },
});
const money = (urn: string, amountPence: number) => {
  const { reservationId, offer } = part(urn, amountPence);
  return { programmeId, reservationId, ...offer };
};
const confirmed = (urn: string, amountPence: number) =>
  commitmentConfirmed({ ...money(urn, amountPence), acceptance: acceptance.event });
const released = (urn: string, amountPence: number) =>
  reservationReleased({ ...money(urn, amountPence), reason: 'declined', evidence: null });
const reserve = (amountPence: number) => ({
  type: 'ReserveFunds' as const,
  data: { reservationId: 'r1', allocationId: 'ipswich.100009', urn: '100009', amountPence },
});
const reconcile = (offeredPence: number, notOffered = 0) => ({
  type: 'ReconcileRound' as const,
  data: { round: 1, offered: 3 - notOffered, offeredPence, notOffered, reasons: [] },
});
const reconciled = (offeredPence: number, freedPence: number, notOffered = 0) =>
  allocationRoundReconciled({ programmeId, ...reconcile(offeredPence, notOffered).data, freedPence });

describe('adopting a round', () => {
  it('sets the money for all its offers aside at once', () => {
    given(fund, opened).when(adopt()).then(adopted);
    given(fund, opened, adopted).when(reserve(101)).thenRefused('FUND.INSUFFICIENT');
    const { reservationId, allocationId, urn } = reserve(100).data;
    given(fund, opened, adopted)
      .when(reserve(100))
      .then(fundsReserved({ programmeId, reservationId, allocationId, urn, amountPence: 100 }));
  });

  it('is refused when it would come out differently now, and says what it would come to', () => {
    const other = 'cd'.repeat(32);
    const refusal = given(fund, opened)
      .when(adopt({ hash: other, totalPence: 800, settings: 2 }))
      .thenRefused('ROUND.INPUTS_CHANGED');
    expect(refusal).toMatchObject({ kind: 'stale', details: { field: 'hash', hash, newHash: other } });
    expect(refusal.message).toContain('now it would give £8.00 to 2 settings: simulate it again');
  });

  it('is refused when the fund has more or less than it was worked out with', () => {
    given(fund, opened)
      .when(adopt({ availablePence: 999 }))
      .thenRefused('ROUND.INPUTS_CHANGED');
  });

  it('is refused when there is not so much money, or nothing to allocate', () => {
    given(fund, opened)
      .when(adopt({ totalPence: 1001 }))
      .thenRefused('ROUND.NOT_AFFORDED');
    given(fund, opened)
      .when(adopt({ totalPence: 0 }))
      .thenRefused('ROUND.NOT_AFFORDED');
  });

  it('cannot have happened before what it rests on, nor before there was a fund', () => {
    given(fund, opened)
      .when(adopt({ latestFact: instant('2024-01-03') }))
      .thenRefused('TIME.BEFORE_ITS_FACTS');
    given(fund, opened)
      .when(adopt({ inForceSince: instant('2024-01-03') }))
      .thenRefused('TIME.BEFORE_ITS_FACTS');
    given(fund, opened).when(adopt(), { at: '2023-12-31' }).thenRefused('TIME.BEFORE_ITS_FACTS');
    given(fund).when(adopt()).thenRefused('FUND.NOT_OPEN');
  });

  it('counts the rounds of the fund', () => {
    const second = { ...worked, hash: 'cd'.repeat(32), totalPence: 100, leftPence: 0 };
    given(fund, opened, adopted)
      .when(adopt({ ...second, availablePence: 100 }, second.hash))
      .then(allocationRoundAdopted({ ...second, round: 2 }));
  });
});

describe('an offer of a round', () => {
  it('is committed from what the round holds', () => {
    given(fund, opened, adopted).when(confirm('100001', 500)).then(confirmed('100001', 500));
    given(fund, opened, adopted, confirmed('100001', 500)).when(confirm('100001', 500)).thenNothing();
  });

  it('that is released gives its money back', () => {
    given(fund, opened, adopted).when(release('100001', 500)).then(released('100001', 500));
    given(fund, opened, adopted, released('100001', 500)).when(reserve(601)).thenRefused('FUND.INSUFFICIENT');
    given(fund, opened, adopted, confirmed('100001', 500))
      .when(release('100001', 500))
      .thenRefused('FUND.ALREADY_CONFIRMED');
    given(fund, opened, adopted, released('100001', 500))
      .when(confirm('100001', 500))
      .thenRefused('FUND.RESERVATION_RELEASED');
  });

  it('never takes more than the round still holds', () => {
    given(fund, opened, adopted, confirmed('100001', 500))
      .when(confirm('100002', 401))
      .thenRefused('FUND.ROUND_EXHAUSTED');
    given(fund, opened, adopted, confirmed('100001', 500))
      .when(confirm('100002', 400))
      .then(confirmed('100002', 400));
  });

  it('waits until what was reserved for the setting alone is given back', () => {
    const { reservationId, allocationId, urn } = {
      ...reserve(1).data,
      allocationId: 'ipswich.100001',
      urn: '100001',
    };
    const alone = fundsReserved({ programmeId, reservationId, allocationId, urn, amountPence: 50 });
    given(fund, opened, alone, adopted).when(confirm('100001', 500)).thenRefused('FUND.ALREADY_RESERVED');
  });

  it('is unknown where no such round was adopted, or nobody says how much it is', () => {
    given(fund, opened).when(confirm('100001', 500)).thenRefused('ROUND.NOT_FOUND');
    given(fund, opened, adopted)
      .when({ type: 'ConfirmCommitment', data: { reservationId: 'round-1.100001', acceptance } })
      .thenRefused('FUND.UNKNOWN_RESERVATION');
  });
});

describe('reconciling a round', () => {
  it('frees nothing when every offer was made', () => {
    given(fund, opened, adopted).when(reconcile(900)).then(reconciled(900, 0));
    given(fund, opened, adopted, reconciled(900, 0)).when(reserve(101)).thenRefused('FUND.INSUFFICIENT');
  });

  it('frees what was set aside for offers that could not be made, once', () => {
    given(fund, opened, adopted)
      .when(reconcile(500, 1))
      .then(reconciled(500, 400, 1));
    given(fund, opened, adopted, reconciled(500, 400, 1))
      .when(reserve(501))
      .thenRefused('FUND.INSUFFICIENT');
    given(fund, opened, adopted, reconciled(500, 400, 1))
      .when(reconcile(100))
      .thenNothing();
  });

  it('counts offers that were accepted or declined meanwhile as made', () => {
    const history = [opened, adopted, confirmed('100001', 300), released('100002', 300)] as const;
    given(fund, ...history)
      .when(reconcile(600, 1))
      .then(reconciled(600, 300, 1));
    given(fund, ...history, reconciled(600, 300, 1))
      .when(reserve(701))
      .thenRefused('FUND.INSUFFICIENT');
  });

  it('is refused when it does not add up, or before the adoption', () => {
    given(fund, opened, adopted).when(reconcile(901)).thenRefused('ROUND.DOES_NOT_ADD_UP');
    given(fund, opened, adopted, confirmed('100001', 500))
      .when(reconcile(499))
      .thenRefused('ROUND.DOES_NOT_ADD_UP');
    given(fund, opened).when(reconcile(900)).thenRefused('ROUND.NOT_FOUND');
    given(fund, opened, [adopted, { at: '2024-01-02' }])
      .when(reconcile(900), { at: '2024-01-01' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
    given(fund).when(reconcile(900)).thenRefused('FUND.NOT_OPEN');
  });
});

describe('the hash that somebody adopts by', () => {
  it.each([hash, hash.toUpperCase()])('is the same however its letters are written: %s', (text) => {
    expect(roundHashFrom(text)).toBe(hash);
  });

  it.each(['', 'deadbeef', `${hash}0`, ` ${hash}`, 'z'.repeat(64)])('is refused as %p', (text) => {
    expect(roundHashFrom(text)).toMatchObject({ code: 'ROUND.HASH', details: { field: 'hash' } });
  });
});

import { given, instant } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  allocationRoundAdopted,
  commitmentConfirmed,
  commitmentReduced,
  fundOpened,
  fundsReserved,
  reservationLowered,
  reservationRaised,
  reservationReleased,
  type FundEvent,
} from './fund.events.js';
import { availablePence } from './fund-state.js';
import { fund } from './fund.js';

const programmeId = 'ipswich';
const fact = (type: string, at = '2024-01-01') => ({
  event: { eventId: `of-${type}`, stream: 'elsewhere-1', revision: '0', type },
  occurredAt: instant(at),
});
const opened = fundOpened({ programmeId, budgetPence: 1000, programme: fact('ProgrammeCreated').event });
const of = { reservationId: 'r1', allocationId: 'ipswich.100009', urn: '100009' };
const reserved = fundsReserved({ programmeId, ...of, amountPence: 400 });
const confirmed = commitmentConfirmed({
  ...{ programmeId, ...of, amountPence: 400 },
  acceptance: fact('OfferAccepted').event,
});
const raise = (toPence: number, change: object = {}) => ({
  type: 'RaiseReservation' as const,
  data: { ...of, fromPence: 400, toPence, revisionId: 'v1', corrects: fact('AllocationOffered'), ...change },
});
const raised = (toPence: number, committed = false) =>
  reservationRaised({
    ...{
      programmeId,
      ...of,
      amountPence: toPence - 400,
      fromPence: 400,
      toPence,
      revisionId: 'v1',
      committed,
    },
  });
const because = { reason: 'revised downwards', evidence: fact('AllocationRevised') };
const lower = (fromPence: number, toPence: number) => ({
  type: 'LowerReservation' as const,
  data: { ...of, fromPence, toPence, ...because },
});
const lowered = (fromPence: number, toPence: number, committed = false) =>
  reservationLowered({
    ...{ programmeId, ...of, amountPence: fromPence - toPence, fromPence, toPence, committed },
    ...{ reason: because.reason, evidence: because.evidence.event },
  });
function open(...past: readonly FundEvent[]) {
  const { state } = given(fund, ...past);
  if (state.status !== 'open') throw new Error('no fund');
  return state;
}

describe('setting more aside', () => {
  it('takes the difference from the fund, for an offer and for a commitment', () => {
    given(fund, opened, reserved).when(raise(500)).then(raised(500));
    given(fund, opened, reserved, confirmed).when(raise(500)).then(raised(500, true));
    expect(availablePence(open(opened, reserved, raised(500)))).toBe(500);
    expect(open(opened, reserved, confirmed, raised(500, true))).toMatchObject({
      ...{ confirmedPence: 500, reservedPence: 0 },
    });
  });

  it('is refused beyond what the fund has, in words', () => {
    const { message } = given(fund, opened, reserved).when(raise(1001)).thenRefused('FUND.INSUFFICIENT');
    expect(message).toContain('has £6.00 available of £10.00; £6.01 more was asked for setting 100009');
    given(fund, opened, reserved).when(raise(1000)).then(raised(1000));
  });

  it('is refused where an earlier revision is not settled yet, or nothing stands', () => {
    const another = raise(600, { revisionId: 'v2' });
    const { kind } = given(fund, opened, reserved, raised(500))
      .when(another)
      .thenRefused('FUND.REVISION_UNDER_WAY');
    expect(kind).toBe('busy');
    given(fund, opened, reserved).when(raise(400)).thenRefused('FUND.AMOUNT');
    given(fund, opened, reserved).when(raise(500.5)).thenRefused('FUND.AMOUNT');
    given(fund, opened).when(raise(500)).thenRefused('FUND.UNKNOWN_RESERVATION');
    given(fund).when(raise(500)).thenRefused('FUND.NOT_OPEN');
    const freed = reservationReleased({ ...reserved.data, reason: 'declined', evidence: null });
    given(fund, opened, reserved, freed).when(raise(500)).thenRefused('FUND.RESERVATION_RELEASED');
    const closed = commitmentReduced({
      ...{ programmeId, ...of, amountPence: 100, costPence: 300, closure: fact('AllocationClosed').event },
    });
    given(fund, opened, reserved, confirmed, closed).when(raise(500)).thenRefused('FUND.COMMITMENT_CLOSED');
    given(fund, opened, reserved).when(raise(500), { at: '2023-12-01' }).thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('keeping less', () => {
  it('gives the difference back', () => {
    given(fund, opened, reserved).when(lower(400, 300)).then(lowered(400, 300));
    given(fund, opened, reserved, confirmed)
      .when(lower(400, 300))
      .then(lowered(400, 300, true));
    expect(availablePence(open(opened, reserved, lowered(400, 300)))).toBe(700);
  });

  it('does nothing for whoever has seen another amount', () => {
    given(fund, opened, reserved, raised(500)).when(lower(400, 300)).thenNothing();
    given(fund, opened, reserved).when(lower(400, 400)).thenRefused('FUND.AMOUNT');
  });
});

describe('the part of a round', () => {
  const part = { reservationId: 'round-1.100009', allocationId: of.allocationId, urn: of.urn };
  const adopted = allocationRoundAdopted({
    ...{ schedule: null, leftOut: [] },
    ...{
      programmeId,
      round: 1,
      hash: 'ab'.repeat(32),
      rate: null,
      settings: 2,
      totalPence: 900,
      leftPence: 100,
    },
    policy: { kind: 'share-of-budget', version: 1, floorPence: 100, capPence: 500 },
    ...{ programme: fact('ProgrammeCreated').event, cut: { eventId: 'last', count: 6 } },
  });
  const offer = { allocationId: of.allocationId, urn: of.urn, amountPence: 400 };
  const more = reservationRaised({
    ...{ programmeId, ...part, amountPence: 100, fromPence: 400, toPence: 500, revisionId: 'v1' },
    committed: false,
  });

  it('waits until what was reserved for the setting alone is given back', () => {
    const alone = fundsReserved({ programmeId, ...of, amountPence: 100 });
    given(fund, opened, adopted, alone)
      .when(raise(500, { ...part, offer }))
      .thenRefused('FUND.ALREADY_RESERVED');
  });

  it('comes into sight with its revision, and leaves what the round holds', () => {
    given(fund, opened, adopted)
      .when(raise(500, { ...part, offer }))
      .then(more);
    const state = open(opened, adopted, more);
    expect(state.rounds[0]?.heldPence).toBe(500);
    expect([state.reservedPence, availablePence(state)]).toEqual([1000, 0]);
    const acceptance = fact('OfferAccepted');
    given(fund, opened, adopted, more)
      .when({ type: 'ConfirmCommitment', data: { reservationId: part.reservationId, acceptance } })
      .then(commitmentConfirmed({ programmeId, ...part, amountPence: 500, acceptance: acceptance.event }));
  });
});

// The fund's decider under any sequence of commands: nothing is decided twice, and nothing is promised that is not there.
import { person, underAnySequence } from '#testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fact } from '../allocation/allocation.fixture.js';
import { availablePence, type FundState } from './fund-state.js';
import { fund, type FundCommand } from './fund.js';

const by = fc.constantFrom(...['ada', 'bea', 'cyd', 'dot'].map((subject) => person(subject)));
const hoursAgo = fc.constantFrom(0, 0, 0, 1, 5);
type Asked<C> = C extends { readonly type: infer T; readonly data: infer D } ? { type: T; data: D } : never;

/** A round of £2 for each of three settings. */
function roundOf600({ hash, availablePence }: { hash: string; availablePence: number }) {
  return {
    ...{ programmeId: 'ipswich', hash, availablePence, totalPence: 600, leftPence: availablePence - 600 },
    policy: { kind: 'share-of-budget' as const, version: 1, floorPence: 0, capPence: 200 },
    ...{ programme: fact('ProgrammeCreated').event, rate: null, settings: 3 },
    ...{ schedule: null, leftOut: [], latestFact: undefined, inForceSince: undefined },
    cut: { eventId: 'last', count: 6 },
  };
}

describe('the fund', () => {
  const BUDGET = 1000;
  const offerId = fc.constantFrom('r1', 'r2', 'r3', 'r4');
  const reservationId = fc.oneof({ weight: 4, arbitrary: offerId }, fc.constant('carried-over.100001'));
  const successor = fc.constantFrom('100002', '100003', '100004');
  const partOfRound = (urn: string) => ({
    reservationId: `round-1.${urn}`,
    offer: { allocationId: `ipswich.${urn}`, urn, amountPence: 200 },
  });
  const roundPart = fc.constantFrom('100001', '100002', '100003').map(partOfRound);
  const hash = fc.constantFrom('a', 'b').map((digit) => digit.repeat(64));
  const asked: fc.Arbitrary<Asked<FundCommand>> = fc.oneof(
    fc.constant({
      type: 'OpenFund' as const,
      data: { programmeId: 'ipswich', budgetPence: BUDGET, programme: fact('ProgrammeCreated') },
    }),
    fc
      .record({
        reservationId: offerId,
        urn: fc.constantFrom('100001', '100002', '100003'),
        amountPence: fc.constantFrom(-1, 0, 1, 300, 400, 999, 1001),
      })
      .map((data) => ({
        type: 'ReserveFunds' as const,
        data: { ...data, allocationId: `ipswich.${data.urn}` },
      })),
    fc
      .oneof(
        reservationId.map((id) => ({ reservationId: id })),
        roundPart,
      )
      .map((part) => ({
        type: 'ConfirmCommitment' as const,
        data: { ...part, acceptance: fact('OfferAccepted') },
      })),
    fc
      .oneof(
        reservationId.map((id) => ({ reservationId: id })),
        roundPart,
      )
      .map((part) => ({
        type: 'ReleaseReservation' as const,
        data: { ...part, reason: 'never made', evidence: null },
      })),
    reservationId.chain((id) =>
      fc.constantFrom(0, 1, 300, 400).map((costPence) => ({
        type: 'ReduceCommitment' as const,
        data: { reservationId: id, costPence, closure: fact('AllocationClosed') },
      })),
    ),
    fc
      .tuple(reservationId, fc.constantFrom(0, 1, 300), fc.constantFrom(1, 100, 300, 400), successor)
      .map(([id, costPence, amountPence, urn]) => ({
        type: 'CarryOverCommitment' as const,
        data: {
          ...{ reservationId: id, costPence, closure: fact('AllocationClosed') },
          to: { allocationId: `ipswich.${urn}`, urn, amountPence },
        },
      })),
    fc
      .tuple(
        fc.oneof(
          reservationId.map((id) => ({ reservationId: id })),
          roundPart,
        ),
        fc.constantFrom(200, 300, 400, 500),
        fc.constantFrom(100, 200, 300, 500, 1001),
        fc.constantFrom('v1', 'v2', 'v3'),
      )
      .map(([part, fromPence, toPence, revisionId]) =>
        toPence > fromPence
          ? {
              type: 'RaiseReservation' as const,
              data: { ...part, fromPence, toPence, revisionId, corrects: fact('AllocationOffered') },
            }
          : {
              type: 'LowerReservation' as const,
              data: { ...part, fromPence, toPence, reason: 'revised', evidence: null },
            },
      ),
    fc.record({ hash, availablePence: fc.constantFrom(0, 300, 600, 700, BUDGET) }).map((round) => ({
      type: 'AdoptRound' as const,
      data: { hash: round.hash, now: roundOf600(round) },
    })),
    fc.record({ round: fc.constantFrom(1, 1, 2), offered: fc.nat(3) }).map((part) => ({
      type: 'ReconcileRound' as const,
      data: { ...part, offeredPence: part.offered * 200, notOffered: 3 - part.offered, reasons: [] },
    })),
    fc
      .constantFrom({}, { r1: 300, r2: 1 })
      .map((costs) => ({ type: 'CloseFund' as const, data: { reason: 'over', costs } })),
    ...(['RaiseFundBudget', 'LowerFundBudget'] as const).map((type) =>
      fc
        .constantFrom(-1, 0, 299, 300, 700, BUDGET, 1400)
        .map((budgetPence) => ({ type, data: { budgetPence, reason: 'the board said so' } })),
    ),
  );

  /** One commitment from its reservation until its allocation is closed. */
  const way = fc
    .tuple(
      fc.constantFrom('r1', 'r2', 'r3', 'r4'),
      fc.constantFrom(0, 1, 300),
      by,
      fc.constantFrom('to the fund', 'to another'),
    )
    .map(([id, costPence, who, ending]) => {
      const requests: readonly Asked<FundCommand>[] = [
        {
          type: 'ReserveFunds',
          data: { reservationId: id, urn: '100001', allocationId: 'ipswich.100001', amountPence: 300 },
        },
        {
          type: 'RaiseReservation',
          data: {
            ...{ reservationId: id, fromPence: 300, toPence: 400, revisionId: 'v9' },
            corrects: fact('AllocationOffered'),
          },
        },
        { type: 'ConfirmCommitment', data: { reservationId: id, acceptance: fact('OfferAccepted') } },
        {
          type: 'LowerReservation',
          data: { reservationId: id, fromPence: 400, toPence: 300, reason: 'revised', evidence: null },
        },
        ending === 'to the fund'
          ? {
              type: 'ReduceCommitment',
              data: { reservationId: id, costPence, closure: fact('AllocationClosed') },
            }
          : {
              type: 'CarryOverCommitment',
              data: {
                ...{ reservationId: id, costPence, closure: fact('AllocationClosed') },
                to: { allocationId: 'ipswich.100004', urn: '100004', amountPence: 300 - costPence },
              },
            },
      ];
      return requests.map((request) => ({ ...request, by: who, hoursAgo: 0 }));
    });

  /** A round from its adoption, which on a fund that nothing has been asked of yet is the round that was seen, until it is reconciled. */
  const roundsWay = fc.tuple(hash, fc.constantFrom(0, 1, 2), by).map(([seen, offered, who]) => {
    const requests: readonly Asked<FundCommand>[] = [
      {
        type: 'OpenFund',
        data: { programmeId: 'ipswich', budgetPence: BUDGET, programme: fact('ProgrammeCreated') },
      },
      {
        type: 'AdoptRound',
        data: { hash: seen, now: roundOf600({ hash: seen, availablePence: BUDGET }) },
      },
      { type: 'ConfirmCommitment', data: { ...partOfRound('100001'), acceptance: fact('OfferAccepted') } },
      { type: 'ReleaseReservation', data: { ...partOfRound('100002'), reason: 'declined', evidence: null } },
      {
        type: 'ReconcileRound',
        data: { round: 1, offered, offeredPence: offered * 200, notOffered: 3 - offered, reasons: [] },
      },
    ];
    return requests.map((request) => ({ ...request, by: who, hoursAgo: 0 }));
  });

  it('decides nothing twice and never promises more than it has', () => {
    const single = fc
      .tuple(asked, by, hoursAgo)
      .map(([request, who, hours]) => [{ ...request, by: who, hoursAgo: hours }]);
    const decided = underAnySequence<FundState, FundCommand, never>(fund as never, {
      requests: fc.oneof(
        { weight: 20, arbitrary: single },
        { weight: 5, arbitrary: way },
        { weight: 1, arbitrary: roundsWay },
      ),
      holds: (state) => {
        if (state.status === 'none') return;
        if (state.closed !== undefined) expect(state.reservedPence).toBe(0);
        expect(availablePence(state)).toBeGreaterThanOrEqual(0);
        expect(state.confirmedPence).toBeGreaterThanOrEqual(0);
        expect(state.reservedPence).toBeGreaterThanOrEqual(0);
        const kept = Object.values(state.reservations).filter(({ status }) => status !== 'released');
        const held = state.rounds.map(({ heldPence }) => heldPence);
        expect(Math.min(0, ...held)).toBe(0);
        const alone = kept.reduce((sum, one) => sum + one.amountPence, 0);
        expect(held.reduce((sum, pence) => sum + pence, alone)).toBe(
          state.confirmedPence + state.reservedPence,
        );
        expect(new Set(kept.map(({ allocationId }) => allocationId)).size).toBe(kept.length);
      },
    });
    for (const type of [
      ...['OpenFund', 'ReserveFunds', 'ConfirmCommitment', 'ReleaseReservation', 'AdoptRound'],
      ...[
        'ReconcileRound',
        'ReduceCommitment',
        'CarryOverCommitment',
        'RaiseReservation',
        'LowerReservation',
      ],
      ...['RaiseFundBudget', 'LowerFundBudget', 'CloseFund'],
    ]) {
      expect([type, (decided.get(type) ?? 0) > 0]).toEqual([type, true]);
    }
  });
});

// The deciders of the money under any sequence of commands: nothing is decided twice, and nothing is promised or paid that is
// not there.
import { person, underAnySequence } from '#testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fact, facts } from './allocation/allocation.fixture.js';
import { allocation, type AllocationCommand } from './allocation/allocation.js';
import { releasedPence, type AllocationState } from './allocation/allocation-state.js';
import { askedPence, backPence } from './allocation/money-back-state.js';
import { availablePence, type FundState } from './fund/fund-state.js';
import { fund, type FundCommand } from './fund/fund.js';

const by = fc.constantFrom(...['ada', 'bea', 'cyd', 'dot'].map((subject) => person(subject)));
const hoursAgo = fc.constantFrom(0, 0, 0, 1, 5);
type Asked<C> = C extends { readonly type: infer T; readonly data: infer D } ? { type: T; data: D } : never;

/** A round of £2 for each of three settings. */
function roundOf600({ hash, availablePence }: { hash: string; availablePence: number }) {
  return {
    ...{ programmeId: 'ipswich', hash, availablePence, totalPence: 600, leftPence: availablePence - 600 },
    policy: { kind: 'share-of-budget' as const, version: 1, floorPence: 0, capPence: 200 },
    ...{ programme: fact('ProgrammeCreated').event, rate: null, settings: 3, latestFact: undefined },
    cut: { eventId: 'last', count: 6 },
  };
}

describe('the fund', () => {
  const BUDGET = 1000;
  const reservationId = fc.constantFrom('r1', 'r2', 'r3', 'r4');
  const roundPart = fc.constantFrom('100001', '100002', '100003').map((urn) => ({
    reservationId: `round-1.${urn}`,
    offer: { allocationId: `ipswich.${urn}`, urn, amountPence: 200 },
  }));
  const hash = fc.constantFrom('a', 'b').map((digit) => digit.repeat(64));
  const asked: fc.Arbitrary<Asked<FundCommand>> = fc.oneof(
    fc.constant({
      type: 'OpenFund' as const,
      data: { programmeId: 'ipswich', budgetPence: BUDGET, programme: fact('ProgrammeCreated') },
    }),
    fc
      .record({
        reservationId,
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
    ...(['RaiseFundBudget', 'LowerFundBudget'] as const).map((type) =>
      fc
        .constantFrom(-1, 0, 299, 300, 700, BUDGET, 1400)
        .map((budgetPence) => ({ type, data: { budgetPence, reason: 'the board said so' } })),
    ),
  );

  /** One commitment from its reservation until its allocation is closed. */
  const way = fc
    .tuple(fc.constantFrom('r1', 'r2', 'r3', 'r4'), fc.constantFrom(0, 1, 300), by)
    .map(([id, costPence, who]) => {
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
        {
          type: 'ReduceCommitment',
          data: { reservationId: id, costPence, closure: fact('AllocationClosed') },
        },
      ];
      return requests.map((request) => ({ ...request, by: who, hoursAgo: 0 }));
    });

  it('decides nothing twice and never promises more than it has', () => {
    const single = fc
      .tuple(asked, by, hoursAgo)
      .map(([request, who, hours]) => [{ ...request, by: who, hoursAgo: hours }]);
    const decided = underAnySequence<FundState, FundCommand, never>(fund as never, {
      requests: fc.oneof({ weight: 5, arbitrary: single }, { weight: 1, arbitrary: way }),
      holds: (state) => {
        if (state.status === 'none') return;
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
      ...['ReconcileRound', 'ReduceCommitment', 'RaiseReservation', 'LowerReservation'],
      ...['RaiseFundBudget', 'LowerFundBudget'],
    ]) {
      expect([type, (decided.get(type) ?? 0) > 0]).toEqual([type, true]);
    }
  });
});

const OBJECTIONS = [
  ...(['RefuseTrancheProposal', 'WithdrawTrancheProposal', 'RevokeTrancheApproval'] as const),
  ...(['HoldTranche', 'ResumeTranche'] as const),
];

describe('an allocation', () => {
  const condition = fc.constantFrom('agreement-accepted', 'plan-approved', 'report-1-accepted');
  const evidence = fc.constantFrom('0', '1', '2').map((revision) => fact('evidence', '2024-01-01', revision));
  const ids = { programmeId: 'ipswich', urn: '124570' };
  const reservation = fc
    .constantFrom('r1', 'r2')
    .map((reservationId) => ({ reservationId, amountPence: 1_521_000 }));
  const asked: fc.Arbitrary<Asked<AllocationCommand>> = fc.oneof(
    reservation.map((one) => ({ type: 'OfferAllocation' as const, data: { ...facts, reservation: one } })),
    reservation.map(({ reservationId }) => ({
      type: 'AbandonOffer' as const,
      data: { ...ids, reservationId, reason: 'never made' },
    })),
    fc
      .tuple(fc.constantFrom('10', '23.4', '30'), fc.constantFrom('v1', 'v2', 'v3', 'v4'))
      .map(([fte, revisionId]) => {
        const figure = { ...fact('WorkforceFigureVerified', '2024-01-01', fte), fte, suppressedAs: null };
        const { reservation: _, ...known } = facts;
        const rest = { rule: 'same', reason: 'a mistake', revisionId, keptPence: 1_950_000 } as const;
        return { type: 'ReviseAllocation' as const, data: { ...known, figure, ...rest } };
      }),
    fc.constantFrom('v4', 'v5').map((revisionId) => ({
      type: 'AbandonRevision' as const,
      data: { ...ids, reservationId: 'r1', revisionId, reason: 'never made' },
    })),
    fc.constant({ type: 'AcceptOffer' as const, data: {} }),
    fc.constant({ type: 'DeclineOffer' as const, data: { reason: 'no' } }),
    fc.record({ condition, evidence }).map((data) => ({ type: 'RecordConditionMet' as const, data })),
    fc
      .record({ condition, evidence })
      .map((data) => ({ type: 'RevokeCondition' as const, data: { ...data, reason: 'an error' } })),
    ...(['ProposeTranche', 'ApproveTranche', 'ReleaseTranche'] as const).map((type) =>
      fc.constantFrom(1, 1, 2, 3).map((number) => ({ type, data: { number } })),
    ),
    ...OBJECTIONS.map((type) =>
      fc.constantFrom(1, 1, 2).map((number) => ({ type, data: { number, reason: 'a doubt' } })),
    ),
  );

  const paid = [1, 2].map((number) => ({ number, settled: fact('PaymentSettled') }));
  const pence = fc.constantFrom(1, 400_000, 912_600, 912_601);
  const back: fc.Arbitrary<Asked<AllocationCommand>> = fc.oneof(
    pence.map((amountPence) => ({
      type: 'ProposeReclaim' as const,
      data: { number: 1, amountPence, reason: 'unspent', paid },
    })),
    ...(
      ['ApproveReclaim', 'ApproveReclaim', 'WithdrawReclaim', 'ReceiveReclaim', 'ReceiveReclaim'] as const
    ).map((type) =>
      fc
        .tuple(fc.constantFrom(1, 1, 2), pence, fc.constantFrom('B1', 'B2', 'B3'))
        .map(([reclaim, amountPence, reference]) => {
          if (type === 'ApproveReclaim') return { type, data: { reclaim } };
          if (type === 'WithdrawReclaim') return { type, data: { reclaim, reason: 'let go' } };
          return { type, data: { reclaim, amountPence, reference } };
        }),
    ),
    fc.tuple(pence, fc.constantFrom('B1', 'B2', 'B4')).map(([amountPence, reference]) => ({
      type: 'ReturnUnderspend' as const,
      data: { number: 1, amountPence, reference, reason: 'unspent', paid },
    })),
    fc
      .constantFrom(1, 2)
      .map((receipt) => ({ type: 'ReverseReceipt' as const, data: { receipt, reason: 'bounced' } })),
  );
  const closing = { type: 'CloseAllocation' as const, data: { reason: 'over', paid } };

  const single = fc
    .tuple(asked, by, hoursAgo)
    .map(([request, who, hours]) => [{ ...request, by: who, hoursAgo: hours }]);
  /** From the offer to the release; not always by three different people: who signs twice must be refused. */
  const way = fc
    .tuple(fc.array(by, { minLength: 3, maxLength: 3 }), fc.constantFrom('0', '1', '2'))
    .map(([people, revision]) => {
      const rests = fact('evidence', '2024-01-01', revision);
      const met = (name: string) =>
        ({ type: 'RecordConditionMet', data: { condition: name, evidence: rests } }) as const;
      const requests: readonly Asked<AllocationCommand>[] = [
        { type: 'OfferAllocation', data: facts },
        { type: 'AcceptOffer', data: {} },
        met('agreement-accepted'),
        met('plan-approved'),
        { type: 'ProposeTranche', data: { number: 1 } },
        { type: 'ApproveTranche', data: { number: 1 } },
        { type: 'ReleaseTranche', data: { number: 1 } },
      ];
      return requests.map((request, step) => ({
        ...request,
        by: people[Math.max(0, step - 4)]!,
        hoursAgo: 0,
      }));
    });
  /** What was paid comes back in some order, and in the end the allocation may be closed. */
  const andBack = fc
    .tuple(way, fc.array(fc.tuple(back, by), { minLength: 1, maxLength: 12 }), fc.boolean())
    .map(([steps, moves, ends]) => [
      ...steps,
      ...moves.map(([request, who]) => ({ ...request, by: who, hoursAgo: 0 })),
      ...(ends ? [{ ...closing, by: person('dot'), hoursAgo: 0 }] : []),
    ]);

  it('decides nothing twice and never pays more than was allocated, nor without three people', () => {
    const decided = underAnySequence<AllocationState, AllocationCommand, never>(allocation as never, {
      requests: fc.oneof(
        { weight: 5, arbitrary: single },
        { weight: 1, arbitrary: way },
        { weight: 1, arbitrary: andBack },
      ),
      holds: (state) => {
        if (state.status === 'none') return;
        expect(releasedPence(state)).toBeLessThanOrEqual(state.amountPence);
        expect(state.tranches.reduce((sum, { amountPence }) => sum + amountPence, 0)).toBe(state.amountPence);
        for (const { number, amountPence, released } of state.tranches) {
          const { reclaimedPence, returnedPence } = backPence(state.moneyBack, number);
          expect(Math.min(reclaimedPence, returnedPence)).toBeGreaterThanOrEqual(0);
          const gone = reclaimedPence + returnedPence + askedPence(state.moneyBack, number);
          expect(gone).toBeLessThanOrEqual(released === null ? 0 : amountPence);
        }
        for (const { proposed, approved } of state.moneyBack.reclaims)
          expect(approved?.by.subject).not.toBe(proposed.by.subject);
        if (state.status === 'closed') expect(askedPence(state.moneyBack)).toBe(0);
        for (const { proposed, approved, released } of state.tranches) {
          if (released === null) continue;
          const people = [proposed, approved, released].map((signature) => signature?.by.subject);
          expect(new Set(people).size).toBe(3);
        }
      },
      numRuns: 600,
    });
    for (const type of [
      ...['OfferAllocation', 'AbandonOffer', 'AcceptOffer', 'RecordConditionMet', 'RevokeCondition'],
      ...['ProposeTranche', 'ApproveTranche', 'ReleaseTranche', 'ReviseAllocation', 'AbandonRevision'],
      ...OBJECTIONS,
      ...['ProposeReclaim', 'ApproveReclaim', 'WithdrawReclaim', 'ReceiveReclaim'],
      ...['ReturnUnderspend', 'ReverseReceipt', 'CloseAllocation'],
      'DeclineOffer',
    ]) {
      expect([type, (decided.get(type) ?? 0) > 0]).toEqual([type, true]);
    }
  });
});

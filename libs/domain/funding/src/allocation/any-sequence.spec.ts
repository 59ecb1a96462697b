// The allocation's decider under any sequence of commands: nothing is decided twice, and nothing is paid that is not there.
import type { Fact } from '#kernel';
import { person, underAnySequence } from '#testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { accountsOf, fact, facts, inOrder } from './allocation.fixture.js';
import { allocation, type AllocationCommand } from './allocation.js';
import { releasedPence, type AllocationState } from './allocation-state.js';
import { askedPence, backPence, owedPence } from './money-back-state.js';

const by = fc.constantFrom(...['ada', 'bea', 'cyd', 'dot'].map((subject) => person(subject)));
const hoursAgo = fc.constantFrom(0, 0, 0, 1, 5);
type Asked<C> = C extends { readonly type: infer T; readonly data: infer D } ? { type: T; data: D } : never;

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
    fc.constant({ type: 'AcceptOffer' as const, data: { standing: inOrder } }),
    fc.constant({ type: 'DeclineOffer' as const, data: { reason: 'no' } }),
    fc.record({ condition, evidence }).map((data) => ({ type: 'RecordConditionMet' as const, data })),
    fc
      .record({ condition, evidence })
      .map((data) => ({ type: 'RevokeCondition' as const, data: { ...data, reason: 'an error' } })),
    ...(['ProposeTranche', 'ApproveTranche', 'ReleaseTranche'] as const).map((type) =>
      fc.constantFrom(1, 1, 2, 3).map((number) => ({ type, data: { number, standing: inOrder } })),
    ),
    ...OBJECTIONS.map((type) =>
      fc.constantFrom(1, 1, 2).map((number) => ({ type, data: { number, reason: 'a doubt' } })),
    ),
  );

  const paid = [1, 2].map((number) => ({ number, settled: fact('PaymentSettled') }));
  const accounts = accountsOf(0);
  const pence = fc.constantFrom(1, 400_000, 912_600, 912_601);
  const back: fc.Arbitrary<Asked<AllocationCommand>> = fc.oneof(
    pence.map((amountPence) => ({
      type: 'ProposeReclaim' as const,
      data: { number: 1, amountPence, reason: 'unspent', paid, accounts },
    })),
    ...(
      ['ApproveReclaim', 'ApproveReclaim', 'WithdrawReclaim', 'ReceiveReclaim', 'ReceiveReclaim'] as const
    ).map((type) =>
      fc
        .tuple(fc.constantFrom(1, 1, 2), pence, fc.constantFrom('B1', 'B2', 'B3'))
        .map(([reclaim, amountPence, reference]) => {
          if (type === 'ApproveReclaim') return { type, data: { reclaim, paid, accounts } };
          if (type === 'WithdrawReclaim') {
            const outcome = amountPence === 1 ? ('mistake' as const) : ('let-go' as const);
            return { type, data: { reclaim, outcome, reason: 'let go' } };
          }
          return { type, data: { reclaim, amountPence, reference, paid } };
        }),
    ),
    fc.tuple(pence, fc.constantFrom('B1', 'B2', 'B4')).map(([amountPence, reference]) => ({
      type: 'ReturnUnderspend' as const,
      data: { number: 1, amountPence, reference, reason: 'unspent', paid, accounts },
    })),
    fc.tuple(fc.constantFrom(1, 2), fc.constantFrom(0, 912_600)).map(([receipt, keptPence]) => {
      const reversalId = keptPence === 0 ? null : `reversal-${receipt}`;
      return { type: 'ReverseReceipt' as const, data: { receipt, reason: 'bounced', reversalId, keptPence } };
    }),
  );
  const undone = fc.constantFrom(1, 1, 2).chain((number) =>
    fc.constantFrom(null, { status: 'failed', run: 1, answeredAt: undefined } as const).map((payment) => ({
      type: 'ReverseRelease' as const,
      data: { number, reason: 'it cannot be paid', payments: payment === null ? {} : { [number]: payment } },
    })),
  );
  const closing = {
    type: 'CloseAllocation' as const,
    data: { reason: 'over', paid, accounts: accountsOf(912_600) },
  };

  const single = fc
    .tuple(fc.oneof({ weight: 12, arbitrary: asked }, { weight: 1, arbitrary: undone }), by, hoursAgo)
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
        { type: 'AcceptOffer', data: { standing: inOrder } },
        met('agreement-accepted'),
        met('plan-approved'),
        { type: 'ProposeTranche', data: { number: 1, standing: inOrder } },
        { type: 'ApproveTranche', data: { number: 1, standing: inOrder } },
        { type: 'ReleaseTranche', data: { number: 1, standing: inOrder } },
      ];
      return requests.map((request, step) => ({
        ...request,
        by: people[Math.max(0, step - 4)]!,
        hoursAgo: 0,
      }));
    });
  /** Said no to at once: after a few other commands an offer has mostly been accepted already. */
  const saidNo = fc.tuple(by, fc.boolean()).map(([who, accepted]) => {
    const requests: readonly Asked<AllocationCommand>[] = [
      { type: 'OfferAllocation', data: facts },
      ...(accepted ? [{ type: 'AcceptOffer', data: { standing: inOrder } } as const] : []),
      { type: 'DeclineOffer', data: { reason: 'no' } },
    ];
    return requests.map((request) => ({ ...request, by: who, hoursAgo: 0 }));
  });
  /** From a proposal to what may be said against it, and to taking that back. */
  const objected = fc
    .tuple(
      way,
      fc.constantFrom(1, 2, 3),
      fc.array(fc.tuple(fc.constantFrom(...OBJECTIONS), by), { maxLength: 4 }),
    )
    .map(([steps, signatures, objections]) => [
      ...steps.slice(0, 4 + signatures),
      ...objections.map(([type, who]) => {
        const data = { number: 1, reason: 'a doubt' };
        return { type, data, by: who, hoursAgo: 0 };
      }),
    ]);
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
        { weight: 10, arbitrary: single },
        { weight: 2, arbitrary: way },
        { weight: 2, arbitrary: andBack },
        { weight: 1, arbitrary: objected },
        { weight: 1, arbitrary: saidNo },
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
        if (state.status === 'closed') {
          // What is asked for was asked since, of what nobody had accounted for, or what came in for it had not.
          const first = BigInt(state.closure.first.revision);
          const asked = state.moneyBack.reclaims.filter((one) => owedPence(one) > 0);
          const since = ({ event }: Fact) => BigInt(event.revision) > first;
          const undone = state.moneyBack.receipts.filter(
            ({ reversed }) => reversed !== null && since(reversed),
          );
          const sound = asked.every(
            ({ proposed, reclaim }) => since(proposed) || undone.some((one) => one.reclaim === reclaim),
          );
          expect(sound).toBe(true);
        }
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
      ...['ReturnUnderspend', 'ReverseReceipt', 'CloseAllocation', 'ReverseRelease'],
      'DeclineOffer',
    ]) {
      expect([type, (decided.get(type) ?? 0) > 0]).toEqual([type, true]);
    }
  });
});

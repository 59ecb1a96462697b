// Who answers for the money of parts that were passed on: exactly one of those they were passed on between, for every penny.
import { fold, type AnyEvent, type RecordedEvent } from '#kernel';
import { given, History, type Given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dueBackPence } from './accounted.js';
import type { AllocationState } from './allocation-state.js';
import { trancheReleased, type AllocationEvent } from './allocation.events.js';
import { accepted, accountsOf, fact, of, offered, setting } from './allocation.fixture.js';
import { allocation } from './allocation.js';
import {
  amina,
  approving,
  claim,
  close,
  noor,
  on,
  propose,
  proposed,
  receive,
  released,
  rhys,
} from './money-back.fixture.js';
import {
  allocationClosed,
  reclaimApproved,
  reclaimProposed,
  reclaimReceived,
  underspendReturned,
} from './money-back.events.js';
import { revised } from './revision.fixture.js';
import { Answering, type Books } from './who-answers.js';

type Move =
  | { readonly kind: 'pay'; readonly who: number; readonly tranche: 1 | 2 }
  | { readonly kind: 'take-over'; readonly from: number; readonly to: number }
  | {
      readonly kind: 'spend' | 'overspend' | 'return' | 'ask' | 'receive';
      readonly who: number;
      readonly share: number;
    };

/** What has happened to one setting: events of its allocation, and what stands beside it. */
interface One {
  readonly events: AllocationEvent[];
  readonly paid: Set<1 | 2>;
  spentPence: number;
  takenOverBy: number | null;
}

const settings = ['1', '2', '3', '4'];
const settled = (number: number) => ({ number, settled: fact('PaymentSettled') });

function stateOf({ events }: One): Extract<AllocationState, { status: 'accepted' }> {
  const history = new History();
  const all: AllocationEvent[] = [offered, accepted, ...events];
  const recorded = all.map((event) => history.record<AnyEvent>(event)) as RecordedEvent<AllocationEvent>[];
  const state = fold(allocation, recorded);
  if (state.status !== 'accepted') throw new Error(state.status);
  return state;
}

function answeringOf(all: readonly One[]): Answering {
  const books = all.map((one, index): Books => ({
    ...{ urn: settings[index]!, spentPence: one.spentPence, reclaimed: false },
    // Nothing need have been offered to whoever took a part over.
    allocation: one.paid.size === 0 ? allocation.initial : stateOf(one),
    paid: [...one.paid].map(settled),
    takenOverBy: one.takenOverBy === null ? null : settings[one.takenOverBy]!,
  }));
  return new Answering(books);
}

function dueOf(all: readonly One[], who: number): number {
  const one = all[who]!;
  return dueBackPence(stateOf(one), [...one.paid].map(settled), answeringOf(all).accountsOf(settings[who]!));
}

/** What of a tranche is neither back nor asked for. */
function keptOf(one: One): number {
  const sum = (type: string) =>
    one.events.reduce((pence, event) => {
      const { number, amountPence } = event.data as { number?: number; amountPence?: number };
      return event.type === type && number === 1 ? pence + (amountPence ?? 0) : pence;
    }, 0);
  return one.paid.has(1) ? of(1).amountPence - sum('ReclaimProposed') - sum('UnderspendReturned') : 0;
}

/** @returns by how much less there is to answer for, if nobody spends more than there is */
function make(all: readonly One[], move: Move): number {
  if (move.kind === 'take-over') {
    const from = all[move.from]!;
    const roots = (who: number): number => {
      const next = all[who]!.takenOverBy;
      return next === null ? who : roots(next);
    };
    if (from.takenOverBy === null && roots(move.to) !== move.from) from.takenOverBy = move.to;
    return 0;
  }
  const one = all[move.who]!;
  if (move.kind === 'pay') {
    if (one.paid.has(move.tranche)) return 0;
    one.paid.add(move.tranche);
    one.events.push(trancheReleased(of(move.tranche)));
    return -of(move.tranche).amountPence;
  }
  const due = dueOf(all, move.who);
  const pence = Math.floor((due * move.share) / 10);
  const back = Math.min(pence, keptOf(one));
  const ask = { ...setting, number: 1, amountPence: back };
  const asked = one.events.filter(({ type }) => type === 'ReclaimProposed').length;
  switch (move.kind) {
    case 'spend':
      one.spentPence += pence;
      return pence;
    case 'overspend':
      one.spentPence += due + move.share;
      return due;
    case 'return':
      if (back > 0)
        one.events.push(underspendReturned({ ...ask, receipt: 1, reference: 'B', reason: 'unspent' }));
      return back;
    case 'ask':
      if (back > 0) one.events.push(reclaimProposed({ ...ask, reclaim: asked + 1, reason: 'unspent' }));
      return back;
    case 'receive': {
      // What was asked for comes in: nothing else changes.
      const open = one.events.findLast((event) => event.type === 'ReclaimProposed');
      const reclaim = open?.type === 'ReclaimProposed' ? open.data : undefined;
      const done = one.events.some(
        (event) => event.type === 'ReclaimReceived' && event.data.reclaim === reclaim?.reclaim,
      );
      if (reclaim === undefined || done) return 0;
      const { reason: _, ...of1 } = reclaim;
      one.events.push(reclaimApproved(of1), reclaimReceived({ ...of1, receipt: 9, reference: 'R' }));
      return 0;
    }
  }
}

const who = fc.nat(3);
const plain = fc.oneof(
  fc.record({ kind: fc.constant('pay' as const), who, tranche: fc.constantFrom(1 as const, 2 as const) }),
  fc.record({ kind: fc.constant('take-over' as const), from: who, to: who }),
  fc.record({
    kind: fc.constantFrom('spend' as const, 'return' as const, 'ask' as const, 'receive' as const),
    ...{ who, share: fc.integer({ min: 1, max: 10 }) },
  }),
);
const nobody = (): One[] =>
  settings.map(() => ({ events: [], paid: new Set<1 | 2>(), spentPence: 0, takenOverBy: null }));

describe('the money of parts that were passed on', () => {
  it('is answered for by exactly one setting, to the penny, at every moment', () => {
    fc.assert(
      fc.property(fc.array(plain, { maxLength: 30 }), (moves) => {
        const all = nobody();
        let left = 0;
        for (const move of moves) {
          left -= make(all, move);
          const answering = answeringOf(all);
          const answered = settings.map((urn) => answering.answersForPence(urn));
          expect(answered.reduce((sum, pence) => sum + pence, 0)).toBe(left);
          for (const [index, one] of all.entries()) {
            if (one.takenOverBy !== null) expect(answered[index]).toBe(0);
            // No more is asked of anybody than whoever answers has not accounted for.
            expect(dueOf(all, index)).toBeLessThanOrEqual(left);
          }
        }
      }),
    );
  });

  it('is asked back once where part of it was paid too much: that, of whom it was paid to', () => {
    const { amountPence } = of(1);
    const duePence = amountPence - 40_000;
    const down = revised('20', {
      amounts: [
        [amountPence, amountPence],
        [of(2).amountPence, 0],
      ],
      duePence,
    });
    const none = { paid: new Set<1 | 2>([1]), spentPence: 0 };
    const before: One = { ...none, events: [trancheReleased(of(1)), down], takenOverBy: 1 };
    const after: One = { ...none, events: [trancheReleased(of(1))], takenOverBy: null };
    after.spentPence = amountPence;
    const all = [before, after];
    expect(answeringOf(all).answersForPence('2')).toBe(amountPence);
    expect([dueOf(all, 0), dueOf(all, 1)]).toEqual([amountPence, duePence]);
    const ask = { ...setting, number: 1, reclaim: 1, reason: 'unspent' };
    after.events.push(reclaimProposed({ ...ask, amountPence: duePence }));
    expect([dueOf(all, 0), dueOf(all, 1)]).toEqual([40_000, 0]);
    before.events.push(reclaimProposed({ ...ask, amountPence: 40_000 }));
    expect([dueOf(all, 0), dueOf(all, 1)]).toEqual([0, 0]);
    expect(answeringOf(all).answersForPence('2')).toBe(0);
  });

  it('is never less than what nobody has accounted for, whatever is spent beyond what was paid', () => {
    const over = fc.record({ kind: fc.constant('overspend' as const), who, share: fc.nat(900_000) });
    fc.assert(
      fc.property(fc.array(fc.oneof(plain, over), { maxLength: 30 }), (moves) => {
        const all = nobody();
        for (const move of moves) make(all, move);
        const answering = answeringOf(all);
        const answered = settings.map((urn) => answering.answersForPence(urn));
        expect(answered.every((pence) => pence >= 0)).toBe(true);
        for (const [index] of all.entries()) {
          const answers = answered[rootOf(all, index)]!;
          expect(dueOf(all, index)).toBeLessThanOrEqual(answers);
        }
      }),
    );
  });
});

function rootOf(all: readonly One[], index: number): number {
  const next = all[index]!.takenOverBy;
  return next === null ? index : rootOf(all, next);
}

describe('what a closed allocation is still answered for', () => {
  const left = { urn: '148001', balancePence: 0 };
  const accounts = accountsOf(700_000, { successors: [left] });
  const closed = on(
    allocationClosed({
      ...{ ...setting, reservationId: 'r1', amountPence: 1_521_000, releasedPence: 912_600 },
      ...{ reclaimedPence: 0, returnedPence: 0, costPence: 912_600, reason: 'it became an academy' },
      ...{ undrawn: [{ number: 2, amountPence: 608_400 }], carriedTo: '148001' },
    }),
    rhys,
  );
  const over = [...released, closed];

  it('is asked back of it, and comes in: it then came to less', () => {
    given(allocation, ...over)
      .when(propose({ accounts }), { by: amina })
      .then(proposed);
    given(allocation, ...over, on(proposed))
      .when(approving({ accounts }), { by: rhys })
      .then(reclaimApproved(claim));
    const asked = [...over, on(proposed), on(reclaimApproved(claim), rhys)];
    given(allocation, ...asked)
      .when(receive(150_000), { by: noor })
      .then(
        reclaimReceived({
          ...{ ...setting, receipt: 1, reclaim: 1, number: 1, amountPence: 150_000, reference: 'BACS 1' },
        }),
        allocationClosed({
          ...{ ...setting, reservationId: 'r1', amountPence: 1_521_000, releasedPence: 912_600 },
          ...{ reclaimedPence: 150_000, returnedPence: 0, costPence: 762_600 },
          ...{ undrawn: [], carriedTo: null, reason: 'it became an academy' },
        }),
      );
  });

  it('is no more than whoever took the part over has not accounted for', () => {
    const spent = accountsOf(700_000, { successors: [{ urn: '148001', balancePence: -112_600 }] });
    const refusal = given(allocation, ...over)
      .when(propose({ accounts: spent, amountPence: 100_001 }), { by: amina })
      .thenRefused('RECLAIM.BEYOND_DUE');
    expect(refusal.details).toMatchObject({ dueBackPence: 100_000 });
    const all = accountsOf(700_000, { successors: [{ urn: '148001', balancePence: -212_600 }] });
    given(allocation, ...over)
      .when(propose({ accounts: all }), { by: amina })
      .thenRefused('ALLOCATION.CLOSED');
    // Nor is it asked of both where the other was asked for it since it was proposed.
    given(allocation, ...over, on(proposed))
      .when(approving({ accounts: all }), { by: rhys })
      .thenRefused('RECLAIM.BEYOND_DUE');
  });

  it('holds a successor that was paid less than came to it until that is seen to where it was paid', () => {
    const state = (...events: Given<AllocationEvent>[]) => given(allocation, ...events).state;
    const before = { urn: '124570', spentPence: 700_000, reclaimed: false, takenOverBy: '148001' };
    const after = { urn: '148001', allocation: state(offered, accepted), paid: [], spentPence: 0 };
    const accountsAfter = (...events: Given<AllocationEvent>[]) =>
      new Answering([
        { ...before, allocation: state(...over, ...events), paid: [settled(1)] },
        { ...after, reclaimed: false, takenOverBy: null },
      ]).accountsOf('148001');
    const closing = (...events: Given<AllocationEvent>[]) =>
      given(allocation, offered, accepted).when(close({ paid: [], accounts: accountsAfter(...events) }), {
        by: rhys,
      });
    expect(closing().thenRefused('ALLOCATION.UNFINISHED').message).toContain('£2,126.00');
    const rest = { ...claim, amountPence: 212_600 };
    const asked = [on(reclaimProposed({ ...rest, reason: 'unspent' })), on(reclaimApproved(rest), rhys)];
    closing(...asked, on(reclaimReceived({ ...rest, receipt: 1, reference: 'B' }), noor)).then(
      allocationClosed({
        ...{ ...setting, reservationId: 'r1', amountPence: 1_521_000, releasedPence: 0 },
        ...{ reclaimedPence: 0, returnedPence: 0, costPence: 0, reason: 'the programme is over' },
        undrawn: [1, 2].map((number) => ({ number, amountPence: of(number).amountPence })),
        carriedTo: null,
      }),
    );
  });
});

// Who answers for the money of parts that were passed on: exactly one of those they were passed on between, for every penny.
import { fold, type AnyEvent, type RecordedEvent } from '#kernel';
import { History } from '#testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dueBackPence } from './accounted.js';
import type { AllocationState } from './allocation-state.js';
import { trancheReleased, type AllocationEvent } from './allocation.events.js';
import { accepted, fact, of, offered, setting } from './allocation.fixture.js';
import { allocation } from './allocation.js';
import {
  reclaimApproved,
  reclaimProposed,
  reclaimReceived,
  reclaimWithdrawn,
  receiptReversed,
  underspendReturned,
} from './money-back.events.js';
import { owedPence, type Reclaim } from './money-back-state.js';
import { revised } from './revision.fixture.js';
import { Answering, type Books } from './who-answers.js';

type Move =
  | { readonly kind: 'pay'; readonly who: number; readonly tranche: 1 | 2 }
  | { readonly kind: 'take-over'; readonly from: number; readonly to: number }
  | {
      readonly kind: 'spend' | 'overspend' | 'return' | 'ask' | 'receive' | 'let-go' | 'mistake' | 'bounce';
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
        one.events.push(
          underspendReturned({ ...ask, receipt: receiptsOf(one) + 1, reference: 'B', reason: 'unspent' }),
        );
      return back;
    case 'ask':
      if (back > 0) one.events.push(reclaimProposed({ ...ask, reclaim: asked + 1, reason: 'unspent' }));
      return back;
    case 'receive':
      return receiveOpen(one, move.share);
    case 'let-go':
    case 'mistake':
      return withdrawOpen(one, move.kind);
    case 'bounce':
      return bounceLast(one, move.share);
  }
}

const moneyBackOf = (one: One) => stateOf(one).moneyBack;
const openOf = (one: One) => moneyBackOf(one).reclaims.findLast((reclaim) => owedPence(reclaim) > 0);
const approve = (one: One, { reclaim, number, amountPence, approved }: Reclaim) =>
  approved === null
    ? one.events.push(reclaimApproved({ ...setting, reclaim, number, amountPence }))
    : undefined;
const receiptsOf = (one: One) =>
  one.events.filter(({ type }) => type === 'ReclaimReceived' || type === 'UnderspendReturned').length;

/** What was asked for comes in, all or a part: nothing else changes. */
function receiveOpen(one: One, share: number): number {
  const open = openOf(one);
  const amountPence = open === undefined ? 0 : Math.floor((owedPence(open) * share) / 10);
  if (open === undefined || amountPence === 0) return 0;
  approve(one, open);
  const { reclaim, number } = open;
  const receipt = receiptsOf(one) + 1;
  one.events.push(reclaimReceived({ ...setting, reclaim, number, amountPence, receipt, reference: 'R' }));
  return 0;
}

/** What is let go of was seen to when it was asked for; of a mistake it is to be answered for again. */
function withdrawOpen(one: One, outcome: 'let-go' | 'mistake'): number {
  const open = openOf(one);
  if (open === undefined) return 0;
  approve(one, open);
  const { reclaim, number } = open;
  const amountPence = owedPence(open);
  one.events.push(reclaimWithdrawn({ ...setting, reclaim, number, amountPence, outcome, reason: 'so' }));
  return outcome === 'let-go' ? 0 : -amountPence;
}

/** What had not come in is owed again; or, if it is not asked for any more, to be answered for again. */
function bounceLast(one: One, share: number): number {
  const { receipts, reclaims } = moneyBackOf(one);
  const stands = receipts.filter(({ reversed }) => reversed === null);
  const found = stands[share % Math.max(1, stands.length)];
  if (found === undefined) return 0;
  const { receipt, reclaim, number, amountPence, recorded } = found;
  const of = { ...setting, receipt, reclaim, number, amountPence };
  one.events.push(receiptReversed({ ...of, reverses: recorded.event, reversalId: null, reason: 'none' }));
  const asked = reclaims.find((other) => other.reclaim === reclaim);
  return asked?.withdrawn === null ? 0 : -amountPence;
}

const who = fc.nat(3);
const plain = fc.oneof(
  fc.record({ kind: fc.constant('pay' as const), who, tranche: fc.constantFrom(1 as const, 2 as const) }),
  fc.record({ kind: fc.constant('take-over' as const), from: who, to: who }),
  fc.record({
    kind: fc.constantFrom(...(['spend', 'return', 'ask', 'receive', 'let-go', 'mistake', 'bounce'] as const)),
    ...{ who, share: fc.integer({ min: 1, max: 10 }) },
  }),
);
/** What seldom comes about by chance: of one setting money is paid, asked back, comes in in part, is withdrawn and had not come in. */
const story = fc
  .tuple(who, fc.integer({ min: 1, max: 9 }), fc.constantFrom('let-go' as const, 'mistake' as const))
  .map(([one, share, ends]): Move[] => [
    { kind: 'pay', who: one, tranche: 1 },
    ...(['ask', 'receive', ends, 'bounce'] as const).map((kind) => ({ kind, who: one, share })),
  ]);
const moves = (single: fc.Arbitrary<Move>) =>
  fc
    .array(
      fc.oneof(
        {
          weight: 8,
          arbitrary: single.map((move) => [move]),
        },
        { weight: 1, arbitrary: story },
      ),
      { maxLength: 30 },
    )
    .map((some) => some.flat());
const nobody = (): One[] =>
  settings.map(() => ({ events: [], paid: new Set<1 | 2>(), spentPence: 0, takenOverBy: null }));

describe('the money of parts that were passed on', () => {
  it('is answered for by exactly one setting, to the penny, at every moment', () => {
    fc.assert(
      fc.property(moves(plain), (made) => {
        const all = nobody();
        let left = 0;
        for (const move of made) {
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
      fc.property(moves(fc.oneof(plain, over)), (made) => {
        const all = nobody();
        for (const move of made) make(all, move);
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

import type { AcceptedWord } from '#domain/reporting';
import { given, person, type Given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import type { AllocationState } from '../allocation/allocation-state.js';
import { trancheReleased, type AllocationEvent } from '../allocation/allocation.events.js';
import { accepted, accountsOf, fact, of, offered, setting } from '../allocation/allocation.fixture.js';
import { allocation } from '../allocation/allocation.js';
import { reclaimApproved, reclaimProposed, underspendReturned } from '../allocation/money-back.events.js';
import { acceptedSpend } from '../allocation/accounted.js';
import { settlementOf } from './settlement.js';

const action = (actionId: string, spentPence: number) => ({ actionId, spentPence });
const report = (...accepted: readonly AcceptedWord[]) => ({ status: 'submitted', accepted });

describe('what is accepted as spent', () => {
  it('is the newest accepted word on each action; what is not accepted says nothing', () => {
    expect(acceptedSpend([])).toBe(0);
    expect(acceptedSpend([{ status: 'none' }, report()])).toBe(0);
    const first = report(action('a', 100), action('b', 40));
    expect(acceptedSpend([first, report(action('a', 300))])).toBe(340);
    expect(acceptedSpend([first, report(action('b', 60))])).toBe(160);
    expect(acceptedSpend([first, report()])).toBe(140);
  });
});

describe('a settlement', () => {
  const both = [trancheReleased(of(1)), trancheReleased(of(2))];
  const paid = [1, 2].map((number) => ({ number, settled: fact('PaymentSettled') }));
  const stateAfter = (...events: readonly Given<AllocationEvent>[]) =>
    given(allocation, offered, accepted, ...events).state as Exclude<AllocationState, { status: 'none' }>;
  const spent = (pence: number) => accountsOf(pence);

  it('asks back what was paid and not spent, of the last tranche first', () => {
    expect(settlementOf(stateAfter(...both), spent(800_000), paid)).toMatchObject({
      ...{ settledPence: 1_521_000, spentPence: 800_000, toComeBackPence: 721_000 },
      reclaim: [
        { number: 2, amountPence: 608_400 },
        { number: 1, amountPence: 112_600 },
      ],
      unfinished: [expect.stringContaining('£7,210.00 that was paid is neither accepted as spent nor back')],
    });
  });

  it('asks for nothing twice: neither what came back nor what is asked for', () => {
    const by = { by: person('amina') };
    const claim = { ...setting, reclaim: 1, number: 2, amountPence: 500_000 };
    const state = stateAfter(
      ...both,
      [reclaimProposed({ ...claim, reason: 'unspent' }), by],
      reclaimApproved(claim),
      underspendReturned({
        ...setting,
        receipt: 1,
        number: 2,
        amountPence: 100_000,
        reference: 'B',
        reason: 'r',
      }),
    );
    expect(settlementOf(state, spent(800_000), paid)).toMatchObject({
      ...{ askedPence: 500_000, returnedPence: 100_000, toComeBackPence: 121_000 },
      reclaim: [
        { number: 2, amountPence: 8_400 },
        { number: 1, amountPence: 112_600 },
      ],
      unfinished: [
        '£5,000.00 of reclaim 1 has not come in: receive it, or withdraw what is left of it',
        expect.stringContaining('£1,210.00 that was paid'),
      ],
    });
  });

  it('owes nobody for an overspend, and counts only what the bank has paid', () => {
    const over = settlementOf(stateAfter(...both), spent(9_000_000), paid);
    expect(over).toMatchObject({ toComeBackPence: 0, reclaim: [] });
    const one = settlementOf(stateAfter(...both), spent(0), paid.slice(0, 1));
    expect(one).toMatchObject({ settledPence: 912_600, reclaim: [{ number: 1, amountPence: 912_600 }] });
  });

  it('counts what a setting took over with its part, and leaves to its successor what it did not account for', () => {
    const inherits = accountsOf(1_600_000, { inheritedPence: 100_000 });
    expect(settlementOf(stateAfter(...both), inherits, paid)).toMatchObject({
      ...{ inheritedPence: 100_000, toComeBackPence: 21_000 },
    });
    const passedOn = settlementOf(
      stateAfter(...both),
      accountsOf(0, { successors: [{ urn: '148001', balancePence: 0 }] }),
      paid,
    );
    expect(passedOn).toMatchObject({ passedOnTo: '148001', toComeBackPence: 0, unfinished: [] });
  });

  it('asks all of it back, spent or not, where the board decided to reclaim it', () => {
    const all = settlementOf(stateAfter(...both), accountsOf(1_521_000, { reclaimed: true }), paid);
    expect(all).toMatchObject({
      ...{ allToComeBack: true, spentPence: 1_521_000, toComeBackPence: 1_521_000 },
      unfinished: [expect.stringContaining('£15,210.00 is not back')],
    });
  });
});

// What two people let go of is what was owed when they did: a receipt that turns out to be none later is not let go of with it.
import { given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { unaccountedPence } from './accounted.js';
import { accountsOf, reference, setting } from './allocation.fixture.js';
import { allocation } from './allocation.js';
import { noor, on, owed, paid, propose, received, rhys } from './money-back.fixture.js';
import { receiptReversed, reclaimWithdrawn } from './money-back.events.js';
import { letGoPence } from './money-back-state.js';

const withdrawn = (outcome: 'let-go' | 'mistake') =>
  reclaimWithdrawn({
    ...{ ...setting, reclaim: 1, number: 1, amountPence: 120_000 },
    ...{ outcome, reason: 'the invoices were seen' },
  });
const undone = receiptReversed({
  ...{ ...setting, receipt: 1, reclaim: 1, number: 1, amountPence: 80_000, reason: 'it bounced' },
  ...{ reverses: reference('ReclaimReceived'), reversalId: null },
});
const past = (outcome: 'let-go' | 'mistake') => [
  ...owed,
  on(received(80_000), noor),
  on(withdrawn(outcome), rhys),
];
const spent = accountsOf(712_600);

describe('what was let go of', () => {
  it('is what was owed then, and what came in for it is to be accounted for again where it had not', () => {
    const { state: before } = given(allocation, ...past('let-go'));
    const after = given(allocation, ...past('let-go'), on(undone, noor));
    if (before.status !== 'accepted' || after.state.status !== 'accepted') throw new Error('not accepted');
    expect(letGoPence(before.moneyBack)).toBe(120_000);
    expect(letGoPence(after.state.moneyBack)).toBe(120_000);
    expect(unaccountedPence(before, paid, spent)).toBe(0);
    expect(unaccountedPence(after.state, paid, spent)).toBe(80_000);
    const more = after.when(propose({ accounts: spent, amountPence: 80_001 }));
    expect(more.thenRefused('RECLAIM.BEYOND_DUE').details).toMatchObject({ dueBackPence: 80_000 });
  });

  it('is nothing of a mistake', () => {
    const { state } = given(allocation, ...past('mistake'), on(undone, noor));
    if (state.status !== 'accepted') throw new Error(state.status);
    expect(letGoPence(state.moneyBack)).toBe(0);
    expect(unaccountedPence(state, paid, spent)).toBe(200_000);
  });
});

// A receipt that was none, found out after its allocation was closed with it: it is reversed by naming it, and the allocation came to more.
import { isRefusal } from '#kernel';
import { given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { costPence, type AllocationState } from './allocation-state.js';
import { accountsOf, fact, reference, setting } from './allocation.fixture.js';
import { allocation } from './allocation.js';
import { dueBackPence, unaccountedPence } from './accounted.js';
import {
  closed,
  noor,
  on,
  owed,
  paid,
  propose,
  receive,
  received,
  released,
  returned,
  rhys,
} from './money-back.fixture.js';
import { receiptReversed } from './money-back.events.js';

const reversalId = '5b0c5a0e-3b66-5d0b-9a3c-0d8d4f2f0001';
const reason = 'it is of another school';
const reverse = (keptPence: number, change: object = {}) =>
  ({
    type: 'ReverseReceipt',
    data: { receipt: 1, reason, reversalId, keptPence, ...change },
  }) as const;
const undone = (reclaim: number | null, amountPence: number) =>
  receiptReversed({
    ...{ ...setting, receipt: 1, number: 1, reclaim, amountPence, reason, reversalId },
    reverses: reference(reclaim === null ? 'UnderspendReturned' : 'ReclaimReceived'),
  });
const gaveBack = [
  ...released,
  on(returned(50_000), noor),
  on(closed({ returnedPence: 50_000, costPence: 862_600 }), rhys),
];
const paidBack = [
  ...owed,
  on(received(), noor),
  on(closed({ reclaimedPence: 200_000, costPence: 712_600 }), rhys),
];
const anew = (change: object) => closed({ undrawn: [], ...change });
const accounts = accountsOf(862_600);
const decide = (state: AllocationState, command: ReturnType<typeof reverse>) => {
  const decided = allocation.decide({ ...command, by: noor, at: fact('x', '2024-06-01').occurredAt }, state);
  if (isRefusal(decided)) throw new Error(decided.message);
  return decided.map(({ type, data }) => ({ type, data }));
};

describe('a receipt that was none, of an allocation that was closed with it', () => {
  it('is reversed by naming it, and the allocation came to more', () => {
    const { state } = given(allocation, ...gaveBack);
    expect(decide(state, reverse(912_600))).toMatchObject([
      { type: 'ReceiptReversed', data: { receipt: 1, reclaim: null, amountPence: 50_000, reversalId } },
      {
        type: 'AllocationClosed',
        data: { releasedPence: 912_600, returnedPence: 0, costPence: 912_600, undrawn: [], carriedTo: null },
      },
    ]);
  });

  it('is money again that nobody has accounted for, and can be asked back', () => {
    const after = given(
      allocation,
      ...gaveBack,
      on(undone(null, 50_000), noor),
      on(anew({ returnedPence: 0, costPence: 912_600 }), noor),
    );
    const { state } = after;
    if (state.status !== 'closed') throw new Error(state.status);
    expect(costPence(state)).toBe(912_600);
    expect(unaccountedPence(state, paid, accounts)).toBe(50_000);
    expect(dueBackPence(state, paid, accounts)).toBe(50_000);
    after.when(reverse(912_600), { by: noor }).thenNothing();
    after.when(reverse(912_600), { by: rhys }).thenRefused('RECEIPT.REVERSED');
    const asked = after.when(propose({ accounts, amountPence: 50_001 }));
    expect(asked.thenRefused('RECLAIM.BEYOND_DUE').details).toMatchObject({ dueBackPence: 50_000 });
  });

  it('is owed again where it was asked back before the closing, and comes in or is let go of', () => {
    expect(decide(given(allocation, ...paidBack).state, reverse(912_600))).toMatchObject([
      { type: 'ReceiptReversed', data: { reclaim: 1, amountPence: 200_000 } },
      { type: 'AllocationClosed', data: { reclaimedPence: 0, costPence: 912_600 } },
    ]);
    const after = [
      ...paidBack,
      on(undone(1, 200_000), noor),
      on(anew({ reclaimedPence: 0, costPence: 912_600 }), noor),
    ];
    given(allocation, ...after)
      .when(receive(200_000, 'BACS 7'), { by: noor })
      .then(received(200_000, 2, 'BACS 7'), anew({ reclaimedPence: 200_000, costPence: 712_600 }));
    const again = [
      ...after,
      on(received(200_000, 2, 'BACS 7'), noor),
      on(anew({ reclaimedPence: 200_000, costPence: 712_600 }), noor),
    ];
    given(allocation, ...again)
      .when(receive(200_000, 'BACS 7'), { by: noor })
      .thenNothing();
    // What was never touched since is over.
    given(allocation, ...paidBack)
      .when(receive(1, 'BACS 8'), { by: noor })
      .thenRefused('ALLOCATION.CLOSED');
  });

  it('is reversed only once the fund keeps as much for it again, and not once that was given up', () => {
    const over = given(allocation, ...gaveBack);
    over.when(reverse(912_599), { by: noor }).thenRefused('ALLOCATION.RESERVATION_DIFFERS');
    over.when(reverse(0, { reversalId: null }), { by: noor }).thenRefused('ALLOCATION.RESERVATION_DIFFERS');
    over.when(reverse(912_600, { receipt: 2 }), { by: noor }).thenRefused('RECEIPT.UNKNOWN');
    const { programmeId, urn } = setting;
    const abandon = {
      type: 'AbandonRevision',
      data: { programmeId, urn, reservationId: 'r1', revisionId: reversalId, reason: 'never made' },
    } as const;
    const fenced = { type: 'RevisionAbandoned', data: abandon.data } as const;
    over.when(abandon).then(fenced);
    given(allocation, ...gaveBack, fenced as never)
      .when(reverse(912_600), { by: noor })
      .thenRefused('ALLOCATION.REVISION_ABANDONED');
    given(allocation, ...gaveBack, on(undone(null, 50_000), noor))
      .when(abandon)
      .thenRefused('ALLOCATION.REVISION_MADE');
  });
});

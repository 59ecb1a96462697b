// A payment that was not made after all: nothing of it comes back, and nothing is closed over it.
import { given, person, type Given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { costPence } from './allocation-state.js';
import {
  trancheApproved,
  tranchePaymentReversed,
  trancheProposed,
  trancheReleased,
  type AllocationEvent,
} from './allocation.events.js';
import { accountsOf, fact, of, offered, ready, setting } from './allocation.fixture.js';
import { allocation } from './allocation.js';
import { allocationClosed, underspendReturned } from './money-back.events.js';

const [amina, rhys, noor] = [person('amina'), person('rhys', 'approver'), person('noor', 'payer')];
const reason = 'the bank returned it';
const settlement = fact('PaymentSettled');
const paid = [{ number: 1, settled: settlement }];
const signed = (event: AllocationEvent, by = amina): Given<AllocationEvent> => [event, { by }];
const released = [
  ...ready,
  signed(trancheProposed(of(1))),
  signed(trancheApproved({ ...of(1), authority: null }), rhys),
  signed(trancheReleased(of(1)), noor),
];
const undo = { type: 'ReverseTranchePayment', data: { number: 1, reason, settlement } } as const;
const undone = tranchePaymentReversed({ ...of(1), reason, settlement: settlement.event });
const returned = underspendReturned({
  ...{ ...setting, receipt: 1, number: 1, amountPence: 500, reference: 'BACS 1', reason: 'unspent' },
});
const closed = allocationClosed({
  ...{ ...setting, reservationId: 'r1', amountPence: 1_521_000, releasedPence: 912_600, reclaimedPence: 0 },
  ...{ returnedPence: 0, costPence: 912_600, reason: 'over', carriedTo: null },
  undrawn: [{ number: 2, amountPence: 608_400 }],
});

describe('a payment that was not made after all', () => {
  it('is said once, of a settlement, and not while money of it is recorded as come back', () => {
    given(allocation, ...released)
      .when(undo)
      .then(undone);
    given(allocation, ...released, undone)
      .when(undo)
      .thenNothing();
    given(allocation, offered).when(undo).thenRefused('TRANCHE.NOT_RELEASED');
    const back = given(allocation, ...released, returned)
      .when(undo)
      .thenRefused('PAYMENT.MONEY_CAME_BACK');
    expect(back.message).toContain('reverse receipt 1 (£5.00, BACS 1) first');
    const over = given(allocation, ...released, returned, closed)
      .when(undo)
      .thenRefused('PAYMENT.MONEY_CAME_BACK');
    expect(over.message).toContain('reverse receipt 1 (£5.00, BACS 1) first');
  });

  it('lets nothing come back and nothing be closed, until the bank has paid anew', () => {
    const after = given(allocation, ...released, undone);
    const giveBack = (settled = paid) => ({
      type: 'ReturnUnderspend' as const,
      data: { number: 1, amountPence: 500, reference: 'BACS 1', reason: 'unspent', paid: settled },
    });
    const close = { type: 'CloseAllocation', data: { reason, paid, accounts: accountsOf(912_600) } } as const;
    after.when(giveBack()).thenRefused('RECLAIM.NOT_PAID');
    after.when(close).thenRefused('ALLOCATION.UNFINISHED');
    const anew = [{ number: 1, settled: fact('PaymentSettled', '2024-01-01', '7') }];
    after.when(giveBack(anew), { by: noor }).then(returned);
  });
});

describe('a payment that fails after its allocation was closed', () => {
  const payment = { status: 'failed', run: 1, answeredAt: undefined, differs: false } as const;
  const reverse = { type: 'ReverseRelease', data: { number: 1, reason, payments: { 1: payment } } } as const;
  const past = [...released, signed(closed, rhys), undone];

  it('has its release reversed by another person, and the allocation comes to less', () => {
    const at = { by: rhys, at: fact('x', '2024-02-01').occurredAt };
    const decision = allocation.decide({ ...reverse, ...at }, given(allocation, ...past).state);
    expect(decision).toMatchObject([
      { type: 'TrancheReleaseReversed', data: { number: 1, amountPence: 912_600 } },
      {
        type: 'AllocationClosed',
        data: { releasedPence: 0, costPence: 0, undrawn: [{ number: 1, amountPence: 912_600 }] },
      },
    ]);
    if ('refused' in decision) throw new Error(decision.message);
    const after = given(allocation, ...past, ...decision.map((event) => signed(event, rhys)));
    expect(after.state).toMatchObject({
      status: 'closed',
      closure: { reason: 'over', by: { subject: 'rhys' } },
    });
    expect(costPence(after.state as never)).toBe(0);
    after.when(reverse, { by: rhys }).thenNothing();
    given(allocation, ...past)
      .when(reverse, { by: noor })
      .thenRefused('TRANCHE.SECOND_SIGNATURE');
  });

  it('and no other is touched', () => {
    const settled = {
      ...reverse,
      data: { ...reverse.data, payments: { 1: { ...payment, status: 'settled' } } },
    } as const;
    given(allocation, ...past)
      .when(settled, { by: rhys })
      .thenRefused('ALLOCATION.CLOSED');
    given(allocation, ...past)
      .when({ ...reverse, data: { number: 2, reason, payments: { 2: payment } } }, { by: rhys })
      .thenRefused('TRANCHE.NOT_RELEASED');
  });
});

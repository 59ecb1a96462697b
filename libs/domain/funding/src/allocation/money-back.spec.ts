import { given, person } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { costPence } from './allocation-state.js';
import { trancheApproved, trancheProposed } from './allocation.events.js';
import {
  accepted,
  accountsOf,
  fact,
  inOrder,
  of,
  offer,
  offered,
  ready,
  reference,
  setting,
} from './allocation.fixture.js';
import { allocation, type AllocationCommand } from './allocation.js';
import { receiptReversed, reclaimProposed, reclaimWithdrawn } from './money-back.events.js';
import {
  close,
  closed,
  amina,
  approved,
  approving,
  claim,
  noor,
  on,
  owed,
  paid,
  propose,
  proposed,
  reason,
  receive,
  received,
  released,
  returned,
  rhys,
  withdraw,
} from './money-back.fixture.js';

const approve = approving();
const giveBack = (change: object = {}) =>
  ({
    type: 'ReturnUnderspend',
    data: {
      ...{ number: 1, amountPence: 50_000, reference: 'BACS 1', reason: 'fewer teachers than planned' },
      ...{ paid, accounts: accountsOf(912_600), ...change },
    },
  }) as const;
const reverse = {
  type: 'ReverseReceipt',
  data: { receipt: 1, reason: 'it bounced', reversalId: null, keptPence: 0 },
} as const;

describe('reclaiming', () => {
  it('is of money that was paid: not of what is offered, accepted, or released and still with the bank', () => {
    given(allocation).when(propose()).thenRefused('ALLOCATION.NOT_OFFERED');
    given(allocation, offered).when(propose()).thenRefused('ALLOCATION.NOT_ACCEPTED');
    const unreleased = given(allocation, offered, accepted).when(propose()).thenRefused('RECLAIM.NOT_PAID');
    expect(unreleased.message).toContain('is not released');
    const unpaid = given(allocation, ...released)
      .when(propose({ paid: [] }))
      .thenRefused('RECLAIM.NOT_PAID');
    expect(unpaid.message).toContain('the bank has not paid it yet');
    given(allocation, ...released)
      .when(propose({ number: 3 }))
      .thenRefused('TRANCHE.UNKNOWN');
    given(allocation, ...released)
      .when(propose(), { by: amina })
      .then(proposed);
  });

  it('says which field is wrong', () => {
    for (const [change, field] of [
      [{ amountPence: 0 }, 'amountPence'],
      [{ amountPence: Number.NaN }, 'amountPence'],
      [{ reason: ' ' }, 'reason'],
    ] as const) {
      const refusal = given(allocation, ...released)
        .when(propose(change))
        .thenRefused('RECLAIM.MALFORMED');
      expect(refusal.details['field']).toBe(field);
    }
  });

  it('never asks for more than was paid and has neither come back nor been asked for', () => {
    given(allocation, ...released)
      .when(propose({ amountPence: 912_601 }))
      .thenRefused('RECLAIM.BEYOND_PAID');
    const refusal = given(allocation, ...owed, on(received(80_000), noor), on(returned(50_000, 2), noor))
      .when(propose({ amountPence: 662_601, reason: 'more' }))
      .thenRefused('RECLAIM.BEYOND_PAID');
    expect(refusal.details).toMatchObject({ leftPence: 662_600, askedPence: 120_000, returnedPence: 50_000 });
    given(allocation, ...owed, on(received(80_000), noor), on(returned(50_000, 2), noor))
      .when(propose({ amountPence: 662_600, reason: 'more' }))
      .then(reclaimProposed({ ...claim, reclaim: 2, amountPence: 662_600, reason: 'more' }));
  });

  it('is approved by a second person, whatever role the first acts in', () => {
    given(allocation, ...released, on(proposed))
      .when(approve, { by: rhys })
      .then(approved);
    const refusal = given(allocation, ...released, on(proposed))
      .when(approve, { by: person('AMINA', 'approver') })
      .thenRefused('RECLAIM.SECOND_SIGNATURE');
    expect(refusal.kind).toBe('not-allowed');
    given(allocation, ...owed)
      .when(approve, { by: noor })
      .thenRefused('RECLAIM.ALREADY_APPROVED');
    given(allocation, ...released)
      .when(approve, { by: rhys })
      .thenRefused('RECLAIM.UNKNOWN');
  });

  it('comes in at once or in parts, and each payment is recorded once', () => {
    given(allocation, ...owed)
      .when(receive(), { by: noor })
      .then(received());
    const part = [...owed, on(received(80_000), noor)];
    given(allocation, ...part)
      .when(receive(80_000), { by: noor })
      .thenNothing();
    given(allocation, ...part)
      .when(receive(120_000), { by: noor })
      .thenRefused('RECEIPT.REFERENCE_USED');
    given(allocation, ...part)
      .when(receive(120_000, 'BACS 2'), { by: noor })
      .then(received(120_000, 2));
    const more = given(allocation, ...part)
      .when(receive(120_001, 'BACS 2'), { by: noor })
      .thenRefused('RECLAIM.BEYOND_OWED');
    expect(more.details).toMatchObject({ field: 'amountPence', owedPence: 120_000 });
    given(allocation, ...released, on(proposed))
      .when(receive())
      .thenRefused('RECLAIM.NOT_APPROVED');
  });

  it('is let go of with the reason once two people had asked for it, and not by who proposed it', () => {
    const gone = (amountPence: number) =>
      reclaimWithdrawn({ ...claim, amountPence, outcome: 'let-go', reason: 'it was spent after all' });
    const early = given(allocation, ...released, on(proposed))
      .when(withdraw(), { by: rhys })
      .thenRefused('RECLAIM.NOT_APPROVED');
    expect(early.details['field']).toBe('outcome');
    given(allocation, ...owed)
      .when(withdraw(), { by: amina })
      .thenRefused('RECLAIM.SECOND_SIGNATURE');
    given(allocation, ...owed, on(received(80_000), noor))
      .when(withdraw(), { by: rhys })
      .then(gone(120_000));
    given(allocation, ...owed, on(received(), noor))
      .when(withdraw(), { by: rhys })
      .thenRefused('RECLAIM.RECEIVED');
    given(allocation, ...owed, on(gone(200_000), rhys))
      .when(withdraw(), { by: rhys })
      .thenNothing();
    for (const command of [approve, receive(1, 'BACS 9'), withdraw('mistake')]) {
      const refusal = given(allocation, ...owed, on(gone(200_000)))
        .when(command, { by: noor })
        .thenRefused(command.type === 'ApproveReclaim' ? 'RECLAIM.ALREADY_APPROVED' : 'RECLAIM.WITHDRAWN');
      if (refusal.code === 'RECLAIM.WITHDRAWN') expect(refusal.message).toContain('was let go of by');
    }
  });

  it('is not older than what it rests on', () => {
    given(allocation, ...released)
      .when(propose({ paid: [{ number: 1, settled: fact('PaymentSettled', '2024-03-01') }] }))
      .thenRefused('TIME.BEFORE_ITS_FACTS');
    given(allocation, ...released, on(proposed, amina, '2024-03-01'))
      .when(approve, { by: rhys })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('an underspend', () => {
  it('comes back of its own accord, of a paid tranche, once for each payment', () => {
    given(allocation, ...released)
      .when(giveBack(), { by: noor })
      .then(returned());
    given(allocation, ...released)
      .when(giveBack({ paid: [] }))
      .thenRefused('RECLAIM.NOT_PAID');
    given(allocation, ...released, on(returned()))
      .when(giveBack({ amountPence: 1 }))
      .thenRefused('RECEIPT.REFERENCE_USED');
    given(allocation, ...owed)
      .when(giveBack({ amountPence: 712_601 }))
      .thenRefused('RECLAIM.BEYOND_PAID');
  });
});

describe('a receipt', () => {
  const undone = (reclaim: number | null, amountPence: number) =>
    receiptReversed({
      ...{ ...setting, receipt: 1, reclaim, number: 1, amountPence, reason: 'it bounced' },
      reverses: expect.anything() as never,
      reversalId: null,
    });

  it('is reversed by naming it, and then it is owed again', () => {
    const past = [...owed, on(received(80_000), noor)];
    given(allocation, ...released)
      .when(reverse)
      .thenRefused('RECEIPT.UNKNOWN');
    const decided = allocation.decide(
      { ...reverse, by: noor, at: fact('x', '2024-02-01').occurredAt },
      given(allocation, ...past).state,
    );
    expect(decided).toEqual([undone(1, 80_000)]);
    const after = given(
      allocation,
      ...past,
      on(
        receiptReversed({
          ...setting,
          receipt: 1,
          reclaim: 1,
          number: 1,
          amountPence: 80_000,
          reason: 'it bounced',
          reverses: reference('ReclaimReceived'),
          reversalId: null,
        }),
        noor,
      ),
    );
    expect(costPence(after.state as never)).toBe(912_600);
    after.when(reverse, { by: noor }).thenNothing();
    after.when(reverse, { by: rhys }).thenRefused('RECEIPT.REVERSED');
    after.when(receive(), { by: noor }).then(received(200_000, 2, 'BACS 1'));
  });
});

describe('closing an allocation', () => {
  it('says what it came to: released, less what came back', () => {
    given(allocation, ...released)
      .when(close(), { by: rhys })
      .then(closed());
    given(allocation, ...owed, on(received(), noor), on(returned(50_000, 2), noor))
      .when(close(), { by: rhys })
      .then(closed({ reclaimedPence: 200_000, returnedPence: 50_000, costPence: 662_600 }));
    given(allocation, offered, accepted)
      .when(close({ paid: [] }), { by: rhys })
      .then(
        closed({
          ...{ releasedPence: 0, costPence: 0 },
          undrawn: [
            { number: 1, amountPence: 912_600 },
            { number: 2, amountPence: 608_400 },
          ],
        }),
      );
  });

  it('is refused while anything is unfinished, and says all of it', () => {
    given(allocation, offered).when(close()).thenRefused('ALLOCATION.NOT_ACCEPTED');
    const refusal = given(allocation, ...owed, on(received(80_000), noor))
      .when(close({ paid: [] }))
      .thenRefused('ALLOCATION.UNFINISHED');
    expect(refusal.details['unfinished']).toEqual([
      'tranche 1 is released and not yet paid: its payment must be settled, or the release reversed',
      '£1,200.00 of reclaim 1 has not come in: receive it, or withdraw what is left of it',
    ]);
    for (const [past, says] of [
      [[on(trancheProposed(of(1)))], 'refuse or withdraw the proposal'],
      [
        [on(trancheProposed(of(1))), on(trancheApproved({ ...of(1), authority: null }), rhys)],
        'revoke the approval',
      ],
    ] as const) {
      const open = given(allocation, ...ready, ...past)
        .when(close({ paid: [] }))
        .thenRefused('ALLOCATION.UNFINISHED');
      expect(open.message).toContain(says);
    }
  });

  it('is the end: nothing more is offered, signed, claimed or recorded', () => {
    const over = given(allocation, ...released, on(closed(), rhys));
    const another = offer({ reservation: { reservationId: 'r2', amountPence: 1_521_000 } });
    const accounts = accountsOf(912_600);
    const commands: readonly Pick<AllocationCommand, 'type' | 'data'>[] = [
      ...[another, propose({ accounts }), approve, giveBack()],
      { type: 'AcceptOffer', data: { standing: inOrder } },
      { type: 'DeclineOffer', data: { reason } },
      { type: 'ProposeTranche', data: { number: 2, standing: inOrder } },
      { type: 'HoldTranche', data: { number: 2, reason } },
    ];
    for (const command of commands) {
      const refusal = over.when(command, { by: amina });
      expect(refusal.thenRefused('ALLOCATION.CLOSED').message).toContain('closed by rhys');
    }
    const late = { condition: 'report-1-accepted', evidence: fact('ProgressReportAccepted') };
    over.when({ type: 'RecordConditionMet', data: late }).thenNothing();
    over.when(close({ reason: 'another' }), { by: rhys }).thenRefused('ALLOCATION.CLOSED');
  });
});

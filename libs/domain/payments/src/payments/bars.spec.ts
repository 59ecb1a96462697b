// A release that is being reversed is not paid in the same moment, nor is a payment by it taken up again.
import { given, instant } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  approver,
  failed,
  item,
  made,
  make,
  maker,
  proposer,
  released,
  settled,
} from './payments.fixture.js';
import { paymentBarLifted, paymentBarred } from './payments.events.js';
import { payments } from './payments.js';

const one = item(1);
const { trancheId, urn, number, amountPence, release } = one;
const of = { programmeId: 'ipswich', trancheId, urn, number };
const reason = 'the account is closed';
const bar = {
  type: 'BarPayment',
  data: { ...of, amountPence, reason, release: { event: release, occurredAt: '2024-01-01T09:00:00.000Z' } },
} as never;
const barred = paymentBarred({ ...of, amountPence, reason, release });
const run = [
  [made(1, [one]), { by: maker }],
  [released(1, [one]), { by: approver }],
] as const;

describe('a release that is being reversed', () => {
  it('is barred while it is in no run, or the bank would not pay it; once', () => {
    given(payments).when(bar).then(barred);
    given(payments, ...run, failed(1, one))
      .when(bar)
      .then(barred);
    given(payments, barred).when(bar).thenNothing();
    for (const past of [run.slice(0, 1), run, [...run, settled(1, one)]]) {
      const refused = given(payments, ...(past as typeof run))
        .when(bar)
        .thenRefused('PAYMENT.UNDER_WAY');
      expect(refused.message).toContain('in payment run 1');
    }
  });

  it('is put into no run, until it is released anew or the bar is lifted', () => {
    given(payments, barred)
      .when(make(1, [one]), { by: maker })
      .thenRefused('PAYMENT_RUN.NOT_PAYABLE');
    const anew = { ...one, release: { ...release, eventId: 'another' } };
    given(payments, barred)
      .when(make(1, [anew]), { by: maker })
      .then(made(1, [anew]));
    const lift = { type: 'LiftPaymentBar', data: { ...of, release } } as const;
    given(payments).when(lift).thenNothing();
    given(payments, barred)
      .when(lift)
      .then(paymentBarLifted({ ...of, release }));
    given(payments, barred, paymentBarLifted({ ...of, release }))
      .when(make(1, [one]), { by: maker })
      .then(made(1, [one]));
  });

  it('is not paid by a failure that was none', () => {
    const reverse = {
      type: 'ReversePayment',
      data: { programmeId: 'ipswich', trancheId, becomes: 'instructed', reason },
    } as const;
    const refused = given(payments, ...run, failed(1, one), barred)
      .when(reverse, { by: proposer })
      .thenRefused('PAYMENT.NOT_RELEASED');
    expect(refused.message).toContain('proposed, approved and released again');
    // By which it is released now, and what bars that one too.
    const anew = (eventId: string, pence = amountPence) => ({
      ...reverse,
      data: { ...reverse.data, released: { eventId, amountPence: pence } },
    });
    given(payments, ...run, failed(1, one), barred)
      .when(anew(release.eventId), { by: proposer })
      .thenRefused('PAYMENT.NOT_RELEASED');
    const { state } = given(payments, ...run, failed(1, one), barred);
    const decision = payments.decide(
      { ...anew('released-again'), by: proposer, at: instant('2024-03-01') },
      state,
    );
    expect(decision).toMatchObject([{ type: 'PaymentReversed', data: { becomes: 'instructed' } }]);
    // Nor is it the payment of what another amount was released for.
    const another = given(payments, ...run, failed(1, one), barred)
      .when(anew('released-again', amountPence - 1), { by: proposer })
      .thenRefused('PAYMENT.ANOTHER_AMOUNT');
    expect(another.message).toContain(
      'if the bank paid it, let the release of the £9.99 be reversed, so that it is not paid beside it, have the bank call the £10.00 back, and release anew once it has',
    );
    expect(refused.message).toContain('if it is not released again, have the bank call the £10.00 back');
    // The release anew is being reversed too, which forgets nothing of the one before.
    const again = paymentBarred({
      ...of,
      amountPence,
      reason,
      release: { ...release, eventId: 'released-again' },
    });
    for (const eventId of [release.eventId, 'released-again']) {
      given(payments, ...run, failed(1, one), barred, again)
        .when(anew(eventId), { by: proposer })
        .thenRefused('PAYMENT.NOT_RELEASED');
    }
    const lifted = paymentBarLifted({ ...of, release: { ...release, eventId: 'released-again' } });
    given(payments, ...run, failed(1, one), barred, again, lifted)
      .when(anew(release.eventId), { by: proposer })
      .thenRefused('PAYMENT.NOT_RELEASED');
  });
});

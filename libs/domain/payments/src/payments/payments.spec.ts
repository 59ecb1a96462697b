import { given, instant, person, type Given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { MOST_PAYMENTS } from './payment-runs.js';
import { paymentReversed, type PaymentsEvent } from './payments.events.js';
import {
  answered,
  approver,
  discarded,
  failed,
  fileOf,
  item,
  made,
  make,
  maker,
  ofPayment,
  proposer,
  released,
  releaser,
  response,
  settled,
} from './payments.fixture.js';
import { payments } from './payments.js';

const [one, two] = [item(1), item(2)];
const both = [one, two];
const byMaker = { by: maker };
const wasMade: Given<PaymentsEvent> = [made(1, both), byMaker];
const wasReleased: Given<PaymentsEvent> = [released(1, both), { by: releaser }];
const release = (change: object = {}) =>
  ({
    type: 'ReleasePaymentRun',
    data: { programmeId: 'ipswich', run: 1, fileSha256: fileOf(1).sha256, payeesChanged: [], ...change },
  }) as const;
const discard = (run: number, reason = 'wrong bank') =>
  ({ type: 'DiscardPaymentRun', data: { programmeId: 'ipswich', run, reason } }) as const;
const answer = (row: number, of: typeof one, failedBecause: string | null = null) => ({
  ...{ row, bankReference: of.bankReference, amountPence: of.amountPence, failedBecause },
});
const respond = (answers: readonly ReturnType<typeof answer>[], run = 1, n = 1) =>
  ({
    type: 'ImportBankResponse',
    data: { programmeId: 'ipswich', run, file: response(n), answers },
  }) as const;
const reverse = (becomes: 'failed' | 'instructed', reason = 'returned') =>
  ({
    type: 'ReversePayment',
    data: { programmeId: 'ipswich', trancheId: one.trancheId, becomes, reason },
  }) as const;

describe('a payment run', () => {
  it('is made of what was released, by somebody who signed for none of it', () => {
    given(payments).when(make(1, both), byMaker).then(made(1, both));
    for (const by of [proposer, approver, person('OLIVE')]) {
      const refused = given(payments).when(make(1, both), { by }).thenRefused('PAYMENT_RUN.SIGNED_TRANCHE');
      expect(refused.kind).toBe('not-allowed');
      expect(refused.message).toContain('ipswich.124570.1');
    }
  });

  it('holds something, not too much, and no tranche twice', () => {
    given(payments).when(make(1, []), byMaker).thenRefused('PAYMENT_RUN.EMPTY');
    const many = Array.from({ length: MOST_PAYMENTS + 1 }, (_, index) => item(index + 1));
    given(payments).when(make(1, many), byMaker).thenRefused('PAYMENT_RUN.TOO_LARGE');
    given(payments)
      .when(make(1, [one, one]), byMaker)
      .thenRefused('PAYMENT_RUN.NOT_PAYABLE');
  });

  it('is of the tranches that were named, or says of the first that is not ready why', () => {
    const [{ trancheId }, other] = both as [typeof one, typeof two];
    const because = 'the fraud risk is not acceptable';
    const naming = (named: readonly string[], items = both) => ({
      ...make(1, items),
      data: { ...make(1, items).data, named, leftOut: [{ trancheId: other.trancheId, because }] },
    });
    given(payments)
      .when(naming([trancheId], [one]), byMaker)
      .then(made(1, [one]));
    const refused = given(payments)
      .when(naming([trancheId, other.trancheId], [one]), byMaker)
      .thenRefused('PAYMENT_RUN.NOT_PAYABLE');
    expect(refused.message).toBe(`tranche ${other.trancheId} cannot be paid: ${because}`);
    const unknown = given(payments)
      .when(naming(['ipswich.124570.9'], []), byMaker)
      .thenRefused('PAYMENT_RUN.NOT_PAYABLE');
    expect(unknown.message).toContain('it is not released in this programme');
  });

  it('has no tranche that another run has, until that is discarded or the payment failed', () => {
    const again = (attempt: number) => make(2, [item(1, 2, attempt)]);
    given(payments, wasMade).when(again(1), byMaker).thenRefused('PAYMENT_RUN.NOT_PAYABLE');
    given(payments, wasMade, wasReleased).when(again(2), byMaker).thenRefused('PAYMENT_RUN.NOT_PAYABLE');
    given(payments, wasMade, wasReleased, settled(1, one))
      .when(again(2), byMaker)
      .thenRefused('PAYMENT_RUN.NOT_PAYABLE');
    given(payments, wasMade, discarded(1, both))
      .when(again(1), byMaker)
      .then(made(2, [item(1, 2, 1)]));
    given(payments, wasMade, wasReleased, failed(1, one))
      .when(again(2), byMaker)
      .then(made(2, [item(1, 2, 2)]));
    given(payments, wasMade, wasReleased, failed(1, one))
      .when(again(1), byMaker)
      .thenRefused('PAYMENT_RUN.NOT_PAYABLE');
  });

  it('that two people make at once is made once', () => {
    given(payments, wasMade)
      .when(make(1, [item(3)]), { by: person('moe') })
      .thenRefused('PAYMENT_RUN.NUMBER_TAKEN');
  });

  it('is released by a third person who looked at its very file', () => {
    given(payments, wasMade).when(release(), { by: releaser }).then(released(1, both));
    given(payments, wasMade).when(release(), byMaker).thenRefused('PAYMENT_RUN.SAME_PERSON');
    given(payments, wasMade).when(release(), { by: proposer }).thenRefused('PAYMENT_RUN.SIGNED_TRANCHE');
    given(payments, wasMade)
      .when(release({ fileSha256: 'f'.repeat(64) }), { by: releaser })
      .thenRefused('PAYMENT_RUN.ANOTHER_FILE');
    given(payments, wasMade)
      .when(release({ run: 7 }), { by: releaser })
      .thenRefused('PAYMENT_RUN.UNKNOWN');
  });

  it('is not released to a payee who has changed since', () => {
    const refused = given(payments, wasMade)
      .when(release({ payeesChanged: ['124570'] }), { by: releaser })
      .thenRefused('PAYMENT_RUN.PAYEE_CHANGED');
    expect(refused.message).toContain('124570');
  });

  it('that is empty says what was released and left out, and why', () => {
    const because = 'no payee details have been entered for setting 124570';
    const empty = {
      ...make(1, []),
      data: { ...make(1, []).data, leftOut: [{ trancheId: one.trancheId, because }] },
    };
    const refused = given(payments).when(empty, byMaker).thenRefused('PAYMENT_RUN.EMPTY');
    expect(refused.message).toContain(`released and left out: ${one.trancheId} (${because})`);
    expect(refused.details).toEqual({ leftOut: [{ trancheId: one.trancheId, because }] });
  });

  it('is neither made nor released while the programme is paused', () => {
    const paused = { from: instant('2024-01-01'), until: null, reason: 'an inquiry' };
    given(payments)
      .when({ ...make(1, both), data: { ...make(1, both).data, paused } }, byMaker)
      .thenRefused('PROGRAMME.PAUSED');
    given(payments, wasMade).when(release({ paused }), { by: releaser }).thenRefused('PROGRAMME.PAUSED');
  });

  it('is not released with what would not be paid now', () => {
    const because = 'the setting has withdrawn from the programme';
    const refused = given(payments, wasMade)
      .when(release({ notPayable: [{ trancheId: two.trancheId, because }] }), { by: releaser })
      .thenRefused('PAYMENT_RUN.NOT_PAYABLE');
    expect(refused.message).toContain(because);
  });

  it('is made and released after what had stood in its way was put right, and a payment that failed', () => {
    const clearedAt = { 'the due diligence that it passed (setting 124570)': instant('2024-03-05') };
    const late = { by: maker, at: '2024-03-04' };
    const refused = given(payments)
      .when({ ...make(1, both), data: { ...make(1, both).data, clearedAt } }, late)
      .thenRefused('TIME.BEFORE_ITS_FACTS');
    for (const says of ['2024-03-04', 'the due diligence that it passed', '2024-03-05'])
      expect(refused.message).toContain(says);
    given(payments, wasMade)
      .when(release({ clearedAt }), { ...late, by: releaser })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
    given(payments, wasMade, wasReleased, [failed(1, one), { at: '2024-03-05' }])
      .when(make(2, [item(1, 2, 2)]), late)
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it('is discarded with a reason while it is not released, and never after', () => {
    given(payments, wasMade).when(discard(1), byMaker).then(discarded(1, both));
    given(payments, wasMade).when(discard(1, ''), byMaker).thenRefused('PAYMENT.MALFORMED');
    given(payments, wasMade, wasReleased).when(discard(1), byMaker).thenRefused('PAYMENT_RUN.ENDED');
    given(payments, wasMade, discarded(1, both))
      .when(release(), { by: releaser })
      .thenRefused('PAYMENT_RUN.ENDED');
  });

  it('that is discarded leaves a payment that had failed as it was', () => {
    const second = [item(1, 2, 2)];
    given(payments, wasMade, wasReleased, failed(1, one), [made(2, second), byMaker], discarded(2, second))
      .when(make(3, [item(1, 3, 2)]), byMaker)
      .then(made(3, [item(1, 3, 2)]));
  });
});

describe("the bank's answer", () => {
  const sent = [wasMade, wasReleased];

  it('settles and fails payments, all of a file at once, and once', () => {
    given(payments, ...sent)
      .when(respond([answer(2, one), answer(3, two, 'account closed')]))
      .then(answered(1, 1, [one], [two]), settled(1, one, 2), failed(1, two, 'account closed', 3));
  });

  it('may come in parts', () => {
    given(payments, ...sent, answered(1, 1, [one], []), settled(1, one))
      .when(respond([answer(2, two)], 1, 2))
      .then(answered(1, 2, [two], []), settled(1, two, 2));
  });

  it.each([
    ['of a reference that is in no payment', [answer(2, item(9))], 'row 2'],
    ['that names a payment twice', [answer(2, one), answer(3, one)], 'is in row 2 already'],
  ] as const)('%s is refused by its row, and none of it is taken', (_, answers, says) => {
    const refused = given(payments, ...sent)
      .when(respond(answers))
      .thenRefused('BANK_RESPONSE.ROW');
    expect(refused.message).toContain(says);
  });

  it('does not change what was answered before: that is reversed first', () => {
    for (const other of [answer(2, one, 'x'), { ...answer(2, one), amountPence: 999 }]) {
      given(payments, ...sent, settled(1, one))
        .when(respond([other]))
        .thenRefused('BANK_RESPONSE.ROW');
    }
  });

  it('is to a run that was sent, and a file is of one run', () => {
    given(payments, wasMade)
      .when(respond([answer(2, one)]))
      .thenRefused('BANK_RESPONSE.NOT_SENT');
    given(payments)
      .when(respond([answer(2, one)]))
      .thenRefused('BANK_RESPONSE.NOT_SENT');
    given(payments, ...sent, answered(1, 1, [], []))
      .when(respond([answer(2, one)], 2))
      .thenRefused('BANK_RESPONSE.OTHER_RUN');
  });
});

describe('what was recorded of a payment', () => {
  const sent = [wasMade, wasReleased];
  const reversed = (becomes: 'failed' | 'instructed', type: string) =>
    paymentReversed({
      ...ofPayment(1, one),
      reverses: expect.objectContaining({ type }) as never,
      ...{ becomes, reason: 'returned' },
    });

  it('is reversed by an event that names it: money that came back, or a failure that was none', () => {
    const decided = payments.decide(
      { ...reverse('failed'), by: maker, at: '2024-01-02T09:00:00.000Z' as never },
      given(payments, ...sent, settled(1, one)).state,
    );
    expect(decided).toEqual([reversed('failed', 'PaymentSettled')]);
    const back = payments.decide(
      { ...reverse('instructed'), by: maker, at: '2024-01-02T09:00:00.000Z' as never },
      given(payments, ...sent, failed(1, one)).state,
    );
    expect(back).toEqual([reversed('instructed', 'PaymentFailed')]);
  });

  it('is not said again by the file that said it before the reversal', () => {
    const before = [...sent, answered(1, 1, [], [one]), failed(1, one)];
    const reversal = paymentReversed({
      ...ofPayment(1, one),
      reverses: { eventId: 'e', stream: 'payments-ipswich', revision: '3', type: 'PaymentFailed' },
      ...{ becomes: 'instructed', reason: 'it had not failed' },
    });
    const file = respond([answer(2, one, 'account closed')]);
    given(payments, ...before)
      .when(file)
      .thenNothing();
    given(payments, ...before, reversal)
      .when(file)
      .thenRefused('BANK_RESPONSE.REVERSED_SINCE');
  });

  it('is reversed only if it was recorded, and with a reason', () => {
    given(payments, ...sent)
      .when(reverse('failed'))
      .thenRefused('PAYMENT.NOT_REVERSIBLE');
    given(payments, ...sent, settled(1, one))
      .when(reverse('instructed'))
      .thenRefused('PAYMENT.NOT_REVERSIBLE');
    given(payments).when(reverse('failed')).thenRefused('PAYMENT.UNKNOWN');
    given(payments, ...sent, settled(1, one))
      .when(reverse('failed', ' '))
      .thenRefused('PAYMENT.MALFORMED');
  });
});

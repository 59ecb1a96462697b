import { given, instant, type Given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import type { BankAnswer } from './bank-responses.js';
import type { PaymentsEvent } from './payments.events.js';
import {
  answered,
  differed,
  failed,
  item,
  made,
  make,
  maker,
  released,
  releaser,
  response,
  settled,
} from './payments.fixture.js';
import { payments } from './payments.js';

const [one, two] = [item(1), item(2)];
const both = [one, two];
const byMaker = { by: maker };
const sent: readonly Given<PaymentsEvent>[] = [
  [made(1, both), byMaker],
  [released(1, both), { by: releaser }],
];
const answer = (row: number, of: typeof one, failedBecause: string | null = null): BankAnswer => ({
  ...{ row, bankReference: of.bankReference, amountPence: of.amountPence, failedBecause },
});
const respond = (answers: readonly BankAnswer[], run = 1, n = 1) =>
  ({
    type: 'ImportBankResponse',
    data: { programmeId: 'ipswich', run, file: response(n), answers },
  }) as const;

describe("the bank's answer with another amount than was instructed", () => {
  const penny = { ...answer(2, one), amountPence: one.amountPence - 1 };
  const differs = [answered(1, 1, [], [], [penny]), differed(1, one, -1)];

  it('settles and fails nothing, and the other rows count as ever', () => {
    const more = { ...answer(2, two, 'account closed'), amountPence: two.amountPence + 1 };
    given(payments, ...sent)
      .when(respond([penny, answer(3, two)]))
      .then(answered(1, 1, [two], [], [penny]), differed(1, one, -1), settled(1, two, 3));
    given(payments, ...sent)
      .when(respond([more]))
      .then(answered(1, 1, [], [], [more]), differed(1, two, 1, 'account closed'));
  });

  it('leaves the payment instructed, with what the bank said, so that it is paid in no other run', () => {
    const { state } = given(payments, ...sent, ...differs);
    expect(state.payments[one.trancheId]).toMatchObject({
      ...{ status: 'instructed', answered: null },
      differs: { answeredPence: one.amountPence - 1, failedBecause: null },
    });
    for (const attempt of [1, 2]) {
      given(payments, ...sent, ...differs)
        .when(make(2, [item(1, 2, attempt)]), byMaker)
        .thenRefused('PAYMENT_RUN.NOT_PAYABLE');
    }
  });

  it('is ended by the payer once all of it has come back, and the tranche can be put into another run', () => {
    const back = (becomes: 'failed' | 'instructed', reason = 'returned') =>
      ({
        type: 'ReversePayment',
        data: { programmeId: 'ipswich', trancheId: one.trancheId, becomes, reason },
      }) as const;
    const cameBack = failed(1, one, 'came back after the bank named another amount: returned');
    given(payments, ...sent, ...differs)
      .when(back('failed'))
      .then(cameBack);
    const ended = [...sent, ...differs, cameBack];
    expect(given(payments, ...ended).state.payments[one.trancheId]).toMatchObject({
      ...{ status: 'failed', differs: null },
    });
    given(payments, ...ended)
      .when(back('failed'))
      .thenNothing();
    const again = item(1, 2, 2);
    given(payments, ...ended)
      .when(make(2, [again]), byMaker)
      .then(made(2, [again]));
    given(payments, ...sent, ...differs)
      .when(back('failed', ' '))
      .thenRefused('PAYMENT.MALFORMED');
    given(payments, ...sent, ...differs)
      .when(back('instructed'))
      .thenRefused('PAYMENT.NOT_REVERSIBLE');
    const refused = given(payments, ...sent)
      .when(back('failed'))
      .thenRefused('PAYMENT.NOT_REVERSIBLE');
    expect(refused.message).toContain('or for which the bank named another amount');
    given(payments, ...sent, [differed(1, one, -1), { at: '2024-03-05' }])
      .when(back('failed'), { by: maker, at: '2024-03-04' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it('is cleared by a later answer, which settles or fails it, or differs anew; the same file says nothing anew', () => {
    const past = [...sent, ...differs];
    given(payments, ...past)
      .when(respond([penny]))
      .thenNothing();
    for (const [later, events] of [
      [answer(2, one), [answered(1, 2, [one], []), settled(1, one)]],
      [answer(2, one, 'account closed'), [answered(1, 2, [], [one]), failed(1, one)]],
    ] as const) {
      const after = given(payments, ...past);
      after.when(respond([later], 1, 2)).then(...events);
      expect(given(payments, ...past, ...events).state.payments[one.trancheId]?.differs).toBeNull();
    }
    const worse = { ...answer(2, one), amountPence: one.amountPence + 5 };
    const anew = [answered(1, 2, [], [], [worse]), differed(1, one, 5)];
    given(payments, ...past)
      .when(respond([worse], 1, 2))
      .then(...anew);
    const { differs: newest } = given(payments, ...past, ...anew).state.payments[one.trancheId]!;
    expect(newest).toMatchObject({ answeredPence: one.amountPence + 5 });
  });

  it('is not followed by one that is dated before it', () => {
    const late = [answered(1, 1, [], [], [penny]), [differed(1, one, -1), { at: '2024-03-05' }]] as const;
    given(payments, ...sent, ...late)
      .when(respond([answer(2, one)], 1, 2), { by: maker, at: '2024-03-04' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe("the bank's corrected answer", () => {
  const penny = { ...answer(3, two), amountPence: two.amountPence - 1 };
  const [paid, unpaid] = [settled(1, one), failed(1, one)];
  const whole = [answer(2, one), answer(3, two)];
  const first = [answered(1, 1, [one], [], [penny]), paid, differed(1, two, -1)];

  it('may repeat the whole run: what is recorded already passes, and only what is new is counted', () => {
    given(payments, ...sent, ...first)
      .when(respond(whole, 1, 2))
      .then(answered(1, 2, [two], []), settled(1, two, 3));
    given(payments, ...sent, answered(1, 1, [], [one], [penny]), unpaid, differed(1, two, -1))
      .when(respond([answer(2, one, 'closed since May'), answer(3, two)], 1, 2))
      .then(answered(1, 2, [two], []), settled(1, two, 3));
  });

  it('may say nothing new, and is on record for all that', () => {
    given(payments, ...sent, answered(1, 1, both, []), paid, settled(1, two, 3))
      .when(respond(whole, 1, 2))
      .then(answered(1, 2, [], []));
  });

  it('is refused by the row that says otherwise than what is recorded, or says it twice', () => {
    const otherwise: readonly (readonly [PaymentsEvent, BankAnswer])[] = [
      [paid, answer(2, one, 'account closed')],
      [paid, { ...answer(2, one), amountPence: one.amountPence + 1 }],
      [unpaid, answer(2, one)],
      [unpaid, { ...answer(2, one, 'account closed'), amountPence: one.amountPence + 1 }],
    ];
    for (const [recorded, says] of otherwise) {
      const refused = given(payments, ...sent, recorded)
        .when(respond([answer(3, two), says]))
        .thenRefused('BANK_RESPONSE.ROW');
      expect(refused.message).toContain('row 2: ');
    }
    const twice = given(payments, ...sent, paid)
      .when(respond([answer(2, one), answer(3, one)]))
      .thenRefused('BANK_RESPONSE.ROW');
    expect(twice.message).toContain('is in row 2 already');
  });

  it('is not dated before the reversal after which its payment is instructed again', () => {
    const data = { programmeId: 'ipswich', trancheId: one.trancheId, becomes: 'instructed' as const };
    const by = { by: maker, at: '2024-03-05' };
    const { state } = given(payments, ...sent, unpaid);
    const decided = payments.decide(
      {
        type: 'ReversePayment',
        data: { ...data, reason: 'it had not failed' },
        by: maker,
        at: instant(by.at),
      },
      state,
    ) as readonly PaymentsEvent[];
    const reopened = [...sent, unpaid, [decided[0]!, by]] as const;
    const refused = given(payments, ...reopened)
      .when(respond([answer(2, one)], 1, 2), { by: maker, at: '2024-03-04' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
    expect(refused.message).toContain(`the reversal of what was recorded of ${one.bankReference}`);
    given(payments, ...reopened)
      .when(respond([answer(2, one)], 1, 2), by)
      .then(answered(1, 2, [one], []), settled(1, one));
  });

  it('of a payment that failed and is in a later run may only say again that it failed', () => {
    const later = [unpaid, [made(2, [item(1, 2, 2)]), byMaker]] as const;
    const inLater = [...sent, ...later] as const;
    given(payments, ...inLater)
      .when(respond([answer(2, one, 'account closed'), answer(3, two)]))
      .then(answered(1, 1, [two], []), settled(1, two, 3));
    const refused = given(payments, ...inLater)
      .when(respond(whole))
      .thenRefused('BANK_RESPONSE.ROW');
    expect(refused.message).toContain('is failed already, and has been in run 2 since');
    const sentAgain = [released(2, [item(1, 2, 2)]), { by: releaser }] as const;
    given(payments, ...inLater, sentAgain, settled(2, item(1, 2, 2)))
      .when(respond(whole))
      .thenRefused('BANK_RESPONSE.ROW');
  });
});

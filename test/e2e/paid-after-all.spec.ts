// The bank paid what it had said it did not, and another amount is released for it by then: it does not count as paid, and each "no" says
// what is to be done, until that is done.
import { ListTranches, ReverseRelease, ReviseAllocation, type TrancheInTurn } from '#domain/funding';
import { ImportBankResponse, MakePaymentRun, ReversePayment } from '#domain/payments';
import { RefusalError } from '#kernel';
import { person } from '#testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Funding, people } from './funding.harness.js';

const P = 'after-all';
const URN = '197061';
const trancheId = `${P}.${URN}.1`;
const reason = 'the account was closed';
const maker = person('mia', 'payer');
let funding: Funding;
const refusalOf = async (attempt: Promise<unknown>): Promise<RefusalError> => {
  const error: unknown = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof RefusalError) return error;
  throw new Error('it was not refused');
};
const answer = (run: number, row: string) => {
  const content = Buffer.from(`reference,amount,status,reason\n${row}\n`);
  return funding.does(ImportBankResponse, { programmeId: P, run, file: 'later.csv', content }, maker);
};
const reverseRelease = () =>
  funding.does(ReverseRelease, { programmeId: P, urn: URN, number: 1, reason }, people.approver);
const failureReversed = () =>
  funding.does(
    ReversePayment,
    { programmeId: P, trancheId, becomes: 'instructed', reason: 'the bank erred' },
    maker,
  );

beforeAll(async () => {
  funding = await Funding.open('2024-03-01T09:00:00Z');
  await funding.register({ [URN]: '20' });
  await funding.programme(P, 120_000_000);
  await funding.prepare(P, URN);
  await funding.offer(P, URN);
  await funding.accept(P, URN);
  await funding.approvePlan(P, URN);
  await funding.settle();
  await funding.pay(P, URN, 1);
  await funding.account(URN);
  await funding.throughTheBank(P, [`R1-${URN}-1,4800.00,failed,account closed`]);
  await reverseRelease();
  await funding.census({ [URN]: '30' });
  await funding.does(ReviseAllocation, { programmeId: P, urn: URN, rule: 'same', reason: 'a mistake' });
  await funding.settle();
  await funding.pay(P, URN, 1);
  await funding.settle();
});
afterAll(() => funding.close());

describe('a payment that was made after all', () => {
  it('of another amount than is released now does not count as paid, and what to do is said', async () => {
    const row = await refusalOf(answer(1, `R1-${URN}-1,4800.00,settled,`));
    expect(row.message).toContain('if that was wrong, reverse it and import the answer then');
    const refused = await refusalOf(failureReversed());
    expect(refused.code).toBe('PAYMENT.ANOTHER_AMOUNT');
    expect(refused.message).toContain('let the release of the £7,200.00 be reversed');
  });

  it('is waited for with the release reversed, and nothing is paid beside it', async () => {
    await reverseRelease();
    const made = await refusalOf(
      funding.does(MakePaymentRun, { programmeId: P, tranches: [trancheId] }, maker),
    );
    expect(made.code).toBe('PAYMENT_RUN.NOT_PAYABLE');
    const refused = await refusalOf(failureReversed());
    expect(refused.message).toContain('have the bank call the £4,800.00 back');
  });

  it('has come back: the tranche is released anew and paid, and the other payment said to be called back as well', async () => {
    await funding.pay(P, URN, 1);
    await funding.throughTheBank(P, [`R2-${URN}-1,7200.00,settled,`]);
    const row = await refusalOf(answer(1, `R1-${URN}-1,4800.00,settled,`));
    expect(row.message).toContain(
      'has been in run 2 since: if the bank paid both, have it call this one back',
    );
    await funding.settle();
    const tranches = await funding.ask<readonly TrancheInTurn[]>(new ListTranches({ programmeId: P }));
    expect(tranches[0]).toMatchObject({ status: 'settled', next: null });
  });
});

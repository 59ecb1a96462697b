// A payment that failed, or turned out not to have been made: what is on the lists is what can be done about it.
import {
  ApproveReclaim,
  CloseAllocation,
  ListReclaims,
  ListTranches,
  ProposeReclaim,
  ReverseRelease,
  ReviseAllocation,
  WithdrawReclaim,
  type ReclaimRow,
  type TrancheInTurn,
} from '#domain/funding';
import {
  DiscardPaymentRun,
  ListPayments,
  MakePaymentRun,
  ReversePayment,
  type PaymentDocument,
} from '#domain/payments';
import { WithdrawSetting } from '#domain/programme';
import { AcceptProgressReport, SubmitProgressReport } from '#domain/reporting';
import { RefusalError } from '#kernel';
import { person } from '#testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Desks } from './desks.harness.js';
import { Funding, people } from './funding.harness.js';

const P = 'unpaid';
const [LEFT, CLOSED, ASKED, LOWERED] = ['197011', '197012', '197013', '197014'] as const;
const [FIRST, BOTH, GONE] = ['197015', '197016', '197017'] as const;
const of = (urn: string) => ({ programmeId: P, urn, number: 1 });
const reason = 'the bank was wrong';
const maker = person('mia', 'payer');

let funding: Funding;
let desks: Desks;
const does: Funding['does'] = (...what) => funding.does(...what);
const ofMoney = async (urn: string): Promise<readonly string[]> =>
  (await desks.waiting(urn))
    .filter((one) => /tranche|release|reclaim|payment|pay-back|allocation/.test(one))
    .map((one) => one.replace(/ since.*/, ''));
const paymentTurn = async (urn: string) => {
  const all = await funding.ask<readonly PaymentDocument[]>(new ListPayments({ programmeId: P }));
  return all
    .filter((one) => one.urn === urn)
    .map(({ status, next, nextAction }) => [status, next, nextAction]);
};

beforeAll(async () => {
  funding = await Funding.open('2024-03-01T09:00:00Z');
  desks = new Desks(funding, P);
  const urns = [LEFT, CLOSED, ASKED, LOWERED, FIRST, BOTH, GONE];
  await funding.register(Object.fromEntries(urns.map((urn) => [urn, '50'])));
  await funding.programme(P, 120_000_000);
  for (const urn of urns) {
    await funding.prepare(P, urn);
    await funding.offer(P, urn);
    await funding.accept(P, urn);
    await funding.approvePlan(P, urn);
    await funding.settle();
    await funding.pay(P, urn, 1);
    await funding.account(urn);
  }
  await funding.throughTheBank(P, [
    ...[LEFT, FIRST, BOTH, GONE].map((urn) => `R1-${urn}-1,12000.00,rejected,account closed`),
    ...[CLOSED, ASKED, LOWERED].map((urn) => `R1-${urn}-1,12000.00,settled,`),
  ]);
});
afterAll(() => funding.close());

describe('a tranche that would be beyond what is due', () => {
  it('is not to be proposed, but the allocation to be revised first', async () => {
    const at = { programmeId: P, urn: LOWERED };
    await funding.sign('propose', P, LOWERED, 2);
    await funding.sign('approve', P, LOWERED, 2);
    await funding.sign('release', P, LOWERED, 2);
    await funding.census({ [LOWERED]: '25' });
    await does(ReviseAllocation, { ...at, reason: 'a mistake in the census', rule: 'same' });
    await does(ReverseRelease, { ...at, number: 2, reason }, people.approver);
    expect(await ofMoney(LOWERED)).toEqual(['operations revise-allocation']);
    await expect(funding.sign('propose', P, LOWERED, 2)).rejects.toThrow(/revise the allocation/);
    await does(ReviseAllocation, { ...at, reason: 'the second tranche was not paid', rule: 'same' });
    expect(await ofMoney(LOWERED)).toEqual(['operations propose-tranche']);
    await funding.sign('propose', P, LOWERED, 2);
  });
});

describe('a tranche that went to the bank', () => {
  it('is shown as the bank has answered, not as released for ever; one in a run that was not sent is released', async () => {
    const rows = await funding.ask<readonly TrancheInTurn[]>(new ListTranches({ programmeId: P }));
    const statusOf = (urn: string) => rows.find((one) => one.urn === urn && one.number === 1)?.status;
    expect([LEFT, CLOSED].map(statusOf)).toEqual(['failed', 'settled']);
    const told = await funding.ask<readonly TrancheInTurn[]>(
      new ListTranches({ programmeId: P, withoutPayments: true }),
    );
    expect(told.filter(({ number }) => number === 1).map(({ status }) => status)).toEqual(
      Array.from({ length: 7 }, () => 'released'),
    );
  });
});

describe('a payment that no run may take', () => {
  it('is not put into another run once its setting has left: its release is reversed', async () => {
    expect(await ofMoney(LEFT)).toContain('payer make-payment-run');
    expect(await paymentTurn(LEFT)).toEqual([['failed', 'payer', 'make-payment-run']]);
    await does(WithdrawSetting, { programmeId: P, urn: LEFT, reason });
    expect(await ofMoney(LEFT)).toEqual(['approver reverse-release']);
    expect(await paymentTurn(LEFT)).toEqual([['failed', 'approver', 'reverse-release']]);
    await does(ReverseRelease, { ...of(LEFT), reason }, people.approver);
    expect(await ofMoney(LEFT)).toEqual(['approver close-allocation']);
    expect(await paymentTurn(LEFT)).toEqual([['failed', null, null]]);
  });

  it('stops the run that it is in already, which is discarded', async () => {
    const two = [`${P}.${LOWERED}.2`, `${P}.${GONE}.1`];
    for (const which of ['approve', 'release'] as const) await funding.sign(which, P, LOWERED, 2);
    await does(MakePaymentRun, { programmeId: P, tranches: two }, maker);
    expect(await ofMoney(GONE)).toContain('payer release-payment-run');
    await does(WithdrawSetting, { programmeId: P, urn: GONE, reason });
    await funding.settle();
    for (const urn of [GONE, LOWERED]) {
      const items = await desks.items(urn);
      const says = items.find(({ action }) => action === 'discard-payment-run')?.toDo;
      expect(says).toContain(`without what would not be paid now: ${two[1]!} (the setting has withdrawn`);
      expect((await paymentTurn(urn)).at(-1)).toEqual(['in-run', 'payer', 'discard-payment-run']);
    }
    const run = 2;
    await does(DiscardPaymentRun, { programmeId: P, run, reason }, maker);
    expect(await ofMoney(GONE)).toEqual(['approver reverse-release']);
    expect(await ofMoney(LOWERED)).toEqual(['payer make-payment-run']);
  });

  it('is reversed though a later one was paid, which stays paid', async () => {
    for (const which of ['propose', 'approve', 'release'] as const) await funding.sign(which, P, FIRST, 2);
    await funding.throughTheBank(P, [`R3-${FIRST}-2,18000.00,settled,`], [`${P}.${FIRST}.2`]);
    await does(WithdrawSetting, { programmeId: P, urn: FIRST, reason });
    const settle = 'operations settle-allocation';
    expect(await ofMoney(FIRST)).toEqual([settle, 'approver reverse-release']);
    await does(ReverseRelease, { ...of(FIRST), reason }, people.approver);
    expect(await ofMoney(FIRST)).toEqual([settle]);
  });

  it('is reversed after a later one that is not paid either', async () => {
    for (const which of ['propose', 'approve', 'release'] as const) await funding.sign(which, P, BOTH, 2);
    await does(WithdrawSetting, { programmeId: P, urn: BOTH, reason });
    expect(await ofMoney(BOTH)).toEqual(['approver reverse-release']);
    const first = () => does(ReverseRelease, { ...of(BOTH), reason }, people.approver);
    await expect(first()).rejects.toMatchObject({ code: 'TRANCHE.LATER_RELEASED' });
    expect(await ofMoney(BOTH)).toEqual(['approver reverse-release']);
    await does(ReverseRelease, { ...of(BOTH), number: 2, reason }, people.approver);
    await first();
    expect(await ofMoney(BOTH)).toEqual(['approver close-allocation']);
  });

  it('nor once its allocation is closed', async () => {
    const actions = [{ actionId: 'phonics-course', status: 'under-way', spentPence: 450_000 }];
    const at = { programmeId: P, urn: CLOSED };
    await does(SubmitProgressReport, { ...at, window: 1, summary: 'begun', actions }, people.setting);
    await does(AcceptProgressReport, { ...at, window: 1 }, people.approver);
    await does(ProposeReclaim, { ...of(CLOSED), amountPence: 750_000, reason });
    await does(ApproveReclaim, { ...at, reclaim: 1 }, people.approver);
    await does(WithdrawReclaim, { ...at, reclaim: 1, outcome: 'let-go', reason }, people.approver);
    await does(CloseAllocation, { ...at, reason }, people.approver);
    const trancheId = `${P}.${CLOSED}.1`;
    await does(ReversePayment, { programmeId: P, trancheId, becomes: 'failed', reason }, maker);
    expect(await ofMoney(CLOSED)).toEqual(['approver reverse-release']);
    expect(await paymentTurn(CLOSED)).toEqual([['failed', 'approver', 'reverse-release']]);
    await does(ReverseRelease, { ...of(CLOSED), reason }, people.approver);
    expect(await ofMoney(CLOSED)).toEqual([]);
  });

  it('nor while it is asked back as if it had been made: the reclaim is withdrawn, and nobody pays it back', async () => {
    await does(ProposeReclaim, { ...of(ASKED), amountPence: 100_000, reason });
    await does(ProposeReclaim, { ...of(ASKED), amountPence: 200_000, reason });
    await does(ApproveReclaim, { programmeId: P, urn: ASKED, reclaim: 1 }, people.approver);
    expect(await ofMoney(ASKED)).toContain('setting pay-back');
    const reversal = { programmeId: P, trancheId: `${P}.${ASKED}.1`, becomes: 'failed', reason };
    await does(ReversePayment, reversal, maker);
    expect((await ofMoney(ASKED)).filter((one) => !one.endsWith('propose-tranche'))).toEqual([
      'approver withdraw-reclaim',
      'approver withdraw-reclaim',
    ]);
    const rows = await funding.ask<readonly ReclaimRow[]>(
      new ListReclaims({ programmeId: P, urns: [ASKED] }),
    );
    expect(rows.map(({ nextAction }) => nextAction)).toEqual(['withdraw-reclaim', 'withdraw-reclaim']);
    const refused = await does(ReverseRelease, { ...of(ASKED), reason }, people.approver).catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(RefusalError);
    expect((refused as RefusalError).code).toBe('TRANCHE.ASKED_BACK');
    expect((refused as RefusalError).message).toContain('withdraw reclaim 1, reclaim 2');
    for (const reclaim of [1, 2]) {
      const mistake = { programmeId: P, urn: ASKED, reclaim, outcome: 'mistake', reason };
      await does(WithdrawReclaim, mistake, people.approver);
    }
    expect(await ofMoney(ASKED)).toContain('payer make-payment-run');
  });
});

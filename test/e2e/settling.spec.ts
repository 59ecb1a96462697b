// An allocation that comes to its end is on somebody's list until it is closed, and what is outstanding names the same desk.
import {
  ApproveReclaim,
  CloseAllocation,
  DeclineOffer,
  ProposeReclaim,
  ReceiveReclaim,
  RevokeTrancheApproval,
  WithdrawTrancheProposal,
} from '#domain/funding';
import {
  CloseProgramme,
  CompleteFinancialReview,
  ListOutstanding,
  WithdrawSetting,
  type OutstandingAnswer,
} from '#domain/programme';
import { AcceptProgressReport, SubmitProgressReport, WithdrawReportAcceptance } from '#domain/reporting';
import { person } from '#testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Desks } from './desks.harness.js';
import { Funding, people } from './funding.harness.js';

const P = 'ends';
const A = '197001';
const B = '197002';
const C = '197003';
const DECLINED = '197004';
const ofC = { programmeId: P, urn: C };
const ofA = { programmeId: P, urn: A };
const reason = 'the programme is over';
const maker = person('mia', 'payer');

let funding: Funding;
let desks: Desks;
const does: Funding['does'] = (...what) => funding.does(...what);

/** Without the accounts and the audit, which are looked at whatever becomes of the money. */
const ofMoney = async (urn: string): Promise<readonly string[]> =>
  (await desks.waiting(urn)).filter((one) => !/start-audit|sign-off-audit|review-finances/.test(one));
const outstanding = async (urn: string): Promise<readonly string[]> => {
  const { lines } = await funding.ask<OutstandingAnswer>(new ListOutstanding(P));
  return lines.filter((one) => one.urn === urn).map(({ what, next }) => `${what} ${String(next)}`);
};

beforeAll(async () => {
  funding = await Funding.open('2023-09-04T09:00:00Z');
  desks = new Desks(funding, P);
  await funding.register({ [A]: '50', [B]: '50', [C]: '50', [DECLINED]: '50' });
  await funding.programme(P, 120_000_000);
  for (const urn of [A, B, C]) {
    await funding.prepare(P, urn);
    await funding.offer(P, urn);
    await funding.accept(P, urn);
  }
  await funding.prepare(P, DECLINED);
  await funding.offer(P, DECLINED);
  await does(DeclineOffer, { programmeId: P, urn: DECLINED, reason }, people.setting);
  for (const urn of [A, C]) await funding.approvePlan(P, urn);
  await funding.settle();
  for (const number of [1, 2]) await funding.pay(P, A, number);
  await funding.account(A);
  await funding.throughTheBank(P, [`R1-${A}-1,12000.00,settled,`, `R1-${A}-2,18000.00,settled,`]);
});
afterAll(() => funding.close());

describe('an allocation that is to come to its end', () => {
  it('waits for its report while one is to come, and for what its tranches wait for', async () => {
    expect(await ofMoney(A)).toEqual([]);
    expect(await ofMoney(B)).toEqual(['approver approve-plan since 2023-09-04 until 2023-09-18']);
    expect(await outstanding(B)).toEqual(['allocation-undrawn approver']);
    funding.goTo('2024-03-01T09:00:00Z');
    expect(await ofMoney(A)).toEqual(['setting submit-report since 2024-02-01 until 2024-06-30']);
    expect(await outstanding(A)).toEqual(['allocation-unclosed setting', 'spend-unaccounted setting']);
    const actions = [{ actionId: 'phonics-course', status: 'under-way', spentPence: 450_000 }];
    await does(SubmitProgressReport, { ...ofA, window: 1, summary: 'done', actions }, people.setting);
    expect(await ofMoney(A)).toEqual(['approver judge-report since 2024-03-01 until 2024-03-15']);
    expect(await outstanding(A)).toEqual([
      'allocation-unclosed approver',
      'spend-unaccounted approver',
      'report-unanswered approver',
    ]);
    await does(AcceptProgressReport, { ...ofA, window: 1 }, people.approver);
  });

  it('is closed, after its setting has left, once what was signed is taken back', async () => {
    await funding.sign('propose', P, C, 1);
    await funding.sign('approve', P, C, 1);
    await does(WithdrawSetting, { ...ofC, reason });
    expect(await ofMoney(C)).toEqual(['approver revoke-approval since 2024-03-01 until 2024-03-15']);
    await does(RevokeTrancheApproval, { ...ofC, number: 1, reason }, people.approver);
    expect(await ofMoney(C)).toEqual(['operations withdraw-proposal since 2024-03-01 until 2024-03-15']);
    await does(WithdrawTrancheProposal, { ...ofC, number: 1, reason });
    expect(await ofMoney(C)).toEqual(['approver close-allocation since 2024-03-01 until 2024-03-15']);
    await does(CloseAllocation, { ...ofC, reason }, people.approver);
    expect(await ofMoney(C)).toEqual([]);
  });

  it('is settled by operations once all is drawn and reported, saying what is to be asked back', async () => {
    expect(await ofMoney(A)).toEqual(['operations settle-allocation since 2024-03-01 until 2024-03-15']);
    const item = (await desks.items(A)).find(({ action }) => action === 'settle-allocation');
    expect(item?.toDo).toContain('£25,500.00');
    expect(await outstanding(A)).toEqual(['allocation-unclosed operations', 'spend-unaccounted operations']);
    funding.goTo('2024-03-04T09:00:00Z');
    const asked = [
      [2, 1_800_000],
      [1, 750_000],
    ] as const;
    for (const [number, amountPence] of asked) {
      await does(ProposeReclaim, { ...ofA, number, amountPence, reason: 'it was not spent' });
    }
    for (const reclaim of [1, 2]) await does(ApproveReclaim, { ...ofA, reclaim }, people.approver);
    expect(new Set(await ofMoney(A))).toEqual(
      new Set(['setting pay-back since 2024-03-04 until 2024-04-01']),
    );
    expect(new Set(await outstanding(A))).toEqual(
      new Set(['allocation-unclosed setting', 'reclaim-owed setting']),
    );
    funding.goTo('2024-03-05T09:00:00Z');
    for (const [index, [, amountPence]] of asked.entries()) {
      const receipt = { ...ofA, reclaim: index + 1, amountPence, reference: `BACS ${index}` };
      await does(ReceiveReclaim, receipt, maker);
    }
  });

  it('is closed by the approver when nothing but that is left', async () => {
    expect(await ofMoney(A)).toEqual(['approver close-allocation since 2024-03-05 until 2024-03-19']);
    expect(await outstanding(A)).toEqual(['allocation-unclosed approver']);
    await does(CloseAllocation, { ...ofA, reason }, people.approver);
    expect(await ofMoney(A)).toEqual([]);
    expect(await outstanding(A)).toEqual([]);
  });

  it('is on the list again where less is accepted as spent than when it was closed', async () => {
    await does(WithdrawReportAcceptance, { ...ofA, window: 1, reason: 'one invoice twice' }, people.approver);
    const actions = [{ actionId: 'phonics-course', status: 'done', spentPence: 400_000 }];
    await does(SubmitProgressReport, { ...ofA, window: 1, summary: 'done', actions }, people.setting);
    expect(await ofMoney(A)).toEqual(['approver judge-report since 2024-03-05 until 2024-03-19']);
    await does(AcceptProgressReport, { ...ofA, window: 1 }, people.approver);
    expect(await ofMoney(A)).toEqual(['operations settle-allocation since 2024-03-05 until 2024-03-19']);
    expect(await outstanding(A)).toEqual(['spend-unaccounted operations']);
    const asked = { ...ofA, number: 1, amountPence: 50_000, reason: 'it was not spent' };
    await does(ProposeReclaim, asked);
    await does(ApproveReclaim, { ...ofA, reclaim: 3 }, people.approver);
    const receipt = { ...ofA, reclaim: 3, amountPence: 50_000, reference: 'BACS 3' };
    await does(ReceiveReclaim, receipt, maker);
    expect(await ofMoney(A)).toEqual([]);
    expect(await outstanding(A)).toEqual([]);
  });

  it('is so too where nothing was drawn when the programme ended, which is closed after that', async () => {
    expect(await ofMoney(DECLINED)).toContain(
      'operations make-offer since 2023-09-04 until 2023-09-18, overdue',
    );
    funding.goTo('2025-09-01T09:00:00Z');
    // Nothing more is offered, looked at or asked for where no money waits for it.
    expect(await desks.waiting(DECLINED)).toEqual([]);
    const review = { upTo: '2024-12-31', spentPence: 0, findings: 'in order', outcome: 'continue' };
    for (const urn of [A, B]) await does(CompleteFinancialReview, { programmeId: P, urn, ...review });
    expect(await ofMoney(B)).toContain('approver close-allocation since 2025-09-01 until 2025-09-15');
    expect(await outstanding(B)).toEqual(['allocation-undrawn approver']);
    expect(await desks.settingsOn('operations', 'close-programme')).toEqual([]);
    await does(CloseAllocation, { programmeId: P, urn: B, reason }, people.approver);
    await funding.settle();
    expect(await desks.settingsOn('operations', 'close-programme')).toEqual(['']);
    await does(CloseProgramme, { programmeId: P, reason });
    expect(await desks.items()).toEqual([]);
    // What was paid was accounted for then, and stays so.
    const undone = does(WithdrawReportAcceptance, { ...ofA, window: 1, reason }, people.approver);
    await expect(undone).rejects.toMatchObject({ refusal: { code: 'PROGRAMME.CLOSED' } });
  });
});

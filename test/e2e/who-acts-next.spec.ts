// Through the whole loop on a clock that the test moves: who must act on each thing, since when and until when; and that
// nothing which is not finished is ever on nobody's list.
import { CompleteAudit, SignOffAudit, StartAudit } from '#domain/audits';
import {
  ApproveReclaim,
  DeclineOffer,
  HoldTranche,
  ListTranches,
  ProposeReclaim,
  RefuseTrancheProposal,
  ResumeTranche,
  type TrancheInTurn,
} from '#domain/funding';
import {
  EnterPayeeDetails,
  ImportBankResponse,
  ListPaymentRuns,
  MakePaymentRun,
  payee,
  ReleasePaymentRun,
  VerifyPayeeDetails,
  type RunShown,
} from '#domain/payments';
import { ApproveActionPlan, ReturnActionPlan, SubmitActionPlan } from '#domain/plans';
import {
  AssessFraudRisk,
  CompleteDueDiligence,
  CompleteFinancialReview,
  EnrolSetting,
  ExtendReportDeadlines,
  InviteSetting,
  IssueGrantAgreement,
  PauseProgramme,
  ResumeProgramme,
  SignGrantAgreement,
  WithdrawSetting,
} from '#domain/programme';
import { AcceptProgressReport, ReturnProgressReport, SubmitProgressReport } from '#domain/reporting';
import {
  EnterWorkforceFigure,
  GetSetting,
  VerifyWorkforceFigure,
  type SettingDocument,
} from '#domain/settings';
import { addDays, dateInLondon } from '#kernel';
import { Decisions } from '#platform/event-store';
import { person } from '#testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Desks } from './desks.harness.js';
import { Funding, people } from './funding.harness.js';
import { completedAudit, dueDiligence, fraudRisk } from './scenario.js';

const P = 'desks';
const A = '196001';
const B = '196002';
const ofA = { programmeId: P, urn: A };
const ofB = { programmeId: P, urn: B };
const ACTION = {
  ...{ actionId: 'phonics-course', needId: 'phonics', activity: 'a course', audience: 'teachers' },
  ...{ headcount: 6, costPence: 450_000, desiredOutcomes: ['phonics is taught the same way'] },
  ...{ startsOn: '2023-10-10', endsOn: '2024-12-01' },
};
const REPORTED = {
  summary: 'under way',
  actions: [{ actionId: 'phonics-course', status: 'under-way', spentPence: 120_000 }],
};
const payer = { maker: person('mia', 'payer'), releaser: person('ron', 'payer') };
const agreement = (version: number, effectiveOn: string) => ({
  ...{ programmeId: P, fileName: `agreement-${version}.pdf`, sha256: String(version).repeat(64) },
  ...{ eligible: ['courses'], effectiveOn },
});
const signature = (version: number) => ({
  ...{ ...ofA, version, sha256: String(version).repeat(64) },
  signatory: { subject: people.setting.subject, roleTitle: 'head' },
});

let funding: Funding;
let desks: Desks;
const does: Funding['does'] = (...what) => funding.does(...what);
const waiting = (urn = A) => desks.waiting(urn);

beforeAll(async () => {
  funding = await Funding.open('2023-09-04T09:00:00Z');
  desks = new Desks(funding, P);
  await funding.register({ [A]: '20.5', [B]: 'x' });
  const tranches = [
    { number: 1, shareBasisPoints: 4000, conditions: ['agreement-accepted', 'plan-approved'] },
    { number: 2, shareBasisPoints: 6000, conditions: ['report-1-accepted'] },
  ];
  await funding.programme(P, 120_000_000, tranches, { issued: false });
});
afterAll(() => funding.close());

describe('who acts next, since when and until when', () => {
  it('before a setting is offered anything', async () => {
    await does(InviteSetting, { ...ofA, answerBy: '2023-09-20' });
    expect(await waiting()).toEqual(['setting answer-invitation since 2023-09-04 until 2023-09-20']);
    funding.goTo('2023-09-05T09:00:00Z');
    await does(EnrolSetting, ofA);
    expect(await waiting()).toEqual([
      'setting start-audit since 2023-09-05 until 2023-10-03',
      'operations assess-fraud-risk since 2023-09-05 until 2023-09-19',
      'operations do-due-diligence since 2023-09-05 until 2023-09-19',
      'operations issue-agreement since 2023-09-05 until 2023-09-19',
    ]);
    funding.goTo('2023-09-06T09:00:00Z');
    await does(IssueGrantAgreement, agreement(1, '2023-09-06'));
    await does(CompleteDueDiligence, { ...ofA, ...dueDiligence });
    funding.goTo('2023-09-07T09:00:00Z');
    await does(AssessFraudRisk, { ...ofA, ...fraudRisk }, people.approver);
    expect(await waiting()).toEqual([
      'setting start-audit since 2023-09-05 until 2023-10-03',
      'setting sign-agreement since 2023-09-06 until 2023-10-04',
      'operations make-offer since 2023-09-07 until 2023-09-21',
    ]);
  });

  it('where it is not known how many teachers there are', async () => {
    await does(EnrolSetting, ofB);
    await does(CompleteDueDiligence, { ...ofB, ...dueDiligence });
    await does(AssessFraudRisk, { ...ofB, ...fraudRisk }, people.approver);
    const ofOperations = async () => (await waiting(B)).filter((one) => one.startsWith('operations'));
    expect(await ofOperations()).toEqual(['operations enter-fte since 2023-09-07 until 2023-09-21']);
    funding.goTo('2023-09-08T09:00:00Z');
    await does(EnterWorkforceFigure, {
      ...{ urn: B, fte: '18.4', countedOn: '2023-09-01', corrects: null, note: 'the payroll of September' },
      document: { name: 'payroll.pdf', sha256: 'f'.repeat(64) },
    });
    expect(await ofOperations()).toEqual(['operations verify-fte since 2023-09-08 until 2023-09-22']);
    funding.goTo('2023-09-09T09:00:00Z');
    const { fteEvidence } = await funding.ask<SettingDocument>(new GetSetting(B));
    await does(VerifyWorkforceFigure, { urn: B, entryId: fteEvidence!.entryId }, people.approver);
    expect(await ofOperations()).toEqual(['operations make-offer since 2023-09-09 until 2023-09-23']);
    await funding.offer(P, B);
    await does(DeclineOffer, { ...ofB, reason: 'too little' }, people.setting);
    expect(await ofOperations()).toEqual(['operations make-offer since 2023-09-09 until 2023-09-23']);
    const again = (await desks.items(B)).find(({ action }) => action === 'make-offer');
    expect(again?.toDo ?? '').toMatch(/^make another offer, or end the part \(.*too little\)$/);
    await does(WithdrawSetting, { ...ofB, reason: 'it has other plans' }, people.setting);
    expect(await waiting(B)).toEqual([]);
  });

  it('from the offer to the first release', async () => {
    funding.goTo('2023-09-11T09:00:00Z');
    await funding.offer(P, A);
    await does(SignGrantAgreement, signature(1), people.setting);
    expect(await waiting()).toEqual([
      'setting start-audit since 2023-09-05 until 2023-10-03',
      'setting answer-offer since 2023-09-11 until 2023-10-09',
    ]);
    await funding.accept(P, A);
    funding.goTo('2023-09-12T09:00:00Z');
    await does(StartAudit, ofA, people.setting);
    expect(await waiting()).toEqual(['setting complete-audit since 2023-09-12 until 2023-10-10']);
    funding.goTo('2023-09-20T09:00:00Z');
    await does(CompleteAudit, { ...ofA, ...completedAudit }, people.setting);
    expect(await waiting()).toEqual([
      'setting submit-plan since 2023-09-20 until 2023-10-18',
      'adviser sign-off-audit since 2023-09-20 until 2023-10-04',
    ]);
    await does(SignOffAudit, ofA, person('edith', 'adviser'));
    funding.goTo('2023-09-25T09:00:00Z');
    await does(SubmitActionPlan, { ...ofA, actions: [ACTION] }, people.setting);
    expect(await waiting()).toEqual(['approver approve-plan since 2023-09-25 until 2023-10-09']);
    funding.goTo('2023-09-26T09:00:00Z');
    await does(ReturnActionPlan, { ...ofA, comments: 'which course?', actions: [] }, people.planApprover);
    expect(await waiting()).toEqual(['setting submit-plan since 2023-09-26 until 2023-10-24']);
    await does(SubmitActionPlan, { ...ofA, actions: [{ ...ACTION, activity: 'this' }] }, people.setting);
    funding.goTo('2023-09-27T09:00:00Z');
    await does(ApproveActionPlan, ofA, people.planApprover);
    expect(await waiting()).toEqual(['operations propose-tranche since 2023-09-27 until 2023-10-11']);
    funding.goTo('2023-09-28T09:00:00Z');
    await funding.sign('propose', P, A, 1);
    expect(await waiting()).toEqual(['approver approve-tranche since 2023-09-28 until 2023-10-12']);
    await does(RefuseTrancheProposal, { ...ofA, number: 1, reason: 'wait a day' }, people.approver);
    expect(await waiting()).toEqual(['operations propose-tranche since 2023-09-28 until 2023-10-12']);
    await funding.sign('propose', P, A, 1);
    await does(HoldTranche, { ...ofA, number: 1, reason: 'a question' }, people.payer);
    expect(await waiting()).toEqual(['operations resume-tranche since 2023-09-28 until 2023-10-12']);
    funding.goTo('2023-09-29T09:00:00Z');
    await does(ResumeTranche, { ...ofA, number: 1, reason: 'answered' });
    expect(await waiting()).toEqual(['approver approve-tranche since 2023-09-29 until 2023-10-13']);
    funding.goTo('2023-10-02T09:00:00Z');
    await funding.sign('approve', P, A, 1);
    expect(await waiting()).toEqual(['payer release-tranche since 2023-10-02 until 2023-10-16']);
    await does(PauseProgramme, { programmeId: P, reason: 'an audit' });
    await desks.nothingLost();
    const all = (await desks.items()).map(({ action, urn }) => `${action} ${urn}`);
    expect(all).toEqual(['resume-programme ']);
    funding.goTo('2023-10-03T09:00:00Z');
    await does(ResumeProgramme, { programmeId: P, reason: 'it is over' });
    expect(await waiting()).toEqual(['payer release-tranche since 2023-10-02 until 2023-10-16']);
    await funding.sign('release', P, A, 1);
  });

  it('from the release to the bank and back', async () => {
    expect(await waiting()).toEqual(['operations enter-payee since 2023-10-03 until 2023-10-17']);
    funding.goTo('2023-10-04T09:00:00Z');
    const details = { accountName: 'HANDFORD HALL', sortCode: '123456', accountNumber: '12345678' };
    await does(EnterPayeeDetails, { urn: A, ...details });
    expect(await waiting()).toEqual(['payer verify-payee since 2023-10-04 until 2023-10-18']);
    funding.goTo('2023-10-05T09:00:00Z');
    const { state } = await funding.office.app.get(Decisions).load(payee, A);
    const reference = state.status === 'none' ? '' : state.reference;
    await does(VerifyPayeeDetails, { urn: A, reference }, person('vera', 'payer'));
    expect(await waiting()).toEqual(['payer make-payment-run since 2023-10-05 until 2023-10-19']);
    const run = async (number: number) => {
      await does(MakePaymentRun, { programmeId: P }, payer.maker);
      const today = dateInLondon(funding.now);
      const last = addDays(today, 14);
      expect(await waiting()).toEqual([`payer release-payment-run since ${today} until ${last}`]);
      const runs = await funding.ask<readonly RunShown[]>(new ListPaymentRuns({ programmeId: P }));
      const { file } = runs.find((one) => one.run === number)!;
      await does(ReleasePaymentRun, { programmeId: P, run: number, fileSha256: file.sha256 }, payer.releaser);
    };
    const answer = (number: number, status: string, amount = '4920.00') => {
      const content = Buffer.from(`reference,amount,status,reason\nR${number}-${A}-1,${amount},${status}\n`);
      return does(
        ImportBankResponse,
        { programmeId: P, run: number, file: 'bank.csv', content },
        payer.maker,
      );
    };
    await run(1);
    // A Thursday: the third working day is a Tuesday.
    expect(await waiting()).toEqual(['bank pay-tranche since 2023-10-05 until 2023-10-10']);
    funding.goTo('2023-10-11T09:00:00Z');
    expect(await waiting()).toEqual(['bank pay-tranche since 2023-10-05 until 2023-10-10, overdue']);
    await answer(1, 'settled,', '4290.00');
    expect(await waiting()).toEqual(['payer clear-up-payment since 2023-10-11 until 2023-10-25']);
    await answer(1, 'rejected,account closed');
    expect(await waiting()).toEqual(['payer make-payment-run since 2023-10-11 until 2023-10-25']);
    await run(2);
    await answer(2, 'settled,');
    expect(await waiting()).toEqual([]);
  });

  it('about a report, before and after its window has closed', async () => {
    funding.goTo('2024-03-01T09:00:00Z');
    expect(await waiting()).toEqual(['setting submit-report since 2024-02-01 until 2024-06-30']);
    expect(await desks.settingsOn('setting', 'submit-report')).toEqual([A]);
    funding.goTo('2024-07-10T09:00:00Z');
    expect(await waiting()).toEqual(['setting submit-report since 2024-02-01 until 2024-06-30, overdue']);
    // Into the next year: the window has closed, the audit wants revisiting, and the accounts looking at.
    funding.goTo('2025-01-10T09:00:00Z');
    expect(await waiting()).toEqual([
      'setting start-audit since 2024-09-01 until 2024-09-19, overdue',
      'operations review-finances since 2024-08-07 until 2024-09-04, overdue',
      'operations extend-deadline since 2025-01-01 until 2025-01-15',
    ]);
    expect(await desks.settingsOn('setting', 'submit-report')).toEqual([]);
    expect(await desks.settingsOn('setting', 'start-audit', { overdue: true })).toEqual([A]);
    await does(CompleteFinancialReview, {
      ...{ ...ofA, upTo: '2024-12-31', spentPence: 1, findings: 'in order', outcome: 'continue' },
    });
    await does(StartAudit, ofA, people.setting);
    const extension = { window: 1, dueOn: '2025-02-28', reason: 'the head was ill' };
    await does(ExtendReportDeadlines, { ...extension, programmeId: P, urns: [A] });
    expect(await waiting()).toEqual([
      'setting submit-report since 2025-01-10 until 2025-02-28',
      'setting complete-audit since 2025-01-10 until 2025-02-07',
    ]);
    await does(CompleteAudit, { ...ofA, ...completedAudit }, people.setting);
    await does(SignOffAudit, ofA, person('edith', 'adviser'));
    funding.goTo('2025-02-03T09:00:00Z');
    await does(SubmitProgressReport, { ...ofA, window: 1, ...REPORTED }, people.setting);
    expect(await waiting()).toEqual(['approver judge-report since 2025-02-03 until 2025-02-17']);
    await does(ReturnProgressReport, { ...ofA, window: 1, comments: 'how many came?' }, people.approver);
    expect(await waiting()).toEqual([
      expect.stringMatching(/^setting submit-report since 2025-02-03 until 2025-08-31$/),
    ]);
    await does(SubmitProgressReport, { ...ofA, window: 1, ...REPORTED, summary: 'six came' }, people.setting);
    funding.goTo('2025-02-05T09:00:00Z');
    await does(AcceptProgressReport, { ...ofA, window: 1 }, people.approver);
    expect(await waiting()).toEqual(['operations propose-tranche since 2025-02-05 until 2025-02-19']);
  });

  it('when a check or a review comes out against the setting, so that its tranche waits', async () => {
    const second = async () => {
      const rows = await funding.ask<readonly TrancheInTurn[]>(new ListTranches({ programmeId: P }));
      const { next, nextIs } = rows.find(({ urn, number }) => urn === A && number === 2)!;
      return `${next}: ${nextIs}`;
    };
    funding.goTo('2025-02-06T09:00:00Z');
    const found = { level: 'high', outcome: 'not-acceptable' };
    await does(AssessFraudRisk, { ...ofA, ...fraudRisk, ...found }, people.approver);
    expect(await waiting()).toEqual(['operations assess-fraud-risk since 2025-02-06 until 2025-02-20']);
    expect(await second()).toMatch(
      /^operations: the fraud risk is not acceptable.*\(tranche 2 waits for it\)$/,
    );
    await does(AssessFraudRisk, { ...ofA, ...fraudRisk }, people.approver);
    const review = { ...ofA, upTo: '2025-01-31', spentPence: 2, findings: 'no receipts' };
    await does(CompleteFinancialReview, { ...review, outcome: 'amend', amendment: 'keep receipts' });
    expect(await waiting()).toEqual(['operations review-finances since 2025-02-06 until 2025-02-20']);
    expect(await second()).toBe(
      'operations: complete a financial review that finds this changed: keep receipts (tranche 2 waits for it)',
    );
    await does(CompleteFinancialReview, { ...review, findings: 'receipts are kept', outcome: 'continue' });
    expect(await waiting()).toEqual(['operations propose-tranche since 2025-02-05 until 2025-02-19']);
    expect(await second()).toBe('operations: propose tranche 2');
  });

  it('when a new version of the agreement is in force, and money is asked back', async () => {
    funding.goTo('2025-02-10T09:00:00Z');
    await does(IssueGrantAgreement, agreement(2, '2025-03-01'));
    expect(await waiting()).toEqual(['operations propose-tranche since 2025-02-05 until 2025-02-19']);
    funding.goTo('2025-03-03T09:00:00Z');
    expect(await waiting()).toEqual([
      'setting sign-agreement since 2025-03-01 until 2025-03-29',
      'operations propose-tranche since 2025-02-05 until 2025-02-19, overdue',
    ]);
    await does(SignGrantAgreement, signature(2), people.setting);
    const reclaim = { ...ofA, number: 1, amountPence: 10_000, reason: 'not eligible' };
    await does(ProposeReclaim, reclaim);
    expect(await waiting()).toContain('approver approve-reclaim since 2025-03-03 until 2025-03-17');
    await does(ApproveReclaim, { ...ofA, reclaim: 1 }, people.approver);
    expect(await waiting()).toContain('setting pay-back since 2025-03-03 until 2025-03-31');
  });

  it('when the setting leaves, and when the programme is over', async () => {
    funding.goTo('2025-03-10T09:00:00Z');
    await does(WithdrawSetting, { ...ofA, reason: 'a merger' }, people.setting);
    expect(await waiting()).toEqual([
      'setting pay-back since 2025-03-03 until 2025-03-31',
      'operations settle-allocation since 2025-03-10 until 2025-03-24',
    ]);
    funding.goTo('2025-09-01T09:00:00Z');
    const all = (await desks.items()).map(({ action }) => action);
    // The programme is closed once these are done, and is on no list before.
    expect(all).toEqual(['pay-back', 'settle-allocation']);
  });
});

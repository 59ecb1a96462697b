// What an action plan rests on comes undone: its audit is returned, its allocation turns out smaller, its setting withdraws.
import {
  CompleteAudit,
  NATIONAL_STRATEGY,
  PublishAuditInstrument,
  ReturnAudit,
  SignOffAudit,
  StartAudit,
} from '#domain/audits';
import { ReviseAllocation } from '#domain/funding';
import {
  ApproveActionPlanVariation,
  GetPlan,
  ListPlanVersions,
  ReturnActionPlan,
  SubmitActionPlan,
  VaryActionPlan,
  type PlanShown,
  type PlanVersion,
} from '#domain/plans';
import { EnrolSetting, WithdrawSetting } from '#domain/programme';
import { GetWorkList, type WorkList } from '#domain/work-lists';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Funding, people } from './funding.harness.js';
import { completedAudit } from './scenario.js';

const ids = (urn: string) => ({ programmeId: 'ipswich', urn });
const [SMALLER, REVISED, LOOKED_AT] = ['150001', '150002', '150003'] as const;
const [LEAVES, LEAVES_EARLY, TWO_YEARS] = ['150004', '150005', '150006'] as const;
let funding: Funding;
const by = (who: keyof typeof people) => funding.context({ by: people[who] });
const actions = (costPence: number) => [
  {
    ...{ actionId: 'phonics-course', needId: 'phonics', activity: 'a course', audience: 'teachers' },
    ...{ headcount: 6, costPence, desiredOutcomes: ['phonics is taught the same way'] },
    ...{ startsOn: '2024-04-10', endsOn: '2024-12-01' },
  },
];
const giveBack = (urn: string) =>
  funding.run(new ReturnActionPlan({ ...ids(urn), comments: 'more' }, by('planApprover')));
const submit = (urn: string, costPence: number) =>
  funding.run(new SubmitActionPlan({ ...ids(urn), actions: actions(costPence) }, by('setting')));
const vary = (urn: string, costPence: number) =>
  funding.run(
    new VaryActionPlan({ ...ids(urn), actions: actions(costPence), reason: 'less is there' }, by('setting')),
  );
const approveVariation = (urn: string) =>
  funding.run(new ApproveActionPlanVariation(ids(urn), by('planApprover')));
const audit = (urn: string) => new CompleteAudit({ ...ids(urn), ...completedAudit } as never, by('setting'));
const refused = (code: string, says = '') => ({ code, message: expect.stringContaining(says) });

/** A plan of £11,500, approved before anything is offered. */
async function approved(urn: string): Promise<void> {
  await funding.prepare('ipswich', urn);
  await giveBack(urn);
  await submit(urn, 1_150_000);
  await funding.approvePlan('ipswich', urn);
}
const onSettingsList = async (urn: string): Promise<readonly string[]> => {
  await funding.settle();
  const input = { programmeId: 'ipswich', desk: 'setting', urn };
  return (await funding.ask<WorkList>(new GetWorkList(input))).items.map(({ toDo }) => toDo);
};

beforeAll(async () => {
  funding = await Funding.open('2024-01-08T09:00:00Z');
  await funding.register({ [SMALLER]: '17', [REVISED]: '20', [LOOKED_AT]: '20', [LEAVES]: '20' });
  await funding.register({ [LEAVES_EARLY]: '20', [TWO_YEARS]: '20' });
  await funding.programme('ipswich', 10_000_000);
});
afterAll(() => funding.close());

describe('a plan that was approved before the offer', () => {
  it('stops every tranche if less is offered, until it is varied to what there is', async () => {
    await approved(SMALLER);
    await funding.offer('ipswich', SMALLER);
    await funding.accept('ipswich', SMALLER);
    await funding.settle();
    const over = refused('TRANCHE.PLAN_OVER_ALLOCATION', 'costs £11,500.00, and £10,200.00 is allocated');
    await expect(funding.sign('propose', 'ipswich', SMALLER, 1)).rejects.toMatchObject(over);
    expect(await funding.ask<PlanShown>(new GetPlan(ids(SMALLER)))).toMatchObject({
      ...{ status: 'approved', totalPence: 1_150_000, allocatedPence: 1_020_000, overPence: 130_000 },
    });
    const toDo = 'vary version 2 of the action plan: it costs £1,300.00 more than is allocated';
    expect(await onSettingsList(SMALLER)).toContain(toDo);
    await expect(vary(SMALLER, 1_020_001)).rejects.toMatchObject(refused('PLAN.OVER_ALLOCATION'));
    await vary(SMALLER, 1_020_000);
    expect(await onSettingsList(SMALLER)).not.toContain(toDo);
    await expect(funding.sign('propose', 'ipswich', SMALLER, 1)).rejects.toMatchObject(over);
    await approveVariation(SMALLER);
    await funding.settle();
    await funding.pay('ipswich', SMALLER, 1);
  });

  it('stops the next tranche if the allocation is revised down below it, whatever is signed by then', async () => {
    await approved(REVISED);
    await funding.offer('ipswich', REVISED);
    await funding.accept('ipswich', REVISED);
    await funding.settle();
    await funding.pay('ipswich', REVISED, 1);
    await funding.sign('propose', 'ipswich', REVISED, 2);
    await funding.census({ [REVISED]: '18' });
    const mistake = { ...ids(REVISED), rule: 'same' as const, reason: 'two were counted twice' };
    await funding.run(new ReviseAllocation(mistake, by('operations')));
    await expect(funding.sign('propose', 'ipswich', REVISED, 2)).rejects.toMatchObject(
      refused('TRANCHE.PLAN_OVER_ALLOCATION', 'varies it by £700.00'),
    );
    await vary(REVISED, 1_080_000);
    await approveVariation(REVISED);
    await funding.settle();
    await funding.pay('ipswich', REVISED, 2);
  });
});

describe('a plan whose audit is returned', () => {
  it('is not approved before it is submitted on what the audit found last', async () => {
    await funding.prepare('ipswich', LOOKED_AT);
    const back = { ...ids(LOOKED_AT), comments: 'ask the governors' };
    await funding.run(new ReturnAudit(back, by('approver')));
    const undone = refused('PLAN.AUDIT_RETURNED', 'returned by ada (ask the governors)');
    await expect(funding.approvePlan('ipswich', LOOKED_AT)).rejects.toMatchObject(undone);
    await giveBack(LOOKED_AT);
    await expect(submit(LOOKED_AT, 450_000)).rejects.toMatchObject(undone);
    await funding.run(audit(LOOKED_AT));
    await submit(LOOKED_AT, 450_000);
    await funding.run(new ReturnAudit({ ...back, comments: 'and the site staff' }, by('approver')));
    await funding.run(audit(LOOKED_AT));
    await expect(funding.approvePlan('ipswich', LOOKED_AT)).rejects.toMatchObject(
      refused('PLAN.AUDIT_COMPLETED_AGAIN', 'return the plan'),
    );
    await giveBack(LOOKED_AT);
    await submit(LOOKED_AT, 450_000);
    await funding.approvePlan('ipswich', LOOKED_AT);
  });
});

describe('a setting that has withdrawn', () => {
  it('goes on with neither audit nor plan', async () => {
    await funding.prepare('ipswich', LEAVES);
    await funding.run(new WithdrawSetting({ ...ids(LEAVES), reason: 'no head' }, by('operations')));
    const left = refused(
      'PARTICIPATION.ENDED',
      `School ${LEAVES} (${LEAVES}) has withdrawn from the programme`,
    );
    await expect(funding.approvePlan('ipswich', LEAVES)).rejects.toMatchObject(left);
    await expect(giveBack(LEAVES)).rejects.toMatchObject(left);
    for (const command of [
      new SignOffAudit(ids(LEAVES), by('approver')),
      new ReturnAudit({ ...ids(LEAVES), comments: 'more' }, by('approver')),
      new StartAudit({ ...ids(LEAVES), cycle: 2 }, by('setting')),
    ]) {
      await expect(funding.run(command)).rejects.toMatchObject(left);
    }
  });

  it('does not complete the audit that it had begun', async () => {
    await funding.run(new EnrolSetting(ids(LEAVES_EARLY), by('operations')));
    await funding.run(new StartAudit(ids(LEAVES_EARLY), by('setting')));
    await funding.run(new WithdrawSetting({ ...ids(LEAVES_EARLY), reason: 'no head' }, by('operations')));
    await expect(funding.run(audit(LEAVES_EARLY))).rejects.toMatchObject(refused('PARTICIPATION.ENDED'));
  });
});

describe('a plan over two years', () => {
  const phonics = actions(450_000)[0]!;
  const heads = (group: string) => [{ group, headcount: 6 }];
  const lead = {
    ...{ ...phonics, actionId: 'lead-course', needId: 'lead', costPence: 100_000 },
    headcountByGroup: heads('governors'),
  };
  const research = { ...phonics, actionId: 'reading-group', needId: 'research', costPence: 50_000 };
  const needs = (...needIds: string[]) =>
    needIds.map((needId) => ({ ...completedAudit.needs[0]!, needId, statement: `About ${needId}` }));
  const found = (answers: object) =>
    funding.run(
      new CompleteAudit({ ...ids(TWO_YEARS), ...completedAudit, ...answers } as never, by('setting')),
    );
  const varyTo = (...asked: object[]) =>
    funding.run(
      new VaryActionPlan({ ...ids(TWO_YEARS), actions: asked, reason: 'year 2' } as never, by('setting')),
    );

  it('goes on with what was begun for a need, and a group, that the second year no longer has', async () => {
    await funding.prepare('ipswich', TWO_YEARS);
    await giveBack(TWO_YEARS);
    const back = { ...ids(TWO_YEARS), comments: 'and leaders' };
    await funding.run(new ReturnAudit(back, by('approver')));
    await found({ needs: needs('phonics', 'lead') });
    await funding.run(new SubmitActionPlan({ ...ids(TWO_YEARS), actions: [phonics, lead] }, by('setting')));
    await funding.approvePlan('ipswich', TWO_YEARS);
    const groups = NATIONAL_STRATEGY.groups.filter(({ slug }) => slug !== 'governors');
    const said = {
      features: [...NATIONAL_STRATEGY.features],
      groups,
      effectiveOn: '2024-09-01',
      reason: 'minute 7',
    };
    await funding.run(new PublishAuditInstrument({ programmeId: 'ipswich', ...said }, by('operations')));
    funding.goTo('2024-09-02T09:00:00Z');
    await funding.run(new StartAudit(ids(TWO_YEARS), by('setting')));
    const ratings = completedAudit.ratings.filter(({ group }) => group !== 'governors');
    await found({ groups: ['early-career-teachers'], ratings, needs: needs('phonics', 'research') });
    const stray = { ...research, needId: 'lead' };
    await expect(varyTo(phonics, lead, stray)).rejects.toMatchObject(
      refused('PLAN.UNKNOWN_NEED', 'it found phonics, research; actions of the version in force may keep'),
    );
    const ofGovernors = { ...research, headcountByGroup: heads('governors') };
    await expect(varyTo(phonics, lead, ofGovernors)).rejects.toMatchObject(refused('PLAN.UNKNOWN_GROUP'));
    await varyTo(phonics, lead, research);
    await approveVariation(TWO_YEARS);
    await varyTo(phonics, { ...lead, costPence: 90_000 }, research);
    const versions = await funding.ask<readonly PlanVersion[]>(new ListPlanVersions(ids(TWO_YEARS)));
    expect(versions.at(-1)).toMatchObject({
      auditCycle: 2,
      actions: [
        { needId: 'phonics', auditCycle: 1 },
        { needId: 'lead', auditCycle: 1 },
        { needId: 'research', auditCycle: 2 },
      ],
    });
  });
});

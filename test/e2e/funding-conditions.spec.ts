// Conditions are met and undone elsewhere; jobs tell the allocation, late, twice and in any order.
import {
  allocation,
  explanationInWords,
  ExplainTranche,
  ListTranches,
  RecordCondition,
  recordConditions,
  type Explanation,
  type TrancheRow,
} from '#domain/funding';
import {
  ApproveActionPlanVariation,
  GetPlan,
  VaryActionPlan,
  type PlanDocument,
  type VaryActionPlanInput,
} from '#domain/plans';
import { randomId, RefusalError, systemActor } from '#kernel';
import { Decisions, EventCodec } from '#platform/event-store';
import { JobHandlers, JOB_STORE, type JobStore, type NewJob } from '#platform/jobs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Funding, people } from './funding.harness.js';

const URN = '100001';
let funding: Funding;
let decisions: Decisions;
beforeAll(async () => {
  funding = await Funding.open('2024-03-01');
  decisions = funding.office.app.get(Decisions);
  await funding.register({ [URN]: '50' });
});
afterAll(() => funding.close());

let programmes = 0;
async function prepared(): Promise<string> {
  const id = `programme-${(programmes += 1)}`;
  await funding.programme(id, 10_000_000);
  await funding.prepare(id, URN);
  return id;
}

const historyOf = async (id: string) => (await decisions.load(allocation, `${id}.${URN}`)).history;
const conditionsOf = async (id: string): Promise<string[]> =>
  (await historyOf(id)).flatMap((event) =>
    event.type === 'ConditionMet' || event.type === 'ConditionRevoked'
      ? [`${event.type === 'ConditionMet' ? '+' : '-'}${event.data.condition} by ${event.data.evidence.type}`]
      : [],
  );
const codeOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'done',
    (error: unknown) => (error instanceof RefusalError ? error.code : String(error)),
  );
async function rowOf(id: string, number: number): Promise<TrancheRow> {
  const head = await funding.office.stores.events.head();
  const rows = await funding.ask<readonly TrancheRow[]>(new ListTranches({ programmeId: id }, String(head)));
  return rows.find((row) => row.number === number)!;
}

/** The jobs that the policy makes of everything that happened in one programme, in log order. */
async function jobsOf(programmeId: string): Promise<NewJob[]> {
  return (await funding.history())
    .filter((event) => (event.data as { programmeId?: string }).programmeId === programmeId)
    .filter((event) => recordConditions.handles.some(({ type }) => type === event.type))
    .flatMap((event) => recordConditions.react(event))
    .flatMap((effect) => ('enqueue' in effect ? [effect.enqueue] : []));
}
const runJob = (job: NewJob): Promise<void> =>
  funding.office.app.get(JobHandlers).get(job.kind)!.run(job, new AbortController().signal);

describe('a condition', () => {
  it('met before the offer is recorded once it is offered, as of the offer', async () => {
    const id = await prepared();
    await funding.approvePlan(id, URN);
    funding.pass(60);
    await funding.settle();
    expect(await conditionsOf(id)).toEqual([]);
    await funding.offer(id, URN);
    const offeredAt = funding.now;
    funding.pass(60);
    await funding.settle();
    expect(await conditionsOf(id)).toEqual(['+plan-approved by ActionPlanApproved']);
    expect((await historyOf(id)).at(-1)!.metadata).toMatchObject({
      occurredAt: offeredAt,
      actor: systemActor('record-conditions'),
    });
    expect(await rowOf(id, 2)).toMatchObject({
      status: 'awaiting-conditions',
      missing: ['the offer is not accepted'],
    });
  });

  it('undone before the release stops it, and the signatures are given again', async () => {
    const id = await prepared();
    await funding.approvePlan(id, URN);
    await funding.offer(id, URN);
    await funding.accept(id, URN);
    await funding.settle();
    expect(await rowOf(id, 1)).toMatchObject({ status: 'ready', next: 'operations', missing: [] });
    await funding.sign('propose', id, URN, 1);
    await funding.sign('approve', id, URN, 1);
    await funding.settle();
    expect(await rowOf(id, 1)).toMatchObject({ status: 'approved', next: 'payer', approved: { by: 'ada' } });
    await funding.withdrawPlan(id, URN);
    await funding.settle();
    expect(await codeOf(funding.sign('release', id, URN, 1))).toBe('TRANCHE.PLAN_NOT_APPROVED');
    expect(await rowOf(id, 1)).toMatchObject({
      status: 'awaiting-conditions',
      next: 'setting',
      missing: ['the action plan is not approved'],
      approved: null,
    });
  });

  it('of a plan that is varied stays met, and rests on the variation once that is approved', async () => {
    const id = await prepared();
    await funding.approvePlan(id, URN);
    await funding.offer(id, URN);
    await funding.accept(id, URN);
    await funding.settle();
    await funding.sign('propose', id, URN, 1);
    const ids = { programmeId: id, urn: URN };
    const { actions } = await funding.ask<PlanDocument>(new GetPlan(ids));
    const variation = { ...ids, reason: 'The provider closed', actions: [{ ...actions[0]!, headcount: 5 }] };
    await funding.run(
      new VaryActionPlan(variation as VaryActionPlanInput, funding.context({ by: people.setting })),
    );
    await funding.settle();
    expect(await rowOf(id, 1)).toMatchObject({ status: 'proposed', missing: [] });
    const context = funding.context({ by: people.planApprover });
    await funding.run(new ApproveActionPlanVariation(ids, context));
    await funding.settle();
    expect(await conditionsOf(id)).toContain('+plan-approved by ActionPlanVariationApproved');
    expect(await rowOf(id, 1)).toMatchObject({ status: 'ready', missing: [], proposed: null });
    await funding.pay(id, URN, 1);
    const told = await funding.ask<Explanation>(new ExplainTranche(`${id}.${URN}.1`));
    expect(explanationInWords(told)).toContain(
      'submitted as a variation of version 1 (The provider closed): 1 action costing',
    );
  });

  it('undone after the release leaves it', async () => {
    const id = await prepared();
    await funding.approvePlan(id, URN);
    await funding.offer(id, URN);
    await funding.accept(id, URN);
    await funding.settle();
    await funding.pay(id, URN, 1);
    await funding.withdrawPlan(id, URN);
    await funding.settle();
    expect(await rowOf(id, 1)).toMatchObject({
      ...{ status: 'released', next: 'operations', nextAction: 'enter-payee', released: { by: 'pat' } },
    });
    expect(await rowOf(id, 2)).toMatchObject({ status: 'awaiting-conditions' });
    expect(await codeOf(funding.sign('propose', id, URN, 2))).toBe('TRANCHE.PLAN_NOT_APPROVED');
  });
});

describe('jobs', () => {
  const orders = [
    [0, 1, 2, 3, 4],
    [4, 3, 2, 1, 0],
    [3, 0, 4, 4, 1, 2, 0],
    [2, 2, 2, 0, 1, 3, 4],
  ];
  it.each(orders.map((order) => [order]))('leave what is true in the order %p', async (order) => {
    const id = await prepared();
    await funding.offer(id, URN);
    await funding.accept(id, URN);
    await funding.approvePlan(id, URN);
    await funding.withdrawPlan(id, URN);
    const jobs = await jobsOf(id);
    expect(jobs.map(({ id: jobId }) => jobId.replace(/[0-9a-f-]{36}/, '*'))).toEqual([
      'record-condition.*.agreement-accepted',
      'record-condition.*.plan-approved',
      'record-condition.*.agreement-accepted',
      'record-condition.*.plan-approved',
      'record-condition.*.plan-approved',
    ]);
    for (const index of order) await runJob(jobs[index]!);
    expect(await conditionsOf(id)).toEqual(['+agreement-accepted by OfferAccepted']);
  });

  it('all at once record each condition once', async () => {
    const id = await prepared();
    await funding.offer(id, URN);
    await funding.accept(id, URN);
    await funding.approvePlan(id, URN);
    const jobs = await jobsOf(id);
    await Promise.all([...jobs, ...jobs].map(runJob));
    expect((await conditionsOf(id)).sort()).toEqual([
      '+agreement-accepted by OfferAccepted',
      '+plan-approved by ActionPlanApproved',
    ]);
  });

  it('that come after everything changed again name what counts now', async () => {
    const id = await prepared();
    await funding.offer(id, URN);
    await funding.accept(id, URN);
    await funding.approvePlan(id, URN);
    const [, metJob] = (await jobsOf(id)).slice(-2);
    await runJob(metJob!);
    await funding.withdrawPlan(id, URN);
    await runJob(metJob!); // the same job, a second time and late
    expect(await conditionsOf(id)).toEqual([
      '+plan-approved by ActionPlanApproved',
      '-plan-approved by ActionPlanApprovalWithdrawn',
    ]);
  });

  it('do nothing where there is no offer, or nothing was said', async () => {
    const id = await prepared();
    const context = { actor: systemActor('record-conditions'), correlationId: 'c', causationId: 'c' };
    for (const condition of ['plan-approved', 'agreement-accepted', 'report-1-accepted', 'no-such']) {
      await funding.run(new RecordCondition({ programmeId: id, urn: URN, condition }, context));
    }
    expect(await historyOf(id)).toEqual([]);
    await funding.offer(id, URN);
    for (const condition of ['plan-approved', 'agreement-accepted', 'report-1-accepted', 'no-such']) {
      await funding.run(new RecordCondition({ programmeId: id, urn: URN, condition }, context));
    }
    expect(await conditionsOf(id)).toEqual([]);
  });

  it('with a payload that is not theirs fail, naming the field', async () => {
    const job = { id: 'j', kind: 'record-condition', payload: { programmeId: 'p', urn: 7 } };
    expect(await codeOf(runJob(job as never))).toBe('JOB.MALFORMED');
  });

  it('leave no dead letter', async () => {
    await funding.settle();
    const jobs = funding.office.app.get<JobStore>(JOB_STORE);
    expect(await jobs.list({ status: 'dead' })).toEqual([]);
    expect(funding.office.app.get(EventCodec).definitions.length).toBeGreaterThan(0);
  });
});

it('who signs twice in one command id changes nothing', async () => {
  const id = await prepared();
  await funding.approvePlan(id, URN);
  await funding.offer(id, URN);
  await funding.accept(id, URN);
  await funding.settle();
  const said = { commandId: randomId(), by: people.operations };
  await Promise.all([funding.sign('propose', id, URN, 1, said), funding.sign('propose', id, URN, 1, said)]);
  expect((await historyOf(id)).filter(({ type }) => type === 'TrancheProposed')).toHaveLength(1);
});

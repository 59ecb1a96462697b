// Two people ask the same money back in the same moment: on one allocation the second is refused; on two of one chain, which are decided
// apart, neither is approved any more until one of them is withdrawn, and that is what the list says.
import {
  ApproveReclaim,
  ListReclaims,
  ProposeReclaim,
  WithdrawReclaim,
  type ReclaimRow,
} from '#domain/funding';
import { DecideContinuity, ListOutstanding, TakeOverPart, type OutstandingAnswer } from '#domain/programme';
import { AcceptProgressReport, SubmitProgressReport } from '#domain/reporting';
import { RefusalError } from '#kernel';
import { person } from '#testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Desks } from './desks.harness.js';
import { Funding, people } from './funding.harness.js';

const P = 'at-once';
const [SCHOOL, ACADEMY, ALONE] = ['197041', '197042', '197043'] as const;
const EACH = 1_200_000;
const reason = 'it was not spent';

let funding: Funding;
let desks: Desks;
const propose = (urn: string, amountPence: number, who: string) =>
  funding.does(
    ProposeReclaim,
    { programmeId: P, urn, number: 1, amountPence, reason },
    person(who, 'operations'),
  );
const approve = (urn: string, reclaim = 1) =>
  funding.does(ApproveReclaim, { programmeId: P, urn, reclaim }, people.approver);
const refusalOf = async (attempt: Promise<unknown>): Promise<RefusalError> => {
  const error: unknown = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof RefusalError) return error;
  throw new Error('it was not refused');
};
const rows = async () => {
  await funding.settle();
  return funding.ask<readonly ReclaimRow[]>(new ListReclaims({ programmeId: P }));
};
const listed = async (urn: string) => {
  await funding.settle();
  return (await desks.items(urn))
    .filter(({ kind }) => kind === 'reclaim')
    .map(({ desk, action, toDo }) => `${desk} ${action}: ${toDo}`);
};

beforeAll(async () => {
  funding = await Funding.open('2024-03-01T09:00:00Z');
  desks = new Desks(funding, P);
  await funding.register({ [SCHOOL]: '50', [ACADEMY]: '50', [ALONE]: '50' });
  await funding.programme(P, 120_000_000);
  for (const urn of [SCHOOL, ACADEMY, ALONE]) {
    await funding.prepare(P, urn);
    await funding.offer(P, urn);
    await funding.accept(P, urn);
    await funding.approvePlan(P, urn);
    await funding.settle();
    await funding.pay(P, urn, 1);
    await funding.account(urn);
  }
  await funding.throughTheBank(
    P,
    [SCHOOL, ACADEMY, ALONE].map((urn) => `R1-${urn}-1,12000.00,settled,`),
  );
  const actions = [{ actionId: 'phonics-course', status: 'under-way', spentPence: 450_000 }];
  const report = { programmeId: P, urn: ACADEMY, window: 1 };
  await funding.does(SubmitProgressReport, { ...report, summary: 'done', actions }, people.setting);
  await funding.does(AcceptProgressReport, report, people.approver);
  await funding.registered({ [SCHOOL]: 'Closed', [ACADEMY]: 'Open' });
  await funding.settle();
  const decision = { programmeId: P, urn: SCHOOL, outcome: 'transfer', toUrn: ACADEMY, reason };
  await funding.does(DecideContinuity, decision, person('bea', 'board'));
  await funding.does(TakeOverPart, { programmeId: P, urn: ACADEMY, fromUrn: SCHOOL });
});
afterAll(() => funding.close());

describe('what two people ask back in the same moment', () => {
  it('of one allocation is asked for once: the second is refused, approved or not', async () => {
    const both = await Promise.allSettled([propose(ALONE, EACH, 'una'), propose(ALONE, 1, 'vic')]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const again = await refusalOf(propose(ALONE, EACH, 'wil'));
    expect(again.code).toMatch(/^RECLAIM\.BEYOND_/);
  });

  it('of two allocations for which one answers can be asked, and is not approved', async () => {
    await Promise.all([propose(SCHOOL, EACH, 'una'), propose(ACADEMY, EACH, 'vic')]);
    for (const urn of [SCHOOL, ACADEMY]) {
      const refused = await refusalOf(approve(urn));
      expect(refused.code).toBe('RECLAIM.BEYOND_DUE');
      expect(refused.message).toContain('£7,500.00');
      expect(refused.message).toContain('withdraw reclaim 1 as a mistake');
    }
  });

  it('is on the list to be withdrawn, which says why, and on no list to be approved', async () => {
    for (const urn of [SCHOOL, ACADEMY]) {
      expect(await listed(urn)).toEqual([
        'approver withdraw-reclaim: withdraw reclaim 1 of tranche 1, or what else is asked back for the same money, as a mistake: £12,000.00 is more than is due back',
      ]);
    }
    expect((await rows()).filter(({ urn }) => urn !== ALONE)).toMatchObject([
      { status: 'proposed', next: 'approver', nextAction: 'withdraw-reclaim' },
      { status: 'proposed', next: 'approver', nextAction: 'withdraw-reclaim' },
    ]);
    const { lines } = await funding.ask<OutstandingAnswer>(new ListOutstanding(P));
    expect(lines.filter(({ what, urn }) => what === 'reclaim-owed' && urn !== ALONE)).toMatchObject([
      { urn: SCHOOL, next: 'approver' },
      { urn: ACADEMY, next: 'approver' },
    ]);
  });

  it('is approved once the other is withdrawn, and the rest asked for anew', async () => {
    const mistake = { programmeId: P, urn: ACADEMY, reclaim: 1, outcome: 'mistake', reason: 'asked twice' };
    await funding.does(WithdrawReclaim, mistake, people.approver);
    expect(await listed(SCHOOL)).toEqual([
      'approver approve-reclaim: approve reclaim 1 of tranche 1, or let it be withdrawn',
    ]);
    await approve(SCHOOL);
    await propose(ACADEMY, 750_000, 'vic');
    expect(await listed(ACADEMY)).toEqual([
      'approver approve-reclaim: approve reclaim 2 of tranche 1, or let it be withdrawn',
    ]);
    await approve(ACADEMY, 2);
  });
});

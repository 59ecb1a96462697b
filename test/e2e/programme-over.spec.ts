// After the last day of a programme: a setting with which no money is open has nothing to do, on its rows as on the lists.
import { GetAudit, type AuditDocument } from '#domain/audits';
import { GetPlan, type PlanShown } from '#domain/plans';
import { ListParticipations, WithdrawSetting, type ParticipationRow } from '#domain/programme';
import type { Page } from '#platform/read-store';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Desks } from './desks.harness.js';
import { Funding } from './funding.harness.js';

const P = 'over';
const [NO_MONEY, OFFERED] = ['198101', '198102'] as const;
const NOBODYS = { next: null, nextUntil: null };
let funding: Funding;
let desks: Desks;

async function rowOf(urn: string, options: object = {}): Promise<ParticipationRow | undefined> {
  await funding.settle();
  const page = await funding.ask<Page<ParticipationRow>>(new ListParticipations(P, options));
  return page.documents.find((row) => row.urn === urn);
}
const auditOf = (urn: string) => funding.ask<AuditDocument>(new GetAudit({ programmeId: P, urn }));
const planOf = (urn: string) => funding.ask<PlanShown>(new GetPlan({ programmeId: P, urn }));
const actionsOf = async (urn: string) => (await desks.items(urn)).map(({ action }) => action);
const reviewsOf = async (urn: string) =>
  (await desks.items(urn)).filter(({ action }) => action === 'review-finances').map(({ until }) => until);

beforeAll(async () => {
  funding = await Funding.open('2024-06-03T09:00:00Z');
  desks = new Desks(funding, P);
  await funding.register({ [NO_MONEY]: '20', [OFFERED]: '30' });
  await funding.programme(P, 120_000_000);
  await funding.prepare(P, NO_MONEY);
  await funding.prepare(P, OFFERED);
  await funding.offer(P, OFFERED);
  await funding.accept(P, OFFERED);
});
afterAll(() => funding.close());

describe('after the last day of a programme', () => {
  const review = { next: 'operations', nextAction: 'review-finances', nextUntil: '2025-06-03' };
  const signedOff = { nextAction: 'sign-off-audit', nextUntil: '2024-06-17' };
  const approved = { nextAction: 'approve-plan', nextUntil: '2024-06-17' };

  it('until then a review, a signature and an approval are awaited of every setting', async () => {
    funding.goTo('2025-08-31T12:00:00Z');
    for (const urn of [NO_MONEY, OFFERED]) {
      expect(await rowOf(urn)).toMatchObject({ ...review, reviewOverdue: true });
      expect(await rowOf(urn, { next: 'operations' })).toMatchObject(review);
      expect(await reviewsOf(urn)).toEqual(['2025-06-03']);
      expect([await auditOf(urn), await planOf(urn)]).toMatchObject([signedOff, approved]);
      expect(await actionsOf(urn)).toContain('start-audit');
    }
  });

  it('then of those only with which money is open', async () => {
    funding.goTo('2025-09-01T12:00:00Z');
    expect(await reviewsOf(OFFERED)).toEqual(['2025-06-03']);
    expect(await rowOf(OFFERED)).toMatchObject({ ...review, reviewOverdue: true });
    expect([await auditOf(OFFERED), await planOf(OFFERED)]).toMatchObject([signedOff, approved]);
    expect(await desks.items(NO_MONEY)).toEqual([]);
    const asked = await actionsOf(OFFERED);
    expect(asked).toContain('sign-off-audit');
    expect(asked).not.toContain('start-audit');
    expect(await rowOf(NO_MONEY)).toMatchObject({ ...NOBODYS, reviewOverdue: false });
    expect(await rowOf(NO_MONEY, { next: 'operations' })).toBeUndefined();
    expect([await auditOf(NO_MONEY), await planOf(NO_MONEY)]).toMatchObject([NOBODYS, NOBODYS]);
  });

  it('and of nobody once the setting has left, whatever of its money is to be settled', async () => {
    await funding.does(WithdrawSetting, { programmeId: P, urn: OFFERED, reason: 'a merger' });
    await funding.settle();
    expect([await auditOf(OFFERED), await planOf(OFFERED)]).toMatchObject([NOBODYS, NOBODYS]);
  });
});

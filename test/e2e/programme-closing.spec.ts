// A programme is closed while others promise its money in the same moment: one of the two is refused, always.
import { AdoptRound, CloseAllocation, fund, RaiseFundBudget, SimulateRound } from '#domain/funding';
import { GetPlan, type PlanShown } from '#domain/plans';
import { CloseProgramme, ListParticipations, programme, type ParticipationRow } from '#domain/programme';
import { ListReports, type ReportDocument } from '#domain/reporting';
import { derivedId, RefusalError } from '#kernel';
import { Decisions } from '#platform/event-store';
import type { Page } from '#platform/read-store';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Funding, people } from './funding.harness.js';

const URN = '100001';
const EACH = 3_000_000;
const reason = 'every grant is closed out';
let funding: Funding;
let decisions: Decisions;
beforeAll(async () => {
  funding = await Funding.open('2024-03-01');
  decisions = funding.office.app.get(Decisions);
  await funding.register({ [URN]: '50' });
});
afterAll(() => funding.close());

const close = (programmeId: string): Promise<unknown> =>
  funding.run(new CloseProgramme({ programmeId, reason }, funding.context()));
const codeOf = async (attempt: Promise<unknown>): Promise<string> => {
  try {
    await attempt;
    return 'done';
  } catch (error) {
    if (error instanceof RefusalError) return error.code;
    throw error;
  }
};
const isClosed = async (programmeId: string): Promise<boolean> => {
  const { state } = await decisions.load(programme, programmeId);
  return state.status === 'created' && state.closed !== null;
};
const moneyOf = async (programmeId: string) => {
  const { state } = await decisions.load(fund, programmeId);
  if (state.status === 'none') throw new Error('no fund');
  return state;
};
let programmes = 0;
async function prepared(): Promise<string> {
  const id = `closing-${(programmes += 1)}`;
  await funding.programme(id, EACH);
  await funding.prepare(id, URN);
  return id;
}

describe('a programme that is closed in the moment in which', () => {
  it('an offer is made is closed without it, or not closed', async () => {
    const outcomes: string[] = [];
    for (let times = 0; times < 12; times += 1) {
      const id = await prepared();
      const orders = [() => close(id), () => funding.offer(id, URN)];
      if (times % 2 === 1) orders.reverse();
      const codes = await Promise.all(orders.map((one) => codeOf(one())));
      expect(codes.filter((code) => code === 'done')).toHaveLength(1);
      const { reservedPence } = await moneyOf(id);
      expect([await isClosed(id), reservedPence]).toEqual(reservedPence === 0 ? [true, 0] : [false, EACH]);
      outcomes.push(codes.join());
    }
    expect(outcomes.join()).toMatch(/FUND\.(CLOSED|NOT_SETTLED)|PROGRAMME\.(CLOSED|OUTSTANDING)/);
  });

  it('a round is adopted, or the budget raised, likewise', async () => {
    for (let times = 0; times < 4; times += 1) {
      const id = await prepared();
      const { hash } = await funding.ask<{ hash: string }>(new SimulateRound(id));
      const raise = { programmeId: id, budgetPence: EACH * 2, reason };
      const [closed, adopted, raised] = await Promise.all([
        codeOf(close(id)),
        codeOf(funding.run(new AdoptRound({ programmeId: id, hash }, funding.context()))),
        codeOf(funding.run(new RaiseFundBudget(raise, funding.context()))),
      ]);
      expect([closed, adopted].filter((code) => code === 'done')).toHaveLength(1);
      const history = (await decisions.load(fund, id)).history.map(({ type }) => type);
      const end = history.indexOf('FundClosed');
      if (closed === 'done') expect(history.slice(end + 1)).toEqual([]);
      expect(['done', 'FUND.CLOSED', 'PROGRAMME.CLOSED']).toContain(raised);
    }
  });
});

describe('a programme that has allocations', () => {
  it('is closed once each is closed, and what came of them can be asked', async () => {
    const id = await prepared();
    await funding.offer(id, URN);
    await funding.accept(id, URN);
    await funding.settle();
    expect(await codeOf(close(id))).toBe('PROGRAMME.OUTSTANDING');
    const [closed] = await Promise.all([
      codeOf(close(id)),
      funding.run(
        new CloseAllocation({ programmeId: id, urn: URN, reason }, funding.context({ by: people.approver })),
      ),
    ]);
    expect(['PROGRAMME.OUTSTANDING', 'FUND.NOT_SETTLED', 'done']).toContain(closed);
    if (closed !== 'done') await close(id);
    expect(await isClosed(id)).toBe(true);
    expect(await moneyOf(id)).toMatchObject({ confirmedPence: 0, closed: { reason } });
    // Nothing waits for anybody in it.
    await funding.settle();
    const parts = await funding.ask<Page<ParticipationRow>>(new ListParticipations(id));
    const reports = await funding.ask<Page<ReportDocument>>(new ListReports({ programmeId: id }));
    const plan = await funding.ask<PlanShown>(new GetPlan({ programmeId: id, urn: URN }));
    const shown = [...parts.documents, ...reports.documents, plan];
    expect(shown.map(({ next, nextIs }) => [next, nextIs])).toEqual(shown.map(() => [null, null]));
    expect(parts.documents).toHaveLength(1);
    expect(reports.documents).toHaveLength(1);
    const waiting = await funding.ask<Page<ParticipationRow>>(
      new ListParticipations(id, { next: 'operations' }),
    );
    expect(waiting.documents).toEqual([]);
  });
});

describe('a closing that a crash broke off between fund and programme', () => {
  const broken = async (): Promise<string> => {
    const id = await prepared();
    await funding.settle();
    const context = { ...funding.context(), commandId: derivedId('close-fund', id, 'test') };
    await decisions.execute(fund, id, { type: 'CloseFund', data: { reason, costs: {} } }, context);
    expect(await isClosed(id)).toBe(false);
    expect(await codeOf(funding.offer(id, URN))).toBe('FUND.CLOSED');
    return id;
  };

  it('is finished by whoever closes it again', async () => {
    const id = await broken();
    expect(await codeOf(close(id))).toBe('done');
    const { history } = await decisions.load(programme, id);
    expect(history.at(-1)).toMatchObject({
      type: 'ProgrammeClosed',
      metadata: { actor: { subject: people.operations.subject } },
    });
    expect(await codeOf(close(id))).toBe('done');
    expect((await decisions.load(programme, id)).history).toHaveLength(history.length);
  });

  it('is finished by itself some minutes later', async () => {
    const id = await broken();
    funding.pass(6);
    await funding.settle();
    expect(await isClosed(id)).toBe(true);
  });
});

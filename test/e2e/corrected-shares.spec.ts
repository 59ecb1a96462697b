// A round set money aside by a figure that is corrected before the offer is made: the share waits, and is offered as it is revised.
import {
  AdoptRound,
  GetLedger,
  ListRounds,
  PreviewRevision,
  RaiseFundBudget,
  ReviseAllocation,
  SimulateRound,
  type Ledger,
  type RoundRow,
  type RoundSimulation,
} from '#domain/funding';
import {
  AssessFraudRisk,
  CompleteDueDiligence,
  CreateProgramme,
  EnrolSetting,
  IssueGrantAgreement,
  SignGrantAgreement,
} from '#domain/programme';
import { EnterWorkforceFigure, VerifyWorkforceFigure } from '#domain/settings';
import { GetWorkList, type WorkList } from '#domain/work-lists';
import { Decisions, type Outcome } from '#platform/event-store';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Desks } from './desks.harness.js';
import { Funding, people } from './funding.harness.js';
import { agreement, dueDiligence, fraudRisk, signing } from './scenario.js';

const PROGRAMME = 'ipswich';
const [A, B] = ['150001', '150002'] as const;
const of = (urn: string) => ({ programmeId: PROGRAMME, urn });
const revising = { ...of(A), rule: 'same', reason: 'a part-timer counted twice' } as const;
let funding: Funding;
let desks: Desks;

beforeEach(async () => {
  funding = await Funding.open('2024-01-08T09:00:00Z');
  desks = new Desks(funding, PROGRAMME);
  await funding.register({ [A]: '24.6', [B]: '25.4' });
  await funding.does(CreateProgramme, {
    ...{ id: PROGRAMME, name: 'Ipswich', area: 'Ipswich', budgetPence: 5_000_000 },
    ...{ startsOn: '2023-09-01', endsOn: '2025-08-31' },
    policy: { kind: 'share-of-budget', floorPence: 1_000_000, capPence: 5_000_000 },
    tranches: [{ number: 1, shareBasisPoints: 10_000, conditions: ['agreement-accepted'] }],
    reportWindows: [{ number: 1, opensOn: '2024-02-01', dueOn: '2024-06-30', closesOn: '2024-12-31' }],
  });
  for (const urn of [A, B]) await funding.does(EnrolSetting, of(urn));
  await check(B);
  const { hash } = await funding.ask<RoundSimulation>(new SimulateRound(PROGRAMME));
  await funding.does(AdoptRound, { programmeId: PROGRAMME, hash });
  await funding.settle();
});
afterEach(() => funding.close());

async function check(urn: string): Promise<void> {
  await funding.does(CompleteDueDiligence, { ...of(urn), ...dueDiligence });
  await funding.does(AssessFraudRisk, { ...of(urn), ...fraudRisk }, people.approver);
}
const revise = (said = funding.context()) => funding.run<Outcome>(new ReviseAllocation(revising, said));
const refused = (): Promise<{ code: string; message: string }> =>
  revise().then(
    () => Promise.reject(new Error('it was not refused')),
    (error: unknown) => error as { code: string; message: string },
  );
const ledger = () => funding.ask<Ledger>(new GetLedger({ programmeId: PROGRAMME }));
const round = async () =>
  (await funding.ask<readonly RoundRow[]>(new ListRounds({ programmeId: PROGRAMME })))[0]!;
const offersOf = async (urn: string) =>
  (await funding.history()).filter(
    ({ type, data }) => type === 'AllocationOffered' && (data as { urn: string }).urn === urn,
  ).length;
async function toRevise(): Promise<readonly string[]> {
  await funding.settle();
  const query = { programmeId: PROGRAMME, desk: 'operations', action: 'revise-allocation' };
  const { items } = await funding.ask<WorkList>(new GetWorkList(query));
  return items.map(({ urn, since, toDo }) => `${urn} since ${since.slice(0, 10)}: ${toDo}`);
}

it('corrected downwards waits, with its checks and then with its revision, which offers what is due', async () => {
  funding.goTo('2024-01-09T09:00:00Z');
  await funding.census({ [A]: '12' });
  expect(await toRevise()).toEqual([]);
  expect(await desks.waiting(A)).toContain('operations do-due-diligence since 2024-01-08 until 2024-01-22');
  const early = await refused();
  expect(early.code).toBe('ALLOCATION.NOT_OFFERED');
  expect(early.message).toMatch(/^round 1 set £24,600\.00 aside for School 150001 \(150001\), and nothing/);
  expect(early.message).toMatch(/due diligence/);
  funding.goTo('2024-01-10T09:00:00Z');
  await check(A);
  expect(await toRevise()).toEqual([
    '150001 since 2024-01-10: revise its share: the figure by which round 1 set £24,600.00 aside was corrected since, from 24.6 to 12 teachers',
  ]);
  expect(await desks.settingsOn('operations', 'see-round-offer')).toEqual([]);
  expect(await offersOf(A)).toBe(0);
  expect(await round()).toMatchObject({
    ...{ status: 'offering', offered: 1, revised: 0 },
    toRevise: [{ urn: A, amountPence: 2_460_000, fte: '24.6', fteNow: '12' }],
  });
  expect(await ledger()).toMatchObject({ committedPence: 5_000_000, availablePence: 0 });

  const preview = await funding.ask(new PreviewRevision(revising));
  expect(preview).toMatchObject({ fte: '12', fromPence: 2_460_000, amountPence: 1_200_000 });
  const context = funding.context();
  const { events } = await revise(context);
  expect(events.map(({ type }) => type)).toEqual(['AllocationOffered', 'AllocationRevised']);
  expect(events[1]?.data).toMatchObject({ corrects: { eventId: events[0]!.id }, amountPence: 1_200_000 });
  await funding.settle();
  expect(await toRevise()).toEqual([]);
  expect(await desks.waiting(A)).toContain('setting answer-offer since 2024-01-10 until 2024-02-07');
  expect(await ledger()).toMatchObject({ committedPence: 3_740_000, availablePence: 1_260_000 });
  // Its offer was the last: nothing else would have said that the round is done.
  expect(await round()).toMatchObject({
    ...{ status: 'reconciled', offered: 2, revised: 1, notOffered: 0, freedPence: 0, toRevise: [] },
  });
  await revise(context);
  expect(await offersOf(A)).toBe(1);
  expect(await refused()).toMatchObject({ code: 'ALLOCATION.NOTHING_TO_REVISE' });
});

it('corrected upwards beyond what the fund has is not offered at all, until the fund has it', async () => {
  await funding.census({ [A]: '30' });
  await check(A);
  await funding.settle();
  expect(await refused()).toMatchObject({
    code: 'FUND.INSUFFICIENT',
    message: expect.stringContaining('£5,400.00 more was asked'),
  });
  expect(await offersOf(A)).toBe(0);
  const budget = { programmeId: PROGRAMME, budgetPence: 5_540_000, reason: 'more money' };
  await funding.does(RaiseFundBudget, budget);
  expect(await toRevise()).toHaveLength(1);
  await revise();
  await funding.settle();
  expect(await ledger()).toMatchObject({ committedPence: 5_540_000, availablePence: 0 });
  expect(await round()).toMatchObject({ status: 'reconciled', offered: 2, revised: 1 });
});

it('broken off between its offer and its revision is to be revised, and the same command goes on', async () => {
  await funding.census({ [A]: '12' });
  await check(A);
  await funding.settle();
  const decisions = funding.office.app.get(Decisions);
  const execute = decisions.execute.bind(decisions);
  decisions.execute = (...all: Parameters<typeof execute>) => {
    if (all[2].type === 'ReviseAllocation') throw new Error('the power failed');
    return execute(...all);
  };
  const context = { ...funding.context(), expectedRevision: -1n };
  await expect(revise(context)).rejects.toThrow('the power failed');
  decisions.execute = execute;
  expect(await offersOf(A)).toBe(1);
  const broken = [
    '150001 since 2024-01-08: revise the offer of round 1: the figure that it rests on was corrected before it was made, from 24.6 to 12 teachers',
  ];
  expect(await toRevise()).toEqual(broken);
  const document = { ...agreement, programmeId: PROGRAMME, effectiveOn: '2024-01-08' };
  await funding.does(IssueGrantAgreement, document);
  await funding.does(SignGrantAgreement, { ...of(A), ...signing }, people.setting);
  await funding.accept(PROGRAMME, A);
  expect(await toRevise()).toEqual(broken);
  await revise(context);
  expect(await toRevise()).toEqual([]);
  await funding.settle();
  expect(await ledger()).toMatchObject({ committedPence: 3_740_000, availablePence: 1_260_000 });
  expect(await round()).toMatchObject({ status: 'reconciled', revised: 1 });
});

it('is offered by itself where the figure says the same, and waits while it is not known', async () => {
  await funding.census({ [A]: 'x' });
  await check(A);
  await funding.settle();
  expect(await offersOf(A)).toBe(0);
  expect(await desks.waiting(A)).toContain('operations enter-fte since 2024-01-08 until 2024-01-22');
  expect(await refused()).toMatchObject({ code: 'ALLOCATION.FTE_UNKNOWN' });
  const document = { name: 'return.pdf', sha256: 'a'.repeat(64) };
  const entry = { urn: A, fte: '24.60', document, note: 'the return', countedOn: '2023-11-02' };
  await funding.does(EnterWorkforceFigure, { ...entry, corrects: null });
  const entered = (await funding.history()).findLast(({ type }) => type === 'WorkforceFigureEntered')!;
  await funding.does(VerifyWorkforceFigure, { urn: A, entryId: entered.id }, people.approver);
  await funding.settle();
  expect(await offersOf(A)).toBe(1);
  expect(await round()).toMatchObject({ status: 'reconciled', offered: 2, revised: 0, toRevise: [] });
});

it('is offered by itself once a census says again what the round took', async () => {
  await funding.census({ [A]: '12' });
  await check(A);
  await funding.settle();
  funding.pass(10);
  await funding.settle();
  expect(await offersOf(A)).toBe(0);
  await funding.census({ [A]: '24.60' });
  funding.pass(2);
  await funding.settle();
  expect(await toRevise()).toEqual([]);
  expect(await offersOf(A)).toBe(1);
  expect(await round()).toMatchObject({ status: 'reconciled', offered: 2, revised: 0, toRevise: [] });
});

it('is not offered past its round either, where an offer can be worked out alone', async () => {
  const rated = { programmeId: 'rated', urn: A };
  await funding.programme('rated', 3_000_000);
  await funding.does(EnrolSetting, rated);
  const { hash } = await funding.ask<RoundSimulation>(new SimulateRound('rated'));
  await funding.does(AdoptRound, { programmeId: 'rated', hash });
  await funding.census({ [A]: '30' });
  await funding.does(CompleteDueDiligence, { ...rated, ...dueDiligence });
  await funding.does(AssessFraudRisk, { ...rated, ...fraudRisk }, people.approver);
  await funding.settle();
  await expect(funding.offer('rated', A)).rejects.toMatchObject({ code: 'ALLOCATION.FIGURE_CORRECTED' });
  await funding.does(ReviseAllocation, { ...revising, ...rated });
  await funding.settle();
  const after = await funding.ask<Ledger>(new GetLedger({ programmeId: 'rated' }));
  expect(after).toMatchObject({ allocatedPence: 1_800_000, committedPence: 1_800_000 });
});

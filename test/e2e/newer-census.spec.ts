// A round set money aside by the census of one year, and that of the next is read before the offer is made: a newer figure corrects
// nothing, so that the share is offered as it was set aside; a correction of the same year still holds it up.
import {
  AdoptRound,
  ListRounds,
  PreviewRevision,
  ReviseAllocation,
  SimulateRound,
  type RoundRow,
  type RoundSimulation,
} from '#domain/funding';
import { AssessFraudRisk, CompleteDueDiligence, CreateProgramme, EnrolSetting } from '#domain/programme';
import { EnterWorkforceFigure, VerifyWorkforceFigure } from '#domain/settings';
import { GetWorkList, type WorkList } from '#domain/work-lists';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Funding, people } from './funding.harness.js';
import { dueDiligence, fraudRisk } from './scenario.js';

const P = 'newer';
const [A, B] = ['150011', '150012'] as const;
const of = (urn: string) => ({ programmeId: P, urn });
const document = { name: 'return.pdf', sha256: 'a'.repeat(64) };
let funding: Funding;

beforeEach(async () => {
  funding = await Funding.open('2024-01-08T09:00:00Z');
  await funding.registered({ [A]: 'Open', [B]: 'Open' });
  await funding.census({ [A]: '24.6', [B]: '25.4' }, '202324');
  await funding.does(CreateProgramme, {
    ...{ id: P, name: 'Ipswich', area: 'Ipswich', budgetPence: 5_000_000 },
    ...{ startsOn: '2023-09-01', endsOn: '2025-08-31' },
    policy: { kind: 'share-of-budget', floorPence: 1_000_000, capPence: 5_000_000 },
    tranches: [{ number: 1, shareBasisPoints: 10_000, conditions: ['agreement-accepted'] }],
    reportWindows: [{ number: 1, opensOn: '2024-02-01', dueOn: '2024-06-30', closesOn: '2024-12-31' }],
  });
  for (const urn of [A, B]) await funding.does(EnrolSetting, of(urn));
  await check(B);
  const { hash } = await funding.ask<RoundSimulation>(new SimulateRound(P));
  await funding.does(AdoptRound, { programmeId: P, hash });
  await funding.settle();
  funding.goTo('2025-01-08T09:00:00Z');
});
afterEach(() => funding.close());

async function check(urn: string): Promise<void> {
  await funding.does(CompleteDueDiligence, { ...of(urn), ...dueDiligence });
  await funding.does(AssessFraudRisk, { ...of(urn), ...fraudRisk }, people.approver);
}
const settled = async () => {
  funding.pass(2);
  await funding.settle();
};
const round = async () => (await funding.ask<readonly RoundRow[]>(new ListRounds({ programmeId: P })))[0]!;
const toRevise = async () => {
  const query = { programmeId: P, desk: 'operations', action: 'revise-allocation' };
  return (await funding.ask<WorkList>(new GetWorkList(query))).items.map(({ toDo }) => toDo);
};
async function verify(fte: string, countedOn: string): Promise<void> {
  const corrects = (await funding.history()).findLast(
    ({ type, data }) => type === 'WorkforceFigureRecorded' && (data as { urn: string }).urn === A,
  )!.id;
  await funding.does(EnterWorkforceFigure, {
    urn: A,
    fte,
    document,
    note: 'the return',
    countedOn,
    corrects,
  });
  const entered = (await funding.history()).findLast(({ type }) => type === 'WorkforceFigureEntered')!;
  await funding.does(VerifyWorkforceFigure, { urn: A, entryId: entered.id }, people.approver);
}

it('of a newer year corrects nothing: the share is offered as it was set aside, and is not to be revised', async () => {
  await funding.census({ [A]: '30', [B]: '12' }, '202425');
  expect((await round()).toRevise).toEqual([]);
  await check(A);
  await settled();
  expect(await round()).toMatchObject({
    status: 'reconciled',
    offered: 2,
    revised: 0,
    offeredPence: 5_000_000,
  });
  expect(await toRevise()).toEqual([]);
  await expect(funding.ask(new PreviewRevision({ ...of(A), rule: 'same' }))).rejects.toMatchObject({
    code: 'ALLOCATION.NOTHING_TO_REVISE',
  });
});

it('of the same year corrects it, also where a newer one was read before, and is what it is revised by', async () => {
  await funding.census({ [A]: '30' }, '202425');
  await funding.census({ [A]: '12' }, '2023/24');
  await check(A);
  await settled();
  const waiting = { urn: A, amountPence: 2_460_000, fte: '24.6', fteNow: '12' };
  expect(await round()).toMatchObject({ status: 'offering', toRevise: [waiting] });
  expect(await toRevise()).toHaveLength(1);
  await funding.does(ReviseAllocation, { ...of(A), rule: 'same', reason: 'a part-timer counted twice' });
  await settled();
  const { data } = (await funding.history()).findLast(({ type }) => type === 'AllocationRevised')!;
  expect(data).toMatchObject({ fte: '12', amountPence: 1_200_000 });
  expect(await toRevise()).toEqual([]);
});

it('is of the year of what it corrects where it was entered and verified', async () => {
  await verify('12', '2025-01-07');
  await check(A);
  await settled();
  expect(await round()).toMatchObject({ status: 'offering', toRevise: [{ urn: A, fteNow: '12' }] });
});

it('that was entered and verified in place of one of a newer year is newer as well', async () => {
  await funding.census({ [A]: '30' }, '202425');
  await verify('12', '2024-11-07');
  await check(A);
  await settled();
  expect(await round()).toMatchObject({ status: 'reconciled', offered: 2, revised: 0 });
});

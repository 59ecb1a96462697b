// What is promised of each row of many, on the whole program in one process: order, sending again, crashes, separations.
import { ConfirmBulk, DryRunBulk, ShowBulk, type BulkAnswer, type BulkShown } from '#domain/bulk';
import { ExtendReportDeadlines, SetFundingRules } from '#domain/programme';
import { personOf, type Actor } from '#kernel';
import { JOB_STORE, type JobStore } from '#platform/jobs';
import { person } from '#testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CarryOutBulk } from '../../libs/domain/bulk/src/bulk/carry-out-bulk/carry-out-bulk.job.js';
import { RowCommands } from '../../libs/domain/bulk/src/bulk/run-row/row-commands.js';
import { Funding, people } from './funding.harness.js';

const URNS = ['198001', '198002', '198003'] as const;
const [SMALL, LARGE, OWN] = URNS;
let funding: Funding;
let programmes = 0;

type Which = DryRunBulk['input']['of'];
const csv = (rows: readonly string[], header = 'urn,note'): Which => ({
  ...{ file: 'rows.csv', content: Buffer.from([header, ...rows, ''].join('\n')) },
});
async function programme(): Promise<string> {
  const id = `bulk-${(programmes += 1)}`;
  await funding.programme(id, 90_000_000);
  return id;
}
const dryRun = (
  action: 'enrol' | 'extend' | 'approve',
  programmeId: string,
  of: Which,
  { by = people.operations, defaults = {} }: { by?: Actor; defaults?: object } = {},
): Promise<BulkAnswer> =>
  funding.run(new DryRunBulk({ programmeId, action, of, defaults }, funding.context({ by })));
const confirm = ({ programmeId, action, token }: BulkAnswer, by?: Actor): Promise<BulkAnswer> =>
  funding.run(new ConfirmBulk({ programmeId, action, token }, funding.context(by && { by })));
const show = async ({ programmeId, token }: BulkAnswer): Promise<BulkAnswer> =>
  (await funding.ask<BulkShown>(new ShowBulk({ programmeId, token }))).answer;
async function carriedOut(dry: BulkAnswer, by?: Actor): Promise<BulkAnswer> {
  await confirm(dry, by);
  await funding.settle();
  return show(dry);
}
async function urnsOf(type: string, programmeId: string): Promise<readonly string[]> {
  const events = (await funding.history()).filter((event) => event.type === type);
  const data = events.map((event) => event.data as { readonly programmeId: string; readonly urn: string });
  return data
    .filter((one) => one.programmeId === programmeId)
    .map(({ urn }) => urn)
    .sort();
}
const job = (): CarryOutBulk => funding.office.app.get(CarryOutBulk, { strict: false });
const going = new AbortController().signal;

beforeAll(async () => {
  funding = await Funding.open('2024-03-01');
  await funding.register({ [SMALL]: '20', [LARGE]: '80', [OWN]: '20' });
});
afterAll(() => funding.close());

describe('rows of many', () => {
  it('come to the same in any order, and sent again write nothing twice', async () => {
    const line = fc.tuple(fc.constantFrom(...URNS, '199999', '12'), fc.constantFrom('a', 'b'));
    const outcomes = ({ told }: BulkAnswer): readonly string[] =>
      told.map(({ urn, outcome, code }) => `${urn} ${outcome ?? ''} ${code ?? ''}`).sort();
    await fc.assert(
      fc.asyncProperty(
        fc
          .array(line, { minLength: 1, maxLength: 6 })
          .chain((lines) =>
            fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length })),
          ),
        async ([lines, shuffled]) => {
          const [one, other] = [await programme(), await programme()];
          const rows = (of: typeof lines) => csv(of.map((cells) => cells.join(',')));
          const first = await carriedOut(await dryRun('enrol', one, rows(lines)));
          const second = await carriedOut(await dryRun('enrol', other, rows(shuffled)));
          expect(outcomes(second)).toEqual(outcomes(first));
          const known = [...new Set(lines.map(([urn]) => urn))].filter((urn) => urn.startsWith('198'));
          expect(await urnsOf('SettingEnrolled', one)).toEqual(known.sort());
          const again = await carriedOut(await dryRun('enrol', one, rows(lines)));
          expect(again.counts).toMatchObject({ done: 0, nothingToDo: known.length });
          expect((await carriedOut(first)).counts).toEqual(first.counts);
          expect(await urnsOf('SettingEnrolled', one)).toEqual(known.sort());
        },
      ),
      { numRuns: 10 },
    );
  });

  it('are each done once whoever is told to stop, and however many are at it', async () => {
    const programmeId = await programme();
    const dry = await dryRun('enrol', programmeId, csv(URNS.map((urn) => `${urn},`)));
    await confirm(dry);
    const payload = { programmeId, token: dry.token };
    const told = AbortSignal.abort(new Error('the worker stops'));
    await expect(job().run({ payload }, told)).rejects.toThrow('the worker stops');
    expect((await show(dry)).status).toBe('confirmed');
    await Promise.all([job().run({ payload }, going), job().run({ payload }, going)]);
    expect(await show(dry)).toMatchObject({ status: 'finished', counts: { done: 3 } });
    expect(await urnsOf('SettingEnrolled', programmeId)).toEqual(URNS);
  });

  it('go on when they are confirmed again after their job was given up', async () => {
    const programmeId = await programme();
    const dry = await dryRun('enrol', programmeId, csv([`${SMALL},`]));
    await confirm(dry);
    const jobs = funding.office.app.get<JobStore>(JOB_STORE);
    expect(await jobs.cancel(`bulk.${dry.token}.0`, funding.now)).toBe(true);
    expect(await show(dry)).toMatchObject({ status: 'stopped', refusal: { code: 'BULK.STOPPED' } });
    expect(await carriedOut(dry)).toMatchObject({ status: 'finished', counts: { done: 1 } });
  });

  it('are refused by themselves if what they rest on changes before their turn; what was written is told again', async () => {
    const programmeId = await programme();
    await carriedOut(await dryRun('enrol', programmeId, csv([`${SMALL},`])));
    const rows = funding.office.app.get(RowCommands, { strict: false });
    const extend = { window: '1', dueOn: '2024-07-10', reason: 'flood' };
    const extended = (dueOn: string) =>
      new ExtendReportDeadlines(
        { programmeId, urns: [SMALL], window: 1, dueOn, reason: 'a fire' },
        funding.context(),
      );
    const of = (token: string) => ({
      ...({ action: 'extend', programmeId, token, context: funding.context() } as const),
      row: { row: 2, urn: SMALL, sent: [], ...extend },
    });
    const one = of('7b0d9c3e-5d3a-4b3f-8f55-0a6f2f4c1a01');
    const said = await rows.lookAt(one, rows.looking());
    expect(said.outcome).toBe('done');
    await funding.run(extended('2024-07-05'));
    expect(await rows.carryOut(one, said)).toMatchObject({
      ...{ outcome: 'refused', code: 'BULK.CHANGED_SINCE_DRY_RUN' },
    });
    expect(await urnsOf('ReportDeadlineExtended', programmeId)).toHaveLength(1);

    const other = of('7b0d9c3e-5d3a-4b3f-8f55-0a6f2f4c1a02');
    const looked = await rows.lookAt(other, rows.looking());
    expect((await rows.carryOut(other, looked)).outcome).toBe('done');
    await funding.run(extended('2024-07-20'));
    expect((await rows.carryOut(other, looked)).outcome).toBe('done');
    expect(await urnsOf('ReportDeadlineExtended', programmeId)).toHaveLength(3);
  });

  it('are approved within the limit, and by nobody who proposed them: the dry run says which are not', async () => {
    const programmeId = await programme();
    const { approver } = people;
    for (const urn of URNS) {
      await funding.prepare(programmeId, urn);
      await funding.approvePlan(programmeId, urn);
      await funding.offer(programmeId, urn);
      await funding.accept(programmeId, urn);
    }
    await funding.settle();
    const proposer = { ...person(personOf(approver).subject, 'operations') };
    for (const urn of URNS) {
      await funding.sign('propose', programmeId, urn, 1, urn === OWN ? { by: proposer } : {});
    }
    const rules = { acceptanceDays: 28, defaultLimitPence: 1_000_000, limits: [], effectiveOn: '2024-03-02' };
    const board = funding.context({ by: person('bea', 'board') });
    await funding.run(new SetFundingRules({ programmeId, ...rules, reason: 'caution' }, board));
    funding.goTo('2024-03-03');
    await funding.settle();
    const dry = await dryRun('approve', programmeId, { filter: 'proposed' }, { by: approver });
    const codes = ({ told }: BulkAnswer) => told.map(({ urn, code }) => [urn, code]);
    const expected = [
      [SMALL, null],
      [LARGE, 'TRANCHE.ABOVE_LIMIT'],
      [OWN, 'TRANCHE.SECOND_SIGNATURE'],
    ];
    expect(codes(dry)).toEqual(expected);
    const finished = await carriedOut(dry, approver);
    expect([finished.status, codes(finished)]).toEqual(['finished', expected]);
    expect(await urnsOf('TrancheApproved', programmeId)).toHaveLength(1);
  });
});

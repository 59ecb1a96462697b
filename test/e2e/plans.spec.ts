// A plan on its way: given back action by action, approved by another, and varied while the old version stays in force.
import { addDays, dateInLondon, systemClock } from '#kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ops, type Answer } from './api-process.js';
import { Installation } from './installation.js';
import {
  completedAudit,
  done,
  dueDiligence,
  fraudRisk,
  importRegister,
  peopleOf,
  plan,
  programme,
  signAgreement,
  soon,
  type People,
} from './scenario.js';

const URN = '197001';
const ROOT = '/api/v1/programmes/plans';
const PLAN = `${ROOT}/settings/${URN}/plan`;
const today = dateInLondon(systemClock.now());
let installation: Installation;
let people: People;
const cli = (...args: string[]) => ops(installation.folder.path, args, installation.environment);
const [course] = plan.actions;
const whole = {
  ...course,
  ...{ headcountByGroup: [{ group: 'early-career-teachers', headcount: 6 }], provider: 'the local hub' },
  ...{ desiredResponse: 'teachers plan phonics together', finalOutcomes: ['children read sooner'] },
  ...{ doability: 4, impact: 3, milestones: [{ on: addDays(today, 60), what: 'half of the sessions held' }] },
};
const coaching = { ...whole, actionId: 'coaching', costPence: 200_000, doability: 2, impact: 4 };
const post = (who: keyof People, path: string, body: object = {}): Promise<Answer> =>
  people[who].post(`${PLAN}/${path}`, body);
const read = async (path = ''): Promise<Answer['body']> =>
  done(await people.auditor.get(`${PLAN}${path}`)).body;

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  await importRegister(people, [URN]);
  done(await people.operations.post('/api/v1/programmes', programme('plans', 20_000_000)));
  done(await people.operations.post(`${ROOT}/participations`, { urn: URN }));
  done(await people.operations.post(`${ROOT}/participations/${URN}/due-diligence`, dueDiligence));
  done(await people.approver.post(`${ROOT}/participations/${URN}/fraud-risk`, fraudRisk));
  done(await people.setting.post(`${ROOT}/settings/${URN}/audit/start`, {}));
  done(await people.setting.post(`${ROOT}/settings/${URN}/audit/complete`, completedAudit));
  done(await people.operations.post(`${ROOT}/allocations/${URN}/offer`, {}));
  await signAgreement(people, ROOT, URN);
  done(await people.setting.post(`${ROOT}/allocations/${URN}/accept`, {}));
});
afterAll(() => installation.close());

describe('a plan', () => {
  it('may not cost more than its setting is allocated, and the refusal says how much too much', async () => {
    const dear = await post('setting', 'submit', { actions: [{ ...whole, costPence: 1_230_001 }] });
    expect([dear.status, dear.body.code]).toEqual([409, 'PLAN.OVER_ALLOCATION']);
    expect(dear.body.detail).toContain('take £0.01 out of them');
    expect((await people.auditor.get(PLAN)).status).toBe(404);
  });

  it('is given back with a comment on an action, submitted again, and approved by somebody else', async () => {
    done(await post('setting', 'submit', { actions: [course] }));
    const stray = await post('approver', 'return', {
      comments: 'x',
      actions: [{ actionId: 'none', comment: 'y' }],
    });
    expect([stray.status, stray.body.code]).toEqual([404, expect.stringContaining('PLAN.')]);
    const said = await cli(
      'plan',
      'return',
      'plans',
      URN,
      '--comments',
      'nearly',
      '--on',
      'phonics-course=which provider?',
      '--as',
      'ada',
      '--role',
      'approver',
    );
    expect(said).toMatchObject({ code: 0, stdout: expect.stringContaining('ActionPlanReturned') });
    done(await post('setting', 'submit', { actions: [whole] }));
    const own = await (await installation.api.as('sam', 'approver')).post(`${PLAN}/approve`, {});
    expect([own.status, own.body.code]).toEqual([403, expect.stringContaining('PLAN.')]);
    done(await post('approver', 'approve'));
    expect(await read('/versions')).toMatchObject([
      { version: 1, status: 'returned', because: 'nearly', comments: [{ comment: 'which provider?' }] },
      { version: 2, status: 'approved', decidedBy: 'ada', actions: [{ provider: 'the local hub' }] },
    ]);
  });

  it('is varied: the old version stays in force, and its condition met, until the new one is approved', async () => {
    const propose = () => people.operations.post(`${ROOT}/allocations/${URN}/tranches/1/propose`, {});
    done(await soon(propose, /^TRANCHE\.(AGREEMENT|PLAN)/));
    const file = join(installation.folder.path, 'variation.json');
    await writeFile(
      file,
      JSON.stringify({
        reason: 'coaching, too',
        actions: [{ ...whole, headcount: 5, headcountByGroup: [] }, coaching],
      }),
    );
    expect(await cli('plan', 'vary', 'plans', URN, file, '--as', 'sam', '--role', 'setting')).toMatchObject({
      code: 0,
    });
    expect(await read()).toMatchObject({
      ...{ version: 2, status: 'approved', next: 'approver', totalPence: 450_000 },
      variation: { version: 3, status: 'submitted', totalPence: 650_000 },
    });
    const shown = await cli('plan', 'show', 'plans', URN);
    expect(shown.stdout).toContain(
      'version 2 is approved, £4,500.00; version 3, which varies it, is submitted',
    );
    expect(shown.stdout).toContain('next: approver: approve or return version 3 of the action plan, since');
    done(await people.approver.post(`${ROOT}/allocations/${URN}/tranches/1/approve`, {}));
    const outcome = done(await post('approver', 'variation/approve')).body;
    expect(await read(`?atLeast=${String(outcome.position)}`)).toMatchObject({
      version: 3,
      variation: null,
      next: null,
    });
  });

  it('is compared with the version before, and laid out by do-ability and impact', async () => {
    expect(await read('/difference')).toMatchObject({
      ...{ from: 2, to: 3, fromPence: 450_000, toPence: 650_000, removed: [] },
      added: [{ actionId: 'coaching' }],
      changed: [
        { actionId: 'phonics-course', changes: [{ field: 'headcount' }, { field: 'headcountByGroup' }] },
      ],
    });
    const diff = await cli('plan', 'diff', 'plans', URN, '--from', '1', '--to', '3');
    expect(diff.stdout).toContain('~ phonics-course, provider: null -> "the local hub"');
    expect((await cli('plan', 'matrix', 'plans', URN)).stdout).toMatch(
      /impact 4\s+coaching[\s\S]*impact 3\s+phonics-course/,
    );
    const shown = (await cli('plan', 'show', 'plans', URN)).stdout;
    expect(shown).toContain('varies version 2: coaching, too');
    expect(shown).toMatch(/^Action plan of setting \d+: version 3 is approved, £6,500.00\n.*next: nobody/s);
    expect(shown).toContain('final outcome: children read sooner');
    const none = await people.auditor.get(`${PLAN}/difference?from=9`);
    expect([none.status, none.body.code, none.body.field]).toEqual([404, 'PLAN.NO_SUCH_VERSION', 'from']);
  });

  it('is taken away as a spreadsheet with all that its actions say, over HTTP as at the command line', async () => {
    const csv = (await cli('plan', 'export', 'plans', URN, '--csv')).stdout;
    const rows = parse<Record<string, string>>(csv, { columns: true, bom: true });
    expect(rows.map(({ Version, Action }) => [Version, Action])).toEqual([
      ['1', 'phonics-course'],
      ['2', 'phonics-course'],
      ['3', 'phonics-course'],
      ['3', 'coaching'],
    ]);
    expect(rows[0]).toMatchObject({ Comments: 'nearly', 'Comment on the action': 'which provider?' });
    expect(rows[3]).toMatchObject({ 'Final outcomes': 'children read sooner', 'Submitted by': 'sam' });
    const answer = await people.auditor.get(`${PLAN}/export.csv`);
    expect(String(answer.body).replace('\uFEFF', '')).toBe(csv.replace('\uFEFF', ''));
  });
});

// Who acts next: one setting's way from desk to desk, as the lists say it over HTTP and at the command line.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ops } from './api-process.js';
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
  report,
  signAgreement,
  soon,
  type People,
} from './scenario.js';

const URN = '196001';
const ROOT = '/api/v1/programmes/desks';
const NOT_YET = /^TRANCHE\.(AGREEMENT_NOT_ACCEPTED|PLAN_NOT_APPROVED)/;
let installation: Installation;
let people: People;
const cli = (...args: string[]) => ops(installation.folder.path, args, installation.environment);

async function toDo(desk: string): Promise<readonly string[]> {
  const { body } = done(await people.operations.get(`${ROOT}/work-lists/${desk}?atLeast=${position}`));
  return (body.items as readonly { readonly toDo: string }[]).map((item) => item.toDo);
}

async function trancheRow(number: number): Promise<object | undefined> {
  const { body } = done(await people.operations.get(`${ROOT}/tranches?atLeast=${position}`));
  return (body as unknown as readonly { number: number }[]).find((row) => row.number === number);
}

let position = '0';
async function does(who: keyof People, path: string, body: object = {}): Promise<void> {
  const answer = await soon(() => people[who].post(`${ROOT}/${path}`, body), NOT_YET);
  position = String(answer.body.position);
}

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  await importRegister(people, [URN]);
  done(await people.operations.post('/api/v1/programmes', programme('desks', 20_000_000)));
});
afterAll(() => installation.close());

describe('the work lists', () => {
  it('hand a setting from desk to desk, from its checks to a released tranche', async () => {
    await does('operations', 'participations', { urn: URN });
    const issue = 'issue the grant agreement, for 1 setting to sign before money is accepted';
    expect(await toDo('operations')).toEqual([issue, 'assess the fraud risk', 'do the due diligence']);
    expect(await toDo('setting')).toContain('start the audit of need');
    await does('operations', `participations/${URN}/due-diligence`, dueDiligence);
    await does('approver', `participations/${URN}/fraud-risk`, fraudRisk);
    // Its report window has opened, too; but there is no plan to report on.
    expect(await toDo('setting')).not.toContain('submit report 1');
    expect(await toDo('operations')).toEqual([issue, 'make an offer']);

    await does('operations', `allocations/${URN}/offer`);
    expect(await toDo('operations')).toEqual([issue]);
    expect(await toDo('setting')).toContain('accept or decline the offer');
    await signAgreement(people, ROOT, URN);
    await does('setting', `allocations/${URN}/accept`);
    await does('setting', `settings/${URN}/audit/start`);
    expect(await toDo('setting')).toContain('complete audit 1');
    await does('setting', `settings/${URN}/audit/complete`, completedAudit);
    expect(await toDo('adviser')).toEqual(['sign off or return audit 1']);
    expect(await toDo('setting')).toContain('submit an action plan');
    await does('setting', `settings/${URN}/plan/submit`, plan);
    expect(await toDo('approver')).toContain('approve or return version 1 of the action plan');
    await does('approver', `settings/${URN}/plan/approve`);
    expect(await toDo('setting')).toEqual(['submit report 1']);
    const sign = (who: keyof People, verb: string) => does(who, `allocations/${URN}/tranches/1/${verb}`);
    await sign('operations', 'propose');
    expect(await toDo('approver')).toEqual(['approve or refuse tranche 1']);
    await sign('approver', 'approve');
    expect(await toDo('payer')).toEqual(['release tranche 1']);
    await sign('payer', 'release');
    expect(await toDo('approver')).toEqual([]);
    expect(await toDo('operations')).toEqual([expect.stringContaining('enter the payee details')]);
    expect(await trancheRow(2)).toMatchObject({
      ...{ status: 'awaiting-conditions', next: 'setting', nextAction: 'submit-report' },
      ...{
        nextIs: 'submit report 1 (tranche 2 waits for it)',
        nextUntil: programme('desks', 1).reportWindows[0]!.dueOn,
      },
    });
    await does('setting', `settings/${URN}/reports/1/submit`, report);
    expect(await trancheRow(2)).toMatchObject({ next: 'approver', nextAction: 'judge-report' });
    expect(await toDo('setting')).not.toContain('submit report 1');
    expect(await toDo('approver')).toEqual(['accept or return report 1']);
  });

  it('are counted for each desk, and read at the command line', async () => {
    const counts = done(await people.auditor.get(`${ROOT}/work-lists?atLeast=${position}`)).body;
    expect(counts).toContainEqual(expect.objectContaining({ desk: 'approver', waiting: 1, overdue: 0 }));
    expect(counts).toContainEqual({ desk: 'bank', waiting: 0, overdue: 0, oldestSince: null });
    const { code, stdout } = await cli('work', 'desks', 'approver');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      new RegExp(
        `desks\\.${URN}\\.1\\s+School ${URN}\\s+accept or return report 1\\s+report show desks ${URN} 1; report accept desks ${URN} 1 --revision`,
      ),
    );
    expect((await cli('tranches', 'desks')).stdout).toMatch(
      /approver: accept or return report 1 \(tranche 2/,
    );
    expect((await cli('reports', 'desks')).stdout).toContain('next: approver: accept or return report 1');
    expect((await cli('work', 'desks')).stdout).toMatch(/approver\s+\d{4}-\d\d-\d\d\s+1\s+0/);
    const json = JSON.parse((await cli('work', 'desks', 'approver', '--json')).stdout) as object;
    expect(json).toMatchObject({ desk: 'approver', waiting: 1, items: [{ urn: URN, overdue: false }] });
    const only = await cli('work', 'desks', 'approver', '--action', 'approve-plan');
    expect(only.stdout).toContain('Nothing waits for approver.');
  });

  it('are refused for a desk or a programme that does not exist', async () => {
    const desk = await people.operations.get(`${ROOT}/work-lists/nobody`);
    expect([desk.status, desk.body.code, desk.body.field]).toEqual([400, 'QUERY.BAD_FILTER', 'desk']);
    const other = await people.operations.get(`${ROOT}/work-lists/payer?action=submit-report`);
    expect([other.status, other.body.code, other.body.field]).toEqual([400, 'QUERY.BAD_FILTER', 'action']);
    const none = await people.operations.get('/api/v1/programmes/nowhere/work-lists/payer');
    expect([none.status, none.body.code]).toEqual([404, 'PROGRAMME.NOT_FOUND']);
  });

  it('have of a setting that has left what is to be undone and settled', async () => {
    await does('setting', `participations/${URN}/withdraw`, { reason: 'a merger' });
    expect(await toDo('setting')).toEqual([]);
    expect(await toDo('approver')).toEqual([
      'accept or return report 1',
      'reverse the release of tranche 1, which is not paid any more',
    ]);
    expect(await toDo('operations')).toEqual([]);
  });

  it('are shown whole at the command line where that is asked for', async () => {
    const urns = ['196088', '196089'];
    await importRegister(people, urns);
    done(await people.operations.post('/api/v1/programmes', programme('long', 20_000_000)));
    for (const urn of urns)
      done(await people.operations.post('/api/v1/programmes/long/participations', { urn }));
    const first = await cli('work', 'long', 'operations', '--limit', '1');
    expect(first.stdout).toContain('more: with --limit all they are shown');
    const { stdout } = await cli('work', 'long', 'operations', '--limit', 'all', '--json');
    const whole = JSON.parse(stdout) as { waiting: number; items: object[] };
    expect([whole.waiting > 1, whole.items.length]).toEqual([true, whole.waiting]);
    expect((await cli('work', 'long', 'operations', '--limit', '0')).stderr).toContain('QUERY.BAD_LIMIT');
  });
});

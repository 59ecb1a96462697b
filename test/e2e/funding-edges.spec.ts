// Funding as it is met from outside: over HTTP and at the command line, right and wrong.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiProcess, ops, temporaryFolder, type Answer } from './api-process.js';
import * as scenario from './scenario.js';

const URN = '100001';
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let api: ApiProcess;
let people: scenario.People;
const at = (path: string): string => `/api/v1/programmes/edges/allocations/${URN}/${path}`;
const told = ({ status, body }: Answer): unknown =>
  [status, body.code, body.field].filter((one) => one !== undefined);

beforeAll(async () => {
  folder = await temporaryFolder();
  api = await ApiProcess.start(folder.path);
  await api.ready();
  people = await scenario.peopleOf(api);
  const { operations, setting, approver } = people;
  await scenario.importRegister(people, [URN]);
  scenario.done(await operations.post('/api/v1/programmes', scenario.programme('edges', 10_000_000)));
  scenario.done(await operations.post('/api/v1/programmes/edges/participations', { urn: URN }));
  const part = `/api/v1/programmes/edges/participations/${URN}`;
  scenario.done(await operations.post(`${part}/due-diligence`, scenario.dueDiligence));
  scenario.done(await approver.post(`${part}/fraud-risk`, scenario.fraudRisk));
  const of = `/api/v1/programmes/edges/settings/${URN}`;
  scenario.done(await setting.post(`${of}/audit/start`, {}));
  scenario.done(await setting.post(`${of}/audit/complete`, scenario.completedAudit));
  scenario.done(await setting.post(`${of}/plan/submit`, scenario.plan));
  scenario.done(await approver.post(`${of}/plan/approve`, {}));
});
afterAll(async () => {
  await api.stop();
  await folder.remove();
});

describe('over HTTP', () => {
  it('nobody says what is offered: it follows from the census', async () => {
    const { operations } = people;
    expect(told(await operations.post(at('offer'), { amountPence: 5_000_000 }))).toEqual([
      400,
      'REQUEST.INVALID',
      'amountPence',
    ]);
    const offered = await operations.post(at('offer'), {});
    expect(offered).toMatchObject({
      status: 201,
      body: { stream: `allocation-edges.${URN}`, revision: '0' },
    });
    expect(offered.headers.get('etag')).toBe('"0"');
    const ledger = await people.auditor.get(
      `/api/v1/programmes/edges/ledger?atLeast=${offered.body.position}`,
    );
    // 20.5 teachers at £600.
    expect(ledger.body).toMatchObject({ reservedPence: 1_230_000, availablePence: 8_770_000 });
    expect(told(await operations.post(at('offer'), {}))).toEqual([409, 'ALLOCATION.ALREADY_OFFERED']);
  });

  it('each act has its roles, and one person never signs twice', async () => {
    const { setting, operations, approver, payer } = people;
    const first = at('tranches/1');
    for (const [who, path] of [
      [setting, at('offer')],
      [payer, at('accept')],
      [setting, `${first}/propose`],
      [operations, `${first}/approve`],
      [approver, `${first}/release`],
    ] as const) {
      expect((await who.post(path, {})).status).toBe(403);
    }
    const accepted = await setting.post(at('accept'), {}, { 'if-match': '"7"' });
    expect(told(accepted)).toEqual([412, 'STORE.STALE_REVISION']);
    expect(told(await setting.post(at('accept'), {}))).toEqual([409, 'ALLOCATION.AGREEMENT_NOT_ISSUED']);
    await scenario.signAgreement(people, '/api/v1/programmes/edges', URN);
    scenario.done(await setting.post(at('accept'), {}));
    await scenario.soon(() => operations.post(`${first}/propose`, {}), /NOT_ACCEPTED|NOT_APPROVED/);
    const twice = await api.as('olive', 'approver');
    expect(told(await twice.post(`${first}/approve`, {}))).toEqual([403, 'TRANCHE.SECOND_SIGNATURE']);
    scenario.done(await approver.post(`${first}/approve`, {}));
    scenario.done(await payer.post(`${first}/release`, {}));
  });

  it.each([
    ['/api/v1/programmes/edges/ledger?asOf=2024-02-30', [400, 'TIME.NOT_UNDERSTOOD', 'asOf']],
    ['/api/v1/programmes/edges/ledger?recordedAsOf=now', [400, 'TIME.NOT_UNDERSTOOD', 'recordedAsOf']],
    ['/api/v1/programmes/edges/ledger?asOf=2024-01-01&asOf=x', [400, 'TIME.NOT_UNDERSTOOD', 'asOf']],
    ['/api/v1/programmes/edges/ledger?atLeast=x', [400, 'QUERY.BAD_POSITION', 'atLeast']],
    ['/api/v1/programmes/no-such/ledger', [404, 'PROGRAMME.NOT_FOUND']],
    ['/api/v1/programmes/no-such/tranches', [404, 'PROGRAMME.NOT_FOUND']],
    ['/api/v1/tranches/edges.100001.9/explanation', [404, 'TRANCHE.UNKNOWN']],
  ])('GET %s answers %j', async (path, expected) => {
    expect(told(await people.auditor.get(path))).toEqual(expected);
  });

  it.each([
    ['x', [400, 'TRANCHE.NUMBER', 'number']],
    ['0', [400, 'TRANCHE.NUMBER', 'number']],
    ['3', [404, 'TRANCHE.UNKNOWN']],
    ['2', [409, 'TRANCHE.REPORT_NOT_ACCEPTED']],
  ])('proposing tranche %s answers %j', async (number, expected) => {
    expect(told(await people.operations.post(at(`tranches/${number}/propose`), {}))).toEqual(expected);
  });
});

describe('at the command line, beside the server', () => {
  const json = async (...args: readonly string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await ops(folder.path, [...args, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout);
  };

  it('the same money, tranches and reasons are told', async () => {
    expect(await json('ledger', 'edges')).toMatchObject({
      ...{
        budgetPence: 10_000_000,
        committedPence: 1_230_000,
        releasedPence: 492_000,
        availablePence: 8_770_000,
      },
      settings: [{ urn: URN, name: `School ${URN}`, allocatedPence: 1_230_000, releasedPence: 492_000 }],
    });
    const rows = (await json('tranches', 'edges')) as { id: string }[];
    expect(rows).toMatchObject([
      {
        id: `edges.${URN}.1`,
        urn: URN,
        number: 1,
        status: 'released',
        amountPence: 492_000,
        next: 'operations',
      },
      { id: `edges.${URN}.2`, urn: URN, number: 2, status: 'awaiting-conditions', amountPence: 738_000 },
    ]);
    expect(await json('explain', 'tranche', rows[0]!.id)).toEqual(
      (await people.auditor.get(`/api/v1/tranches/${rows[0]!.id}/explanation`)).body,
    );
  });

  it('in words', async () => {
    const ledger = await ops(folder.path, ['ledger', 'edges']);
    expect(ledger.stdout).toMatch(
      /released {3}£4,920\.00[\s\S]*100001 +School 100001 +accepted +enrolled +£12,300\.00/,
    );
    const tranches = await ops(folder.path, ['tranches', 'edges']);
    expect(tranches.stdout).toContain('progress report 1 is not accepted');
  });

  it('a figure is explained, exported and checked, as it is over HTTP', async () => {
    expect(await json('explain', 'ledger', 'edges', 'released', '--urn', URN, '--tranche', '1')).toEqual(
      (
        await people.auditor.get(
          `/api/v1/programmes/edges/ledger/figures/released/explanation?urn=${URN}&tranche=1`,
        )
      ).body,
    );
    const csv = await ops(folder.path, ['ledger', 'edges', '--csv', 'tranche']);
    expect(csv.stdout.split('\r\n')).toEqual([
      'URN,Setting,Tranche,Allocated,Committed,Released,Instructed,Settled,Reclaimed,Returned,Undrawn',
      `${URN},School ${URN},1,4920.00,4920.00,4920.00,0.00,0.00,0.00,0.00,0.00`,
      `${URN},School ${URN},2,7380.00,7380.00,0.00,0.00,0.00,0.00,0.00,7380.00`,
      ...['TOTAL,Programme edges,,12300.00,12300.00,4920.00,0.00,0.00,0.00,0.00,7380.00', ''],
    ]);
    const answer = await people.auditor.get('/api/v1/programmes/edges/ledger/export?lines=tranche');
    expect([answer.headers.get('content-type'), answer.body]).toEqual([
      'text/csv; charset=utf-8',
      csv.stdout,
    ]);
    const whole = await ops(folder.path, ['ledger', 'edges', '--csv', 'programme']);
    expect(whole.stdout.split('\r\n')).toEqual([
      'Programme,Name,Budget,Allocated,Confirmed,Reserved,Committed,Released,Instructed,Settled,Reclaimed,Returned,Undrawn,Available',
      expect.stringMatching(
        /^edges,Programme edges,\d+\.00,12300\.00,12300\.00,0\.00,12300\.00,4920\.00,(0\.00,){4}7380\.00,\d+\.00$/,
      ),
      '',
    ]);
    expect((await people.auditor.get('/api/v1/programmes/edges/ledger/export?lines=programme')).body).toBe(
      whole.stdout,
    );
    const check = await ops(folder.path, ['check-ledger', 'edges']);
    expect([check.code, check.stdout]).toEqual([0, expect.stringMatching(/^held +never-over-committed/)]);
    const overHttp = await people.auditor.get('/api/v1/programmes/edges/ledger/check');
    expect(overHttp.body).toMatchObject({ holds: true, breaches: [] });
  });

  it.each([
    [['ledger', 'edges', '--as-of', 'soon'], 2, 'TIME.NOT_UNDERSTOOD'],
    [['ledger', 'no-such'], 1, 'PROGRAMME.NOT_FOUND'],
    [['ledger', 'edges', '--csv', 'row'], 2, 'QUERY.BAD_FILTER'],
    [['check-ledger', 'no-such'], 1, 'PROGRAMME.NOT_FOUND'],
    [['explain', 'ledger', 'edges', 'money'], 2, 'QUERY.BAD_FILTER'],
    [['explain', 'ledger', 'edges', 'available', '--urn', URN], 1, 'QUERY.BAD_FILTER'],
    [['explain', 'ledger', 'edges', 'cost', '--urn', '999999'], 1, 'PARTICIPATION.NOT_FOUND'],
    [['explain', 'ledger', 'edges', 'cost', '--urn', URN, '--tranche', '7'], 1, 'TRANCHE.UNKNOWN'],
    [['tranche', 'release', 'edges.100001.2', '--as', 'pat'], 1, 'TRANCHE.REPORT_NOT_ACCEPTED'],
    [['tranche', 'release', 'edges'], 1, 'TRANCHE.UNKNOWN'],
    [['offer', 'make', 'edges', '999999', '--as', 'olive'], 1, 'ALLOCATION.NOT_ENROLLED'],
    [['explain', 'tranche', 'edges.100001.9'], 1, 'TRANCHE.UNKNOWN'],
  ] as const)('%j ends with %d and %s', async (args, exitCode, errorCode) => {
    const { code, stderr, stdout } = await ops(folder.path, [...args, '--json']);
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: errorCode } });
  });
});

// What a mistyped address, file or command is answered with, over HTTP and at the command line: a code, the field, a rule.
import type { OpenAPIObject } from '@nestjs/swagger';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiProcess, ops, temporaryFolder, type Client } from './api-process.js';
import { done, importRegister, peopleOf, programme } from './scenario.js';

const URN = '140001';
const INVITED = '140002';
const SETTING = `/api/v1/programmes/first/settings/${URN}`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let api: ApiProcess;
let olive: Client;
let ada: Client;
let pat: Client;
beforeAll(async () => {
  folder = await temporaryFolder();
  api = await ApiProcess.start(folder.path);
  const people = await peopleOf(api);
  olive = people.operations;
  ada = people.approver;
  pat = people.payer;
  await importRegister(people, [URN, INVITED]);
  done(await olive.post('/api/v1/programmes', programme('first', 10_000_000)));
  done(await olive.post('/api/v1/programmes/first/participations', { urn: URN }));
});
afterAll(async () => {
  await api.stop();
  await folder.remove();
});

describe('an address that cannot be', () => {
  it.each([
    ['/api/v1/programmes/%zz', 400, { code: 'REQUEST.BAD_URL' }],
    ['/api/v1/programmes/first/reports?status=lost', 400, { code: 'REPORT.STATUS', field: 'status' }],
    [`${SETTING}/audit`, 404, { code: 'AUDIT.NOT_FOUND' }],
    [`${SETTING}/plan`, 404, { code: 'PLAN.NOT_FOUND' }],
    [`${SETTING}/plan/difference?from=one&to=2`, 400, { code: 'PLAN.VERSION', field: 'from' }],
    ['/api/v1/settings?flag=proposed', 400, { code: 'REQUEST.INVALID', field: 'flag' }],
    ['/api/v1/programmes/first/ledger/export?by=banana', 400, { code: 'REQUEST.INVALID', field: 'by' }],
    ['/api/v1/programmes/first/outstanding?asof=2024-01-01', 400, { field: 'asof' }],
  ])('%s', async (path, status, body) => {
    expect(await olive.get(path)).toMatchObject({ status, body });
  });

  it('says what it takes, and takes each parameter that is documented', async () => {
    const { body } = await olive.get('/api/v1/programmes/first/ledger/export?by=banana');
    expect(body.detail).toBe(
      'by is not a parameter of this request: it takes asOf, atLeast, lines, recordedAsOf',
    );
    const { paths } = (await olive.get('/openapi.json')).body as unknown as OpenAPIObject;
    for (const [path, item] of Object.entries(paths)) {
      const names = (item.get?.parameters ?? []).flatMap((one) =>
        'in' in one && one.in === 'query' ? [one.name] : [],
      );
      for (const name of names) {
        const asked = path.replace('{programmeId}', 'first').replace('{urn}', URN).replaceAll(/[{}]/g, '');
        const detail = String((await olive.get(`${asked}?${name}=1`)).body.detail);
        expect([path, name, detail]).toEqual([path, name, expect.not.stringContaining('not a parameter')]);
      }
    }
    expect((await olive.get('/health/live?at=now')).status).toBe(200);
  });

  it('has a number that is none', async () => {
    const ended = await ada.post('/api/v1/programmes/first/approval-delegations/one/end', {
      reason: 'back',
    });
    expect(ended).toMatchObject({ status: 400, body: { code: 'DELEGATION.NUMBER', field: 'delegation' } });
    const released = await pat.post('/api/v1/programmes/first/payment-runs/0/release', {
      fileSha256: 'a'.repeat(64),
    });
    expect(released).toMatchObject({ status: 400, body: { code: 'PAYMENT_RUN.NUMBER', field: 'run' } });
    const withdrawn = await ada.post(`${SETTING}/reports/first/withdraw-acceptance`, {
      reason: 'too soon',
    });
    expect(withdrawn).toMatchObject({ status: 400, body: { code: 'REPORT.WINDOW_NUMBER', field: 'window' } });
  });
});

describe('a body without fields, where none must be there', () => {
  const ROUTES = [
    `/api/v1/programmes/first/participations/${INVITED}/invite`,
    `/api/v1/programmes/first/settings/${URN}/audit/start`,
  ];

  it.each(ROUTES)('is refused as null: %s', async (path) => {
    expect(await olive.post(path, null)).toMatchObject({
      ...{ status: 400 },
      body: { code: 'REQUEST.INVALID', detail: 'the body must be a JSON object' },
    });
  });

  it.each(ROUTES)('may be left out: %s', async (path) => {
    expect((await olive.send('POST', path)).status).toBeLessThan(300);
  });
});

describe('a command that cannot be', () => {
  const refused = async (
    args: readonly string[],
    environment: NodeJS.ProcessEnv = {},
    data = folder.path,
  ): Promise<unknown> => {
    const { code, stdout, stderr } = await ops(data, [...args, '--json'], environment);
    expect(stdout).toBe('');
    return { exit: code, ...(JSON.parse(stderr) as object) };
  };

  it('is none that there is', async () => {
    expect(await refused(['programs'])).toMatchObject({ exit: 2, error: { code: 'OPS.USAGE' } });
  });

  it('runs in an environment that says nonsense', async () => {
    expect(await refused(['programmes'], { LOG_LEVEL: 'loud' })).toMatchObject({
      exit: 2,
      error: { code: 'OPS.CONFIGURATION', message: expect.stringContaining('LOG_LEVEL') },
    });
  });

  it('names a file where a folder is wanted', async () => {
    const file = join(folder.path, 'a-file');
    await writeFile(file, 'a file');
    expect(await refused(['demo'], {}, file)).toMatchObject({
      exit: 1,
      error: { code: 'DEMO.NOT_A_FOLDER', message: expect.stringContaining('--data') },
    });
  });

  it('comments on an action without saying on which', async () => {
    const said = [
      'plan',
      'return',
      'first',
      URN,
      '--comments',
      'see below',
      '--on',
      'too dear',
      '--as',
      'ann',
    ];
    expect(await refused(said)).toMatchObject({ exit: 1, error: { code: 'PLAN.COMMENT_ON', field: '--on' } });
  });

  it('redrives a job that is not dead', async () => {
    let job: { id: string } | undefined;
    const deadline = Date.now() + 90_000;
    while (job === undefined && Date.now() < deadline) {
      await new Promise((wake) => setTimeout(wake, 50));
      const { body } = await olive.get('/api/v1/admin/jobs?status=done');
      job = (body.jobs as { id: string }[])[0];
    }
    expect(await refused(['jobs', 'redrive', job!.id, '--as', 'ann'])).toMatchObject({
      exit: 1,
      error: { code: 'JOB.NOT_DEAD', id: job!.id },
    });
  });
});

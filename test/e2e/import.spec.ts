// Files as people bring them: by the command line and over HTTP, good and bad, and cut off in the middle.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout } from 'node:timers/promises';
import { ApiProcess, ops, temporaryFolder, type Client } from './api-process.js';
import { enginesOf, onServers, openEventsOf } from './engines.js';

const OPS = fileURLToPath(new URL('../../bin/ops.js', import.meta.url));
const FULL_WIDTH = resolve('test/fixtures/gias/full-width.csv');
const EIGHTEEN = resolve('test/fixtures/gias/eighteen-columns.csv');
const REAL_EXTRACT = resolve('../shared/data/gias-sample.csv');

const programmeForm = {
  id: 'camden',
  name: 'Camden 2024–26',
  area: 'Camden',
  startsOn: '2024-09-01',
  endsOn: '2026-07-31',
  budgetPence: 120_000_000,
  policy: { ratePencePerFte: 60_000, floorPence: 1_000_000, capPence: 5_000_000 },
  tranches: [{ number: 1, shareBasisPoints: 10_000, conditions: ['agreement-accepted'] }],
  reportWindows: [],
};

/** Enough for a kill to come in the middle; the servers that stand in for real ones are slower. */
const ROWS = onServers ? 4000 : 20_000;

// Each step is a process of its own, and a machine may have others to run.

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => (folder = await temporaryFolder()));
afterAll(() => folder.remove());

async function imported(data: string, kind: string, file: string): Promise<Record<string, unknown>> {
  const ended = await ops(data, ['import', kind, file, '--json', '--as', 'ola']);
  expect(ended.stderr).toBe('');
  expect(ended.code).toBe(0);
  return JSON.parse(ended.stdout) as Record<string, unknown>;
}

async function eventsIn(data: string): Promise<number> {
  const store = await openEventsOf(data);
  let count = 0;
  for await (const page of store.readAll()) count += page.length;
  await store.close();
  return count;
}

describe('at the command line', () => {
  it('a full-width extract is read once, and the same settings in 18 columns change nothing', async () => {
    const data = join(folder.path, 'once');
    expect(await imported(data, 'settings', FULL_WIDTH)).toMatchObject({ rows: 12, registered: 12 });
    expect(await imported(data, 'settings', FULL_WIDTH)).toMatchObject({ unchanged: 12, position: null });
    expect(await imported(data, 'settings', EIGHTEEN)).toMatchObject({ rows: 12, unchanged: 12 });
    const census = join(folder.path, 'census.csv');
    await writeFile(census, 'URN,Total Number of Teachers (FTE)\n100005,11.25\n100000,c\n');
    expect(await imported(data, 'workforce', census)).toMatchObject({ recorded: 2, suppressed: 1 });

    const listed = await ops(data, ['settings', '--phase', 'Nursery', '--json']);
    expect(JSON.parse(listed.stdout)).toEqual([
      expect.objectContaining({ urn: '100004', status: 'Closed', fte: null, fteSuppressedAs: null }),
      expect.objectContaining({
        urn: '100005',
        name: 'Thomas Coram Centre',
        fte: '11.25',
        fteSource: { file: 'census.csv', row: 2, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      }),
    ]);
    const said = await ops(data, ['settings', '--la', '201', '--name', 'THE ALD']);
    expect(said.stdout).toContain('100000  The Aldgate School');
    expect(said.stdout).toContain('teacher number withheld (c)');
  });

  it('what a spreadsheet saved in Windows-1252 is the same register, and says how it was read', async () => {
    const data = join(folder.path, 'windows-1252');
    const [utf8, windows1252] = [join(folder.path, 'utf8.csv'), join(folder.path, 'windows-1252.csv')];
    const text = `${HEADER}\r\n100001,École Noël – “St Mary’s”,Open,935,Primary,,,\r\n`;
    await writeFile(utf8, `\ufeff${text}`);
    const codes: Record<string, number> = { '–': 0x96, '“': 0x93, '”': 0x94, '’': 0x92 };
    await writeFile(windows1252, Buffer.from([...text].map((one) => codes[one] ?? one.charCodeAt(0))));
    expect(await imported(data, 'settings', windows1252)).toMatchObject({
      encoding: 'windows-1252',
      registered: 1,
    });
    expect(await imported(data, 'settings', utf8)).toMatchObject({ encoding: 'utf-8', unchanged: 1 });
    const again = await ops(data, ['import', 'settings', windows1252, '--as', 'ola']);
    expect(again.stdout).toContain('windows-1252.csv: 1 rows, read as Windows-1252; 0 settings registered');
    expect((await ops(data, ['settings'])).stdout).toContain('École Noël – “St Mary’s”');
  });

  const realOrSkip = existsSync(REAL_EXTRACT) ? it : it.skip;
  realOrSkip('the real extract beside the repository is read', async () => {
    const data = join(folder.path, 'real');
    expect(await imported(data, 'settings', REAL_EXTRACT)).toMatchObject({ rows: 99, registered: 99 });
    expect(await imported(data, 'settings', REAL_EXTRACT)).toMatchObject({ rows: 99, unchanged: 99 });
  });

  it('many settings are enrolled at once; who is refused is named and does not stop the others', async () => {
    const data = join(folder.path, 'enrol');
    await imported(data, 'settings', FULL_WIDTH);
    const form = join(folder.path, 'programme.json');
    await writeFile(form, JSON.stringify(programmeForm));
    expect((await ops(data, ['programme', 'create', form])).code).toBe(0);
    const enrolled = await ops(data, ['enrol', 'camden', '100000', '100012', '100021', '999999', '--json']);
    expect(enrolled.code).toBe(3);
    expect(JSON.parse(enrolled.stdout)).toEqual([
      expect.objectContaining({ urn: '100000', says: 'enrolled' }),
      expect.objectContaining({ urn: '100021', says: 'enrolled' }),
    ]);
    expect(JSON.parse(enrolled.stderr).error).toMatchObject({
      code: 'ENROLMENT.PARTLY_REFUSED',
      refused: [
        { urn: '100012', code: 'SETTING.NOT_OPEN', message: expect.stringContaining('proposed to close') },
        { urn: '999999', code: 'SETTING.NOT_FOUND' },
      ],
    });
    const none = await ops(data, ['enrol', 'camden', '100012', '999999', '--json']);
    expect([none.code, none.stdout]).toEqual([1, '']);
    const programmes = await ops(data, ['programmes', '--json']);
    expect(JSON.parse(programmes.stdout)).toEqual([
      expect.objectContaining({ id: 'camden', name: 'Camden 2024–26', enrolledCount: 2 }),
    ]);
  });

  it('an import that is killed is finished by importing the same file again', async () => {
    const data = join(folder.path, 'killed');
    const file = join(folder.path, 'large.csv');
    const rows = Array.from({ length: ROWS }, (_, index) => `${100_000 + index},S${index},Open,935,Primary`);
    const header = 'URN,EstablishmentName,EstablishmentStatus (name),LA (code),PhaseOfEducation (name)';
    await writeFile(file, [header, ...rows, ''].join('\r\n'));
    const args = [OPS, 'import', 'settings', file, '--json', '--data', data];
    const env = { ...process.env, ...(await enginesOf(data)) };
    const child = spawn(process.execPath, args, { stdio: 'ignore', env });
    const exited = new Promise((done) => child.once('exit', (_code, signal) => done(signal)));
    while (!onServers && !existsSync(join(data, 'events.sqlite'))) await setTimeout(20);
    const store = await openEventsOf(data);
    let seen = 0;
    const looking = store.subscribe({
      after: undefined,
      handle: async (events) => void (seen += events.length),
    });
    while (seen < 500 && child.exitCode === null) await setTimeout(5);
    child.kill('SIGKILL');
    expect(await exited).toBe('SIGKILL');
    await looking.stop();
    await store.close();

    const before = await eventsIn(data);
    expect(before).toBeGreaterThanOrEqual(500);
    expect(before).toBeLessThan(ROWS);
    const finished = await imported(data, 'settings', file);
    expect(finished).toMatchObject({ rows: ROWS, unchanged: before, registered: ROWS - before });
    expect(await eventsIn(data)).toBe(ROWS);
  });
});

const HEADER =
  'URN,EstablishmentName,EstablishmentStatus (name),LA (code),PhaseOfEducation (name),OpenDate,CloseDate,UKPRN';
const GOOD = '100001,Good,Open,935,Primary,01-09-2001,,10012345';
const BAD_SETTINGS: readonly (readonly [
  says: string,
  content: string | Buffer,
  code: string,
  tells: string,
])[] = [
  ['an empty file', '', 'IMPORT.EMPTY', 'empty'],
  ['JSON', '[{"URN":1}]', 'IMPORT.NOT_CSV', 'JSON'],
  ['a spreadsheet', Buffer.from('PK\u0003\u0004rest'), 'IMPORT.NOT_CSV', 'spreadsheet'],
  [
    'Windows-1252 in the middle of UTF-8',
    Buffer.concat([
      Buffer.from(`${HEADER}\n${GOOD.replace('Good', 'Noël')}\n100002,Caf`),
      Buffer.from([0xe9]),
      Buffer.from(',Open,935,Primary,,,\n'),
    ]),
    'IMPORT.ENCODING',
    'line 3',
  ],
  ['another header', 'a,b\n1,2\n', 'IMPORT.HEADER', "'URN', 'EstablishmentName'"],
  ['a header twice', `${HEADER},URN\n${GOOD},1\n`, 'IMPORT.HEADER', 'URN (column 1) and URN (column 9)'],
  ['a ragged row', `${HEADER}\n${GOOD}\n1,2\n`, 'IMPORT.RAGGED_ROW', 'row 3'],
  [
    'a URN twice',
    `${HEADER}\n${GOOD}\n${GOOD}\n`,
    'IMPORT.DUPLICATE_URN',
    'row 3: URN 100001 stands in row 2 already',
  ],
  [
    'dates out of order',
    `${HEADER}\n100001,a,Closed,935,Primary,01/09/2001,31/08/2001,\n`,
    'IMPORT.BAD_VALUE',
    'row 2: CloseDate',
  ],
  [
    'a date that is none',
    `${HEADER}\n100001,a,Open,935,Primary,2001-09-01,,\n`,
    'IMPORT.BAD_VALUE',
    'row 2: OpenDate',
  ],
  [
    'an unknown status',
    `${HEADER}\n100001,a,Shut,935,Primary,,,\n`,
    'IMPORT.BAD_VALUE',
    "row 2: EstablishmentStatus (name) 'Shut'",
  ],
];
const BAD_CENSUS: readonly (readonly [says: string, content: string, code: string, tells: string])[] = [
  [
    'an unknown setting',
    'URN,teachers_fte\n123456,1\n',
    'SETTING.NOT_FOUND',
    'row 2: there is no setting 123456',
  ],
  ['a negative number', 'URN,teachers_fte\n100000,-1\n', 'IMPORT.BAD_VALUE', "row 2: teachers_fte '-1'"],
  ['a missing number', 'URN,teachers_fte\n100000,\n', 'IMPORT.BAD_VALUE', 'row 2: teachers_fte is empty'],
  ['no column of teachers', 'URN,pupils\n100000,1\n', 'IMPORT.HEADER', 'teachers_fte'],
];

describe('a file that is wrong', () => {
  let api: ApiProcess;
  let ola: Client;
  let head: number;

  beforeAll(async () => {
    const data = join(folder.path, 'wrong');
    await imported(data, 'settings', FULL_WIDTH);
    head = await eventsIn(data);
    api = await ApiProcess.start(data);
    ola = await api.as('ola', 'operations');
  });
  afterAll(() => api.stop());

  const refused = async (route: string, content: string | Buffer, code: string, tells: string) => {
    const answer = await ola.send('POST', `/api/v1/settings/${route}?file=bad.csv`, {
      raw: Buffer.from(content as string),
      headers: { 'content-type': 'text/csv' },
    });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code, status: 400 });
    expect(answer.body.detail).toContain(tells);
    expect(await eventsIn(api.dataFolder)).toBe(head);
  };

  it.each(BAD_SETTINGS)('is refused, and nothing is written: %s', (_says, content, code, tells) =>
    refused('imports', content, code, tells),
  );

  it.each(BAD_CENSUS)('is refused, and nothing is written: a census with %s', (_says, content, code, tells) =>
    refused('workforce-imports', content, code, tells),
  );

  it.each([
    ['settings', BAD_SETTINGS.find(([says]) => says === 'a URN twice')!],
    ['workforce', BAD_CENSUS[0]!],
  ])('is refused the same way at the command line: %s', async (kind, [, content, code, tells]) => {
    const file = join(folder.path, 'bad.csv');
    await writeFile(file, content);
    const ended = await ops(api.dataFolder, ['import', kind, file, '--json']);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toBe('');
    const { error } = JSON.parse(ended.stderr) as { error: Record<string, unknown> };
    expect(error).toMatchObject({ code, file: 'bad.csv', message: expect.stringContaining(tells) });
    expect(await eventsIn(api.dataFolder)).toBe(head);
  });

  it('is refused over HTTP without its name, as another media type, and from who may not', async () => {
    const raw = await readFile(FULL_WIDTH);
    const csv = { 'content-type': 'text/csv' };
    const nameless = await ola.send('POST', '/api/v1/settings/imports', { raw, headers: csv });
    expect(nameless.body).toMatchObject({ status: 400, code: 'IMPORT.FILE_NAME', field: 'file' });
    const json = await ola.post('/api/v1/settings/imports?file=a.csv', { URN: 1 });
    expect(json.body).toMatchObject({ status: 415, code: 'REQUEST.MEDIA_TYPE' });
    const board = await api.as('bo', 'board');
    const forbidden = await board.send('POST', '/api/v1/settings/imports?file=a.csv', { raw, headers: csv });
    expect(forbidden.status).toBe(403);
  });

  it('does not keep a good one from being seen by who waits for it', async () => {
    const answer = await ola.send('POST', '/api/v1/settings/workforce-imports?file=census.csv', {
      raw: 'school_urn,teachers_fte\n100021,7.5\n',
      headers: { 'content-type': 'text/csv' },
    });
    expect(answer.body).toMatchObject({ recorded: 1, position: expect.stringMatching(/^\d+$/) });
    const setting = await ola.get(`/api/v1/settings/100021?atLeast=${answer.body.position}`);
    expect(setting.body).toMatchObject({ name: 'Rhyl Primary School', fte: '7.5' });
    const closed = await ola.get('/api/v1/settings?laCode=202&phase=Primary&status=Closed');
    expect(closed.body.documents).toEqual([expect.objectContaining({ urn: '100016' })]);
  });
});

// A setting whose number of teachers the census withholds: entered by one person, verified by another, and then offered to.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ops } from './api-process.js';
import { Installation } from './installation.js';
import {
  done,
  dueDiligence,
  fraudRisk,
  importRegister,
  peopleOf,
  programme,
  signAgreement,
  soon,
  type People,
} from './scenario.js';

const URN = '196001';
const ROOT = '/api/v1/programmes/withheld';
const FIGURE = `/api/v1/settings/${URN}/workforce-figure`;
let installation: Installation;
let people: People;
const cli = (...args: string[]) => ops(installation.folder.path, args, installation.environment);

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  await importRegister(people, [URN]);
  const headers = { 'content-type': 'text/csv' };
  const path = '/api/v1/settings/workforce-imports?file=withheld.csv';
  done(await people.operations.send('POST', path, { raw: `school_urn,teachers_fte\n${URN},c\n`, headers }));
  done(await people.operations.post('/api/v1/programmes', programme('withheld', 20_000_000)));
  done(await people.operations.post(`${ROOT}/participations`, { urn: URN }));
  done(await people.operations.post(`${ROOT}/participations/${URN}/due-diligence`, dueDiligence));
  done(await people.approver.post(`${ROOT}/participations/${URN}/fraud-risk`, fraudRisk));
});
afterAll(() => installation.close());

it('is offered nothing while its teachers are unknown, and the refusal says what to do', async () => {
  const refused = await people.operations.post(`${ROOT}/allocations/${URN}/offer`, {});
  expect([refused.status, refused.body.code]).toEqual([409, 'ALLOCATION.FTE_UNKNOWN']);
  expect(refused.body.detail).toContain('let a second person verify it');
  const unknown = await cli('settings', '--fte', 'unknown');
  expect(unknown.stdout).toContain(URN);
  const bad = await people.operations.get('/api/v1/settings?fteStatus=unknown&laCode=935');
  expect([bad.status, bad.body.code, bad.body.field]).toEqual([400, 'QUERY.BAD_FILTER', 'fteStatus']);
});

it('has a figure entered from a document, which counts once somebody else has verified it', async () => {
  const file = join(installation.folder.path, 'payroll.pdf');
  await writeFile(file, 'October');
  const sha256 = createHash('sha256').update('October').digest('hex');
  const note = 'the payroll of October';
  const about = ['--note', note, '--counted-on', '2024-10-31', '--as', 'ned'];
  const enter = (fte: string) => cli('fte', 'enter', URN, fte, file, ...about, '--json');
  const odd = await people.operations.post(`${FIGURE}/enter`, {
    ...{ fte: '6,8', countedOn: '2024-10-31', note, document: { name: 'payroll.pdf', sha256 } },
  });
  expect([odd.status, odd.body.code, odd.body.field]).toEqual([400, 'FTE.MALFORMED', 'fte']);
  const entered = await enter('20.5');
  expect(entered.code).toBe(0);
  const { fteEvidence, fte, fteStatus } = JSON.parse(
    (await cli('fte', 'show', URN, '--json')).stdout,
  ) as Record<string, never> & { fteEvidence: { entryId: string } };
  expect([fte, fteStatus, fteEvidence]).toMatchObject([
    null,
    'entered',
    { document: { sha256 }, enteredBy: 'ned' },
  ]);
  expect((await people.operations.post(`${ROOT}/allocations/${URN}/offer`, {})).status).toBe(409);
  const { entryId } = fteEvidence;
  const own = await cli('fte', 'verify', URN, '--entry', entryId, '--as', 'ned');
  expect(own).toMatchObject({ code: 1, stderr: expect.stringContaining('FTE.SAME_PERSON') });
  const other = await people.approver.post(`${FIGURE}/verify`, { entryId: 'another' });
  expect(other.body.code).toBe('FTE.ANOTHER_ENTRY');
  done(await people.approver.post(`${FIGURE}/verify`, { entryId }));
  done(await people.operations.post(`${ROOT}/allocations/${URN}/offer`, {}));
  await signAgreement(people, ROOT, URN);
  done(await people.setting.post(`${ROOT}/allocations/${URN}/accept`, {}));
  const shown = await cli('fte', 'show', URN);
  expect(shown.stdout).toMatch(/20\.5 teachers, from other evidence, verified[\s\S]*verified by ada/);
  const explained = await soon(
    () => people.auditor.get(`/api/v1/tranches/withheld.${URN}.1/explanation`),
    /^READ_MODEL/,
  );
  const says = JSON.stringify(explained.body);
  expect(says).toContain(`verified by another person against payroll.pdf (SHA-256 ${sha256})`);
  expect(says).toContain('were entered for setting 196001, as the census has no figure, from payroll.pdf');
  expect(says).toContain('no known number of teachers, from row 2 of withheld.csv');
});

it('is what a round rests on, which names the document', async () => {
  done(await people.operations.post('/api/v1/programmes', programme('next', 20_000_000)));
  done(await people.operations.post('/api/v1/programmes/next/participations', { urn: URN }));
  const sha256 = createHash('sha256').update('October').digest('hex');
  const { body } = done(await people.operations.get('/api/v1/programmes/next/rounds/simulation'));
  expect(body).toMatchObject({
    settings: [{ urn: URN, fte: '20.5', source: null, document: { name: 'payroll.pdf', sha256 } }],
  });
  const shown = await cli('round', 'simulate', 'next');
  expect(shown.stdout).toContain(`payroll.pdf (SHA-256 ${sha256.slice(0, 12)}…), verified`);
});

it('is corrected where it is mistaken, by naming it', async () => {
  const file = join(installation.folder.path, 'return.pdf');
  await writeFile(file, 'the return, mended');
  const about = ['--note', 'a part-timer was left out', '--counted-on', '2024-11-07', '--as', 'ned'];
  const again = await cli('fte', 'enter', URN, '21.1', file, ...about);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('FTE.KNOWN') });
  const { figureId } = JSON.parse((await cli('fte', 'show', URN, '--json')).stdout) as { figureId: string };
  expect(again.stderr).toContain(figureId);
  expect((await cli('fte', 'enter', URN, '21.1', file, ...about, '--corrects', figureId)).code).toBe(0);
  const shown = await cli('settings', '--fte', 'entered');
  expect(shown.stdout).toContain(URN);
});

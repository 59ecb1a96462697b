// A mistake in the number of teachers, put right after money was drawn down: over HTTP and at the command line.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ops } from './api-process.js';
import { Installation } from './installation.js';
import {
  done,
  drawDownFirst,
  eventually,
  importRegister,
  peopleOf,
  programme,
  type People,
} from './scenario.js';

const URN = '198001';
const ROOT = '/api/v1/programmes/mistaken';
const FIGURE = `/api/v1/settings/${URN}/workforce-figure`;
const ALLOCATION = `${ROOT}/allocations/${URN}`;
let installation: Installation;
let people: People;
const cli = (...args: string[]) => ops(installation.folder.path, args, installation.environment);

/** One person enters another figure for the mistaken one, and another verifies it. */
async function correct(fte: string): Promise<void> {
  const file = join(installation.folder.path, `return-${fte}.pdf`);
  await writeFile(file, fte);
  const { figureId } = JSON.parse((await cli('fte', 'show', URN, '--json')).stdout) as { figureId: string };
  const about = ['--note', 'the return, mended', '--counted-on', '2024-11-07', '--corrects', figureId];
  expect((await cli('fte', 'enter', URN, fte, file, ...about, '--as', 'ned')).code).toBe(0);
  const shown = JSON.parse((await cli('fte', 'show', URN, '--json')).stdout) as {
    fteEvidence: { entryId: string };
  };
  done(await people.approver.post(`${FIGURE}/verify`, { entryId: shown.fteEvidence.entryId }));
}
const ledgerAfter = async (position: unknown): Promise<Record<string, number>> => {
  const { body } = done(await people.auditor.get(`${ROOT}/ledger?atLeast=${String(position)}`));
  return body as Record<string, number>;
};

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  await importRegister(people, [URN]);
  done(await people.operations.post('/api/v1/programmes', programme('mistaken', 2_000_000)));
  await drawDownFirst(people, ROOT, URN);
});
afterAll(() => installation.close());

it('is nothing to revise while figure and policy are as they were; and wants a reason and a rule', async () => {
  const same = await people.operations.post(`${ALLOCATION}/revise`, { reason: 'to be sure' });
  expect([same.status, same.body.code]).toEqual([409, 'ALLOCATION.NOTHING_TO_REVISE']);
  const odd = await people.operations.post(`${ALLOCATION}/revise`, { reason: 'x', rule: 'mine' });
  expect([odd.status, odd.body.code, odd.body.field]).toEqual([400, 'REQUEST.INVALID', 'rule']);
  const blank = await people.operations.post(`${ALLOCATION}/revise`, { reason: ' ' });
  expect([blank.status, blank.body.field]).toEqual([400, 'reason']);
  expect((await people.setting.post(`${ALLOCATION}/revise`, { reason: 'more' })).status).toBe(403);
});

it('is put right upwards as far as the fund has it, and what is left of the tranches grows', async () => {
  await correct('40');
  const short = await people.operations.post(`${ALLOCATION}/revise`, { reason: 'a page was missing' });
  expect([short.status, short.body.code]).toEqual([409, 'FUND.INSUFFICIENT']);
  expect(short.body.detail).toContain('£11,700.00 more was asked');
  await correct('22');
  const looked = await cli('offer', 'revise', 'mistaken', URN, '--reason', 'a page was missing', '--dry-run');
  expect(looked.stdout).toMatch(/With 22 teachers £13,200\.00 is due: £12,300\.00 would become £13,200\.00/);
  expect(looked.stdout).toMatch(/2\s+£7,380\.00\s+£8,280\.00/);
  const preview = done(await people.auditor.get(`${ALLOCATION}/revision`)).body;
  expect(preview).toMatchObject({ fte: '22', amountPence: 1_320_000, overpaidPence: 0 });
  const revised = done(
    await people.operations.post(`${ALLOCATION}/revise`, { reason: 'a page was missing' }),
  );
  expect(revised.body.events).toMatchObject([{ type: 'AllocationRevised' }]);
  expect(await ledgerAfter(revised.body.position)).toMatchObject({
    ...{ allocatedPence: 1_320_000, confirmedPence: 1_320_000, reservedPence: 0, releasedPence: 492_000 },
  });
});

it('is put right downwards at the command line; the fund has the difference, and the explanation says why', async () => {
  await correct('18');
  const args = ['--reason', 'two had left', '--as', 'olive', '--json'];
  const revised = await cli('offer', 'revise', 'mistaken', URN, ...args);
  expect([revised.code, revised.stderr]).toEqual([0, '']);
  const ledger = await eventually(
    async () => done(await people.auditor.get(`${ROOT}/ledger`)).body as Record<string, number>,
    ({ confirmedPence }) => confirmedPence === 1_080_000,
  );
  expect(ledger).toMatchObject({
    allocatedPence: 1_080_000,
    confirmedPence: 1_080_000,
    availablePence: 920_000,
  });
  const checked = await cli('check-ledger', 'mistaken');
  expect([checked.code, checked.stderr]).toEqual([0, '']);
  const explained = await cli('explain', 'tranche', `mistaken.${URN}.2`);
  expect(explained.stdout).toContain(
    'The allocation was revised from £13,200.00 to £10,800.00 (two had left): 18 full-time',
  );
  expect(explained.stdout).toContain(
    'The allocation was revised from £12,300.00 to £13,200.00 (a page was missing)',
  );
  expect(explained.stdout).toContain('£900.00 more was set aside in the fund');
  const figures = await cli('explain', 'ledger', 'mistaken', 'allocated');
  expect(figures.stdout).toContain(`revised for ${URN}, with 18 teachers: two had left`);
});

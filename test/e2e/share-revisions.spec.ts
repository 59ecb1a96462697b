// A figure is corrected while a share of a round waits for its setting's checks: over HTTP and at the command line.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ops } from './api-process.js';
import { Installation } from './installation.js';
import {
  done,
  dueDiligence,
  eventually,
  fraudRisk,
  importRegister,
  peopleOf,
  programme,
  type People,
} from './scenario.js';

const ID = 'shared';
const [DOWN, UP] = ['197001', '197002'] as const;
const ROOT = `/api/v1/programmes/${ID}`;
const because = ['--reason', 'a page counted twice'];
let installation: Installation;
let people: People;
const cli = (...args: string[]) => ops(installation.folder.path, args, installation.environment);
const file = async (name: string, content: string): Promise<string> => {
  const path = join(installation.folder.path, name);
  await writeFile(path, content);
  return path;
};

/** One person enters another figure for the mistaken one, and another verifies it. */
async function correct(urn: string, fte: string): Promise<void> {
  const { figureId } = JSON.parse((await cli('fte', 'show', urn, '--json')).stdout) as { figureId: string };
  const about = ['--note', 'the return, mended', '--counted-on', '2024-11-07', '--corrects', figureId];
  const document = await file(`return-${urn}.pdf`, fte);
  expect((await cli('fte', 'enter', urn, fte, document, ...about, '--as', 'ned')).code).toBe(0);
  const { fteEvidence } = JSON.parse((await cli('fte', 'show', urn, '--json')).stdout) as {
    fteEvidence: { entryId: string };
  };
  const figure = `/api/v1/settings/${urn}/workforce-figure`;
  done(await people.approver.post(`${figure}/verify`, { entryId: fteEvidence.entryId }));
}
async function check(urn: string): Promise<void> {
  const part = `${ROOT}/participations/${urn}`;
  done(await people.operations.post(`${part}/due-diligence`, dueDiligence));
  done(await people.approver.post(`${part}/fraud-risk`, fraudRisk));
}
const revise = (urn: string) =>
  people.operations.post(`${ROOT}/allocations/${urn}/revise`, { reason: 'a page counted twice' });
type Figures = Record<string, number>;
const ledger = async (): Promise<Figures> => done(await people.auditor.get(`${ROOT}/ledger`)).body as Figures;

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  await importRegister(people, [DOWN, UP]);
  const census = await file('census.csv', `school_urn,teachers_fte\n${DOWN},24.6\n${UP},25.4\n`);
  expect((await cli('import', 'workforce', census)).code).toBe(0);
  done(
    await people.operations.post('/api/v1/programmes', {
      ...programme(ID, 5_000_000),
      policy: { kind: 'share-of-budget', floorPence: 1_000_000, capPence: 5_000_000 },
    }),
  );
  for (const urn of [DOWN, UP]) done(await people.operations.post(`${ROOT}/participations`, { urn }));
  const { hash } = done(await people.operations.get(`${ROOT}/rounds/simulation`)).body;
  done(await people.operations.post(`${ROOT}/rounds`, { hash }));
  await correct(DOWN, '12');
  await correct(UP, '30');
});
afterAll(() => installation.close());

it('is refused while the checks are missing, saying what is set aside and what it waits for', async () => {
  const refused = await revise(DOWN);
  expect([refused.status, refused.body.code]).toEqual([409, 'ALLOCATION.NOT_OFFERED']);
  expect(refused.body.detail).toContain(`round 1 set £24,600.00 aside for`);
  expect(refused.body.detail).toMatch(/nothing is offered to it yet: .*due diligence/);
  const dry = await cli('offer', 'revise', ID, DOWN, ...because, '--dry-run');
  expect([dry.code, dry.stderr]).toEqual([1, expect.stringContaining('round 1 set £24,600.00 aside')]);
  const listed = await cli('rounds', ID);
  expect(listed.stdout).toMatch(
    /corrected since to 12: it waits for its revision, and before that: .*due diligence/,
  );
});

it('waits once they are passed, on the work list and among the rounds, and is offered nothing', async () => {
  await check(DOWN);
  await check(UP);
  const items = await eventually(
    async () => {
      const list = `${ROOT}/work-lists/operations?action=revise-allocation`;
      const { body } = done(await people.operations.get(list));
      return body['items'] as readonly { urn: string; toDo: string }[];
    },
    ({ length }) => length === 2,
  );
  expect(items.map(({ urn }) => urn).toSorted()).toEqual([DOWN, UP]);
  const listed = await cli('rounds', ID);
  expect(listed.stdout).toContain('0 offers made');
  expect(listed.stdout).toContain(
    `${DOWN}  £24,600.00 was set aside by 24.6 teachers, corrected since to 12: it waits for its revision: npm run -s ops -- offer revise ${ID} ${DOWN} --reason TEXT`,
  );
  const [round] = done(await people.auditor.get(`${ROOT}/rounds`)).body as unknown as object[];
  expect(round).toMatchObject({ offered: 0, toRevise: [{ urn: DOWN }, { urn: UP }] });
  const alone = await people.operations.post(`${ROOT}/allocations/${DOWN}/offer`, {});
  expect(alone.body.code).toBe('ALLOCATION.BY_ROUND_ONLY');
});

it('upwards is refused with nothing offered while the fund has too little', async () => {
  const refused = await revise(UP);
  expect([refused.status, refused.body.code]).toEqual([409, 'FUND.INSUFFICIENT']);
  expect(await ledger()).toMatchObject({ allocatedPence: 0, reservedPence: 5_000_000, availablePence: 0 });
});

it('downwards is offered as what is due at the command line, which frees the rest', async () => {
  const dry = await cli('offer', 'revise', ID, DOWN, ...because, '--dry-run');
  expect(dry.stdout).toContain('With 12 teachers £12,000.00 is due: £24,600.00 would become £12,000.00.');
  const revised = await cli('offer', 'revise', ID, DOWN, ...because, '--as', 'olive', '--json');
  expect([revised.code, revised.stderr]).toEqual([0, '']);
  expect(JSON.parse(revised.stdout)).toMatchObject({
    events: [{ type: 'AllocationOffered' }, { type: 'AllocationRevised' }],
  });
  const freed = await eventually(ledger, ({ availablePence }) => availablePence === 1_260_000);
  expect(freed).toMatchObject({ allocatedPence: 1_200_000, committedPence: 3_740_000 });
});

it('upwards is then offered over HTTP, and the round says what it had set aside and no more', async () => {
  const revised = done(await revise(UP));
  expect(revised.body.events).toMatchObject([{ type: 'AllocationOffered' }, { type: 'AllocationRevised' }]);
  const after = await eventually(ledger, ({ allocatedPence }) => allocatedPence === 4_200_000);
  expect(after).toMatchObject({ committedPence: 4_200_000, availablePence: 800_000 });
  const said = await eventually(
    async () => (await cli('rounds', ID)).stdout,
    (text) => text.includes('Every setting has its offer.'),
  );
  expect(said).toContain(
    '2 offers made, for which £50,000.00 was set aside, of which 2 were revised since: the ledger has the amounts.',
  );
  const checked = await cli('check-ledger', ID);
  expect([checked.code, checked.stderr]).toEqual([0, '']);
  const explained = await cli('explain', 'tranche', `${ID}.${DOWN}.1`);
  expect(explained.stdout).toContain(
    'The allocation was revised from £24,600.00 to £12,000.00 (a page counted twice)',
  );
});

// A school is called otherwise in a later extract of the register, as most are that become academies: whoever looks for it by its
// name finds it wherever it is shown as of now; what happened before, and a day before, keep the name as it was.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { ops, type Answer, type Client } from './api-process.js';
import { Installation } from './installation.js';
import {
  done,
  drawDownFirst,
  importRegister,
  peopleOf,
  programme,
  register,
  report,
  type People,
} from './scenario.js';

/** The last one takes part, and is offered nothing yet. */
const URNS = ['198031', '198032', '198033'] as const;
const [OTHER, URN, WAITING] = URNS;
const ROOT = '/api/v1/programmes/renamed';
const AT = `${ROOT}/allocations/${URN}`;
const [WAS, NOW, WAITING_NOW] = [`School ${URN}`, 'Acorn Academy', 'Élm Academy'];
const SIMULATION = `${ROOT}/rounds/simulation`;
const CSV = { 'content-type': 'text/csv' };

let installation: Installation;
let people: People;
let maker: Client;
let before: Answer;
let simulated: Answer;
/** Asks for nothing older than the extract. */
let seen: string;

const cli = async (...args: string[]): Promise<string> => {
  const { code, stdout } = await ops(installation.folder.path, args, installation.environment);
  expect(code).toBe(0);
  return stdout;
};
const rowsOf = ({ body }: Answer): readonly Record<string, unknown>[] => {
  const { documents, items, settings, lines } = body;
  const rows: unknown = documents ?? items ?? settings ?? lines ?? body;
  return rows as readonly Record<string, unknown>[];
};
const asked = async (path: string, by: Client = people.operations): Promise<Answer> =>
  done(await by.get(`${ROOT}/${path}${path.includes('?') ? '&' : '?'}${seen}`));
const csv = async (by: 'setting' | 'tranche'): Promise<Record<string, string>[]> =>
  parse((await asked(`ledger/export?lines=${by}`)).body as unknown as string, { columns: true });

/**
 * One tranche is paid, a part of it is asked back, and a report waits for a verdict.
 * @returns the position of the last of it
 */
async function payAndReclaim(): Promise<string> {
  const [releaser, verifier] = await Promise.all(
    ['ron', 'vera'].map((subject) => installation.api.as(subject, 'payer')),
  );
  const payee = { accountName: 'HANDFORD HALL', sortCode: '123456', accountNumber: '12345678' };
  done(await people.operations.post(`/api/v1/settings/${URN}/payee/enter`, payee));
  const { reference } = done(await verifier!.get(`/api/v1/settings/${URN}/payee`)).body;
  done(await verifier!.post(`/api/v1/settings/${URN}/payee/verify`, { reference }));
  done(await maker.post(`${ROOT}/payment-runs`, {}));
  const [run] = done(await maker.get(`${ROOT}/payment-runs`)).body as unknown as {
    file: { sha256: string };
  }[];
  done(await releaser!.post(`${ROOT}/payment-runs/1/release`, { fileSha256: run!.file.sha256 }));
  const raw = `reference,amount,status,reason\nR1-${URN}-1,5160.00,settled,\n`;
  done(await maker.send('POST', `${ROOT}/payment-runs/1/bank-response?file=a.csv`, { raw, headers: CSV }));
  const claim = { amountPence: 20_000, reason: 'the training never took place' };
  done(await people.operations.post(`${AT}/tranches/1/reclaims`, claim));
  const sent = await people.setting.post(`${ROOT}/settings/${URN}/reports/1/submit`, report);
  return String(done(sent).body.position);
}

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  maker = await installation.api.as('mia', 'payer');
  await importRegister(people, URNS);
  done(await people.operations.post('/api/v1/programmes', programme('renamed', 20_000_000)));
  for (const urn of [OTHER, URN]) await drawDownFirst(people, ROOT, urn);
  done(await people.operations.post(`${ROOT}/participations`, { urn: WAITING }));
  const position = await payAndReclaim();
  simulated = done(await people.operations.get(SIMULATION));
  before = done(await people.operations.get(`${ROOT}/ledger?atLeast=${position}`));
  const gias = register(URNS).gias.replace(WAS, NOW).replace(`School ${WAITING}`, WAITING_NOW);
  const path = '/api/v1/settings/imports?file=gias-later.csv';
  const imported = done(await people.operations.send('POST', path, { raw: gias, headers: CSV })).body;
  seen = `atLeast=${String(imported.position)}`;
});
afterAll(() => installation.close());

describe('a setting that the register calls otherwise now', () => {
  it('has that name, and its place by it, among those that take part', async () => {
    const page = await asked('participations');
    expect(rowsOf(page).map(({ urn, name }) => [urn, name])).toEqual([
      [URN, NOW],
      [WAITING, WAITING_NOW],
      [OTHER, `School ${OTHER}`],
    ]);
    expect(rowsOf(page)[0]).toMatchObject({ sortName: 'acorn academy' });
  });

  it.each([
    ['tranches', 'name'],
    ['reclaims', 'name'],
    ['reports', 'settingName'],
    [`settings/${URN}/reports`, 'settingName'],
    ['payments', 'settingName'],
    ['ledger', 'name'],
    ['work-lists/adviser', 'name'],
    ['work-lists/approver', 'name'],
  ])('has that name in %s', async (path, field) => {
    const rows = rowsOf(await asked(path, path.startsWith('settings/') ? people.setting : maker));
    const names = new Map(rows.map((row) => [row.urn, row[field]]));
    expect(names.get(URN)).toBe(NOW);
    expect(names.get(OTHER) ?? `School ${OTHER}`).toBe(`School ${OTHER}`);
  });

  it('has that name in what it is shown of its own, and sees nothing of others', async () => {
    const own = await installation.api.as('sam', 'setting', [URN]);
    for (const list of ['participations', 'tranches', 'reports', 'reclaims', 'work-lists/approver']) {
      const rows = rowsOf(await asked(list, own));
      expect([list, [...new Set(rows.map(({ urn }) => urn))]]).toEqual([list, [URN]]);
      expect([list, JSON.stringify(rows).includes(WAS)]).toEqual([list, false]);
    }
    expect((await asked(`settings/${URN}/ledger`, own)).body).toMatchObject({ urn: URN, name: NOW });
    expect((await asked(`settings/${URN}/reports/1`, own)).body).toMatchObject({ settingName: NOW });
  });

  it('has it in its settlement and in what is outstanding', async () => {
    expect(done(await people.operations.get(`${AT}/settlement`)).body).toMatchObject({ settingName: NOW });
    await asked('participations');
    const says = rowsOf(done(await people.operations.get(`${ROOT}/outstanding`))).filter(
      ({ urn }) => urn === URN,
    );
    expect(says.length).toBeGreaterThan(0);
    expect(JSON.stringify(says)).toContain(`${NOW} (${URN})`);
    expect(JSON.stringify(says)).not.toContain(WAS);
  });

  it('has it on every line of the ledger, which comes to the same', async () => {
    const { body } = await asked('ledger');
    const lines = rowsOf({ body } as Answer);
    const names: Record<string, string> = { [URN]: NOW, [WAITING]: WAITING_NOW };
    const renamed = rowsOf(before).map((line) => ({ ...line, name: names[String(line.urn)] ?? line.name }));
    expect(lines).toEqual(renamed);
    expect(body).toEqual({ ...before.body, asOf: body.asOf, settings: renamed });
    const bySetting = await csv('setting');
    expect(bySetting.map((line) => line.Setting)).toEqual([
      ...[`School ${OTHER}`, NOW, WAITING_NOW, 'Programme renamed'],
    ]);
    expect(bySetting.at(-1)).toMatchObject({ URN: 'TOTAL', Allocated: '25200.00' });
    const tranches = (await csv('tranche')).flatMap((line) => (line.URN === URN ? [line.Setting] : []));
    expect(tranches).toEqual([NOW, NOW]);
  });

  it('has it in the round that is simulated, which is the same round for all that', async () => {
    const { body } = done(await people.operations.get(SIMULATION));
    expect(rowsOf({ body } as Answer)).toMatchObject([{ urn: WAITING, name: WAITING_NOW }]);
    expect(body.hash).toBe(simulated.body.hash);
  });

  it('has the name that it had in the ledger of a day before', async () => {
    const { body } = done(await people.operations.get(`${ROOT}/ledger?asOf=${String(before.body.asOf)}`));
    expect(rowsOf({ body } as Answer)).toEqual(rowsOf(before));
  });

  it('has that name on the command line', async () => {
    for (const args of [
      ['participations', 'renamed'],
      ['ledger', 'renamed'],
      ['tranches', 'renamed'],
      ['reports', 'renamed'],
      ['payments', 'renamed'],
      ['reclaim', 'list', 'renamed'],
      ['settlement', 'renamed', URN],
      ['programme', 'outstanding', 'renamed'],
    ]) {
      const told = await cli(...args);
      expect([args, told.includes(NOW), told.includes(WAS)]).toEqual([args, true, false]);
    }
  });
});

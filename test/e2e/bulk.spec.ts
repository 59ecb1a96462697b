// The same for many settings: dry run, confirm, killed in the middle and gone on with, error file mended and sent again.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addDays, dateInLondon, systemClock } from '#kernel';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ops, type Answer } from './api-process.js';
import { openEventsOf } from './engines.js';
import { Installation } from './installation.js';
import {
  completedAudit,
  done,
  dueDiligence,
  eventually,
  fraudRisk,
  importRegister,
  peopleOf,
  plan,
  programme,
  signAgreement,
  soon,
  type People,
} from './scenario.js';

const MANY = 120;
const URNS = Array.from({ length: MANY }, (_, index) => String(197_001 + index));
const on = (offset: number): string => addDays(dateInLondon(systemClock.now()), offset);
const [URN, OTHER] = URNS as [string, string];
const ROOT = '/api/v1/programmes/many';
let installation: Installation;
let people: People;
const cli = (...args: string[]) => ops(installation.folder.path, args, installation.environment);
const csv = (raw: string) => ({ raw, headers: { 'content-type': 'text/csv' } });
const dryRun = (who: keyof People, action: string, query: string, raw: string) =>
  people[who].send('POST', `${ROOT}/bulk/${action}/dry-runs?${query}`, csv(raw));
const confirm = (who: keyof People, action: string, token: unknown): Promise<Answer> =>
  people[who].post(`${ROOT}/bulk/${action}/dry-runs/${String(token)}/confirm`, {});
/** Confirmed, and carried out by whoever took its job. */
async function carriedOut(who: keyof People, action: string, token: unknown): Promise<Answer['body']> {
  const { status, headers, body } = await confirm(who, action, token);
  expect([status, headers.get('location')]).toEqual([202, `${ROOT}/bulk/dry-runs/${String(token)}`]);
  return whenOver(String(body.progressAt));
}
const IS_OVER = ['finished', 'refused', 'stopped'];
async function whenOver(at: string): Promise<Answer['body']> {
  const { body } = await eventually(
    async () => {
      // No oftener than a person would: to be asked costs those who are at it.
      await pause(500);
      return people.auditor.get(at);
    },
    (answer) => IS_OVER.includes(answer.body.status as string),
  );
  return body;
}
const show = (token: unknown): Promise<Answer> =>
  people.auditor.get(`${ROOT}/bulk/dry-runs/${String(token)}`);
type Told = Record<string, unknown> & { token: string };
async function asked(...args: string[]): Promise<Told> {
  return askedWith(0, ...args);
}
/** @param code that the command is to end with */
async function askedWith(code: number, ...args: string[]): Promise<Told> {
  const ended = await cli('bulk', ...args, '--json');
  if (ended.code !== code) throw new Error(`${ended.code}: ${ended.stderr}`);
  return JSON.parse(ended.stdout) as Told;
}
async function streamsOf(type: string): Promise<readonly string[]> {
  const store = await openEventsOf(installation.folder.path);
  const streams: string[] = [];
  for await (const page of store.readAll({ filter: { types: [type] } }))
    streams.push(...page.map(({ stream }) => stream));
  await store.close();
  return streams.sort();
}

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  await importRegister(people, URNS);
  done(await people.operations.post('/api/v1/programmes', programme('many', 90_000_000)));
});
afterAll(() => installation.close());

describe('many settings at once', () => {
  it('are enrolled by a file: a job does it, and killed in the middle it goes on and enrols nobody twice', async () => {
    const rows = [
      'urn,note,error',
      ...URNS.map((urn) => `${urn},"a, b",`),
      '199999,unknown,',
      `${URN},again,`,
    ];
    const { body } = done(await dryRun('operations', 'enrol', 'file=rows.csv', rows.join('\n')));
    expect(body).toMatchObject({
      ...{ status: 'dry run', rows: MANY + 2, carriedOut: 0, notLookedAt: ['note'] },
      counts: { done: MANY, nothingToDo: 0, refused: 2 },
    });
    expect(await streamsOf('SettingEnrolled')).toEqual([]);
    expect((await confirm('operations', 'extend', body.token)).body.code).toBe('BULK.ANOTHER_ACTION');
    const other = await installation.api.as('otto', 'operations');
    const another = await other.post(`${ROOT}/bulk/enrol/dry-runs/${String(body.token)}/confirm`, {});
    expect([another.status, another.body.code]).toEqual([403, 'BULK.ANOTHER_PERSON']);

    const confirmed = await confirm('operations', 'enrol', body.token);
    expect([confirmed.status, confirmed.body.status]).toEqual([202, 'confirmed']);
    await eventually(
      () => show(body.token),
      (answer) => Number(answer.body.carriedOut) >= 5,
    );
    await installation.killAll();
    const begun = (await streamsOf('SettingEnrolled')).length;
    expect([begun >= 5, begun < MANY]).toEqual([true, true]);
    await installation.startAgain();
    people = await peopleOf(installation.api);
    // Nobody asks for it again: its job is taken over once the dead one's hold has run out.
    const finished = await whenOver(String(confirmed.body.progressAt));
    expect(finished).toMatchObject({ status: 'finished', counts: { done: MANY, refused: 2 } });
    expect((await confirm('operations', 'enrol', body.token)).body.counts).toEqual(finished.counts);
    expect(await streamsOf('SettingEnrolled')).toEqual(URNS.map((urn) => `participation-many.${urn}`));
  });

  it('are told a page at a time', async () => {
    const { token } = await asked('enrol', 'many', '--filter', 'invited').catch(() => ({ token: '' }));
    expect(token).toBe('');
    const { body } = done(await dryRun('operations', 'enrol', 'file=a.csv', `urn\n${URNS.join('\n')}\n`));
    const at = `${ROOT}/bulk/dry-runs/${String(body.token)}?after=3&limit=2`;
    const page = (await people.auditor.get(at)).body.told as { row: number }[];
    expect(page.map(({ row }) => row)).toEqual([4, 5]);
  });

  it('the refused rows come back as they were sent, and are mended and sent again', async () => {
    const file = join(installation.folder.path, 'rows.csv');
    const errors = join(installation.folder.path, 'errors.csv');
    await writeFile(file, `note,URN\n"x, y",199999\nfine,${URN}\n`);
    const { token } = await askedWith(3, 'enrol', 'many', '--file', file, '--errors', errors);
    expect(token).toMatch(/^[0-9a-f-]{36}$/);
    const refused = await readFile(errors, 'utf8');
    expect(refused.split('\n')[0]).toBe('note,URN,error');
    expect(refused.split('\n')[1]).toMatch(/^"x, y",199999,"?SETTING\.NOT_FOUND: row 2: /);
    expect(refused.trim().split('\n')).toHaveLength(2);
    const none = await cli('bulk', 'enrol', 'many', '--file', errors);
    expect([none.code, none.stdout]).toEqual([1, expect.stringContaining('1 refused. Nothing was written')]);
    expect(none.stderr).toContain('(BULK.ALL_REFUSED)');
    await writeFile(file, refused.replace('199999', OTHER));
    const again = await cli('bulk', 'enrol', 'many', '--file', file);
    expect(again.stdout).toContain('1 rows: 0 would be done, 1 with nothing to do, 0 refused');
    expect(again.stderr).toContain('Bulk enrol, dry run');
  });

  it('have a deadline extended, refused as a whole once something they rest on has changed', async () => {
    const query = `filter=all&window=1&dueOn=${on(40)}&reason=flood`;
    const { body } = done(await people.operations.post(`${ROOT}/bulk/extend/dry-runs?${query}`, {}));
    expect(body).toMatchObject({ counts: { done: MANY, refused: 0 } });
    const sooner = { urns: [URN], dueOn: on(35), reason: 'a fire' };
    done(await people.operations.post(`${ROOT}/report-windows/1/extend`, sooner));
    const stale = await carriedOut('operations', 'extend', body.token);
    expect(stale).toMatchObject({
      ...{ status: 'refused', carriedOut: 0 },
      refusal: { code: 'BULK.CHANGED_SINCE_DRY_RUN', details: { rows: [{ row: 2, urn: URN }] } },
    });
    const again = await confirm('operations', 'extend', body.token);
    expect([again.status, again.body.code]).toEqual([412, 'BULK.CHANGED_SINCE_DRY_RUN']);
    expect(again.body.detail).toContain(`row 2 (${URN})`);
    expect(await streamsOf('ReportDeadlineExtended')).toHaveLength(1);
  });

  it('are extended from a spreadsheet, where a row that is refused stands in no good one\u2019s way', async () => {
    const file = join(installation.folder.path, 'sheet.csv');
    const errors = join(installation.folder.path, 'sheet-errors.csv');
    const [year, month, day] = on(45).split('-');
    const sheet = [
      'Reason;Due on;URN;Window',
      `caf\u00e9 burnt;soon;${OTHER};1`,
      `caf\u00e9 burnt;${day}/${month}/${year};${OTHER};1`,
      ';;;',
    ];
    await writeFile(file, sheet.join('\r\n'), 'latin1');
    const dry = await askedWith(3, 'extend', 'many', '--file', file, '--errors', errors);
    expect(dry).toMatchObject({
      ...{ rows: 2, counts: { done: 1, refused: 1 } },
      told: [
        { row: 2, code: 'BULK.FIELD', field: 'due_on' },
        { row: 3, wouldBe: 'done' },
      ],
    });
    const contradicted = await cli(
      ...['bulk', 'extend', 'many', '--confirm', dry.token, '--window', '2', '--reason', 'a fire'],
    );
    expect([contradicted.code, contradicted.stderr]).toEqual([
      ...[1, expect.stringMatching(/window.*reason[^]*\(BULK.OTHER_THAN_DRY_RUN\)/)],
    ]);
    const two = await cli('bulk', 'extend', 'many', '--confirm', dry.token, '--filter', 'all');
    expect([two.code, two.stderr]).toEqual([2, expect.stringContaining('--filter and --confirm')]);
    const confirmed = await cli('bulk', 'extend', 'many', '--confirm', dry.token);
    expect([confirmed.code, confirmed.stderr]).toEqual([
      3,
      expect.stringMatching(
        /^Bulk extend: rows looked at again and carried out: 4[^]*\(BULK.PARTLY_REFUSED\)/,
      ),
    ]);
    const mended = (await readFile(errors, 'utf8')).replace('soon', on(45));
    expect(mended).toContain('\ufeffReason;Due on;URN;Window;error');
    await writeFile(errors, mended);
    expect(await asked('extend', 'many', '--file', errors)).toMatchObject({
      counts: { done: 0, nothingToDo: 1, refused: 0 },
    });
    expect(await streamsOf('ReportDeadlineExtended')).toHaveLength(2);
  });

  it('are not looked for by what is no filter, where nobody is found, or by a token that is none', async () => {
    const tried = [
      await dryRun('approver', 'approve', 'filter=everybody', ''),
      await dryRun('operations', 'enrol', 'filter=invited', ''),
      await show('0'.repeat(43)),
    ];
    expect(tried.map(({ status, body }): unknown[] => [status, body.code])).toEqual([
      [400, 'BULK.FILTER'],
      [404, 'BULK.NOTHING_FOUND'],
      [404, 'BULK.UNKNOWN'],
    ]);
  });

  it('are found on a work list, and what was said for all stands in the error file', async () => {
    const errors = join(installation.folder.path, 'list-errors.csv');
    const found = await asked(
      'remind',
      'many',
      '--list',
      'setting',
      '--item',
      'start-audit',
      '--window',
      '1',
    );
    expect(found).toMatchObject({ rows: MANY, counts: { done: MANY }, told: expect.any(Array) });
    expect((found['told'] as object[])[0]).toMatchObject({ urn: URN, window: '1' });
    const list = 'list=setting&item=start the audit&window=1&reason=flood&dueOn=2020-01-01';
    const early = done(await people.operations.post(`${ROOT}/bulk/extend/dry-runs?${list}`, {}));
    expect(early.body).toMatchObject({ counts: { done: 0, refused: MANY } });
    const { body } = await people.operations.get(`${ROOT}/bulk/dry-runs/${String(early.body.token)}/errors`);
    expect(String(body)).toMatch(new RegExp(`^urn,window,due_on,reason,error\n${URN},1,2020-01-01,flood,`));
    await writeFile(errors, String(body).replaceAll('2020-01-01', on(50)));
    expect(await asked('extend', 'many', '--file', errors)).toMatchObject({ counts: { done: MANY } });
    const both = await people.operations.post(`${ROOT}/bulk/extend/dry-runs?list=setting&filter=all`, {});
    expect([both.status, both.body.code]).toEqual([400, 'BULK.ONE_SELECTION']);
    const nowhere = await cli('bulk', 'remind', 'many', '--list', 'nobody', '--window', '1');
    expect(nowhere.stderr).toContain('the desk must be one of');
  });

  it('are reminded of a report that they owe, at most once a day', async () => {
    const { token, ...said } = await asked(
      'remind',
      'many',
      '--filter',
      'enrolled-not-audited',
      '--window',
      '1',
    );
    expect(said).toMatchObject({ counts: { done: MANY, nothingToDo: 0, refused: 0 } });
    // Whoever does not wait finds it carried out by the server.
    const left = await asked('remind', 'many', '--confirm', token, '--without-waiting');
    expect(['confirmed', 'under way', 'finished']).toContain(left['status']);
    expect(await whenOver(`${ROOT}/bulk/dry-runs/${token}`)).toMatchObject({
      ...{ status: 'finished', counts: { done: MANY, nothingToDo: 0, refused: 0 } },
    });
    const reminded = await eventually(
      () => streamsOf('ReminderSentOnRequest'),
      (streams) => streams.length === MANY,
    );
    expect(reminded).toEqual(URNS.map((urn) => `reminder-many.${urn}.1`));
    const again = await asked('remind', 'many', '--filter', 'all', '--window', '1');
    expect(again).toMatchObject({ counts: { done: 0, nothingToDo: MANY, refused: 0 } });
  });

  it('have proposed tranches approved, never by who proposed them', async () => {
    done(await people.operations.post(`${ROOT}/participations/${URN}/due-diligence`, dueDiligence));
    done(await people.approver.post(`${ROOT}/participations/${URN}/fraud-risk`, fraudRisk));
    const at = `${ROOT}/settings/${URN}`;
    done(await people.setting.post(`${at}/audit/start`, {}));
    done(await people.setting.post(`${at}/audit/complete`, completedAudit));
    done(await people.setting.post(`${at}/plan/submit`, plan));
    done(await people.approver.post(`${at}/plan/approve`, {}));
    done(await people.operations.post(`${ROOT}/allocations/${URN}/offer`, {}));
    await signAgreement(people, ROOT, URN);
    done(await people.setting.post(`${ROOT}/allocations/${URN}/accept`, {}));
    const propose = `${ROOT}/allocations/${URN}/tranches/1/propose`;
    done(await soon(() => people.operations.post(propose, {}), /^TRANCHE\./));

    const mayNot = await dryRun('operations', 'approve', 'file=a.csv', `urn,tranche\n${URN},1\n`);
    expect(mayNot.status).toBe(403);
    const olive = await installation.api.as('olive', 'approver');
    const own = await olive.post(`${ROOT}/bulk/approve/dry-runs?filter=proposed`, {});
    expect(own.body).toMatchObject({
      counts: { done: 0, refused: 1 },
      told: [{ row: 2, urn: URN, tranche: '1', wouldBe: 'refused', code: 'TRANCHE.SECOND_SIGNATURE' }],
    });
    const { body } = done(
      await dryRun('approver', 'approve', 'file=a.csv', `urn,tranche\n${URN},1\n${URN},2\n${OTHER},x\n`),
    );
    expect(body.counts).toEqual({ done: 1, nothingToDo: 0, refused: 2 });
    expect(await carriedOut('approver', 'approve', body.token)).toMatchObject({
      status: 'finished',
      counts: { done: 1, refused: 2 },
    });
    const tranche = await cli('tranches', 'many', '--json');
    expect(tranche.stdout).toContain('"approved"');
  });
});

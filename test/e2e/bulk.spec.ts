// The same for many settings: dry run, confirm, killed in the middle and gone on with, error file mended and sent again.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addDays, dateInLondon, systemClock } from '#kernel';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ops, type Answer } from './api-process.js';
import { openEventsOf } from './engines.js';
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
  soon,
  type People,
} from './scenario.js';

const URNS = Array.from({ length: 60 }, (_, index) => String(197_001 + index));
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
const show = (token: unknown): Promise<Answer> =>
  people.auditor.get(`${ROOT}/bulk/dry-runs/${String(token)}`);
async function asked(...args: string[]): Promise<Record<string, unknown> & { token: string }> {
  const ended = await cli('bulk', ...args, '--json');
  if (ended.code !== 0) throw new Error(ended.stderr);
  return JSON.parse(ended.stdout) as Record<string, unknown> & { token: string };
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
  it('are enrolled by a file; killed in the middle it goes on, and enrols nobody twice', async () => {
    const rows = [
      'urn,note,error',
      ...URNS.map((urn) => `${urn},"a, b",`),
      '199999,unknown,',
      `${URN},again,`,
    ];
    const { body } = done(await dryRun('operations', 'enrol', 'file=rows.csv', rows.join('\n')));
    expect(body).toMatchObject({
      ...{ status: 'dry run', rows: 62, carriedOut: 0 },
      counts: { done: 60, nothingToDo: 0, refused: 2 },
    });
    expect(await streamsOf('SettingEnrolled')).toEqual([]);
    expect((await confirm('operations', 'extend', body.token)).body.code).toBe('BULK.ANOTHER_ACTION');
    const other = await installation.api.as('otto', 'operations');
    const another = await other.post(`${ROOT}/bulk/enrol/dry-runs/${String(body.token)}/confirm`, {});
    expect([another.status, another.body.code]).toEqual([403, 'BULK.ANOTHER_PERSON']);

    const killed = confirm('operations', 'enrol', body.token).catch(() => undefined);
    for (;;) if (Number((await show(body.token)).body.carriedOut) >= 5) break;
    await installation.killApi();
    await killed;
    await installation.startApi();
    people = await peopleOf(installation.api);
    expect((await show(body.token)).body).toMatchObject({ status: 'under way', rows: 62 });

    const finished = done(await confirm('operations', 'enrol', body.token));
    expect(finished.body).toMatchObject({ status: 'finished', counts: { done: 60, refused: 2 } });
    expect(done(await confirm('operations', 'enrol', body.token)).body.counts).toEqual(finished.body.counts);
    expect(await streamsOf('SettingEnrolled')).toEqual(URNS.map((urn) => `participation-many.${urn}`));
  });

  it('the refused rows come back as they were sent, and are mended and sent again', async () => {
    const file = join(installation.folder.path, 'rows.csv');
    const errors = join(installation.folder.path, 'errors.csv');
    await writeFile(file, `note,URN\n"x, y",199999\nfine,${URN}\n`);
    const { token } = await asked('enrol', 'many', '--file', file, '--errors', errors);
    expect(token).toMatch(/^[0-9a-f-]{36}$/);
    const refused = await readFile(errors, 'utf8');
    expect(refused.split('\n')[0]).toBe('note,URN,error');
    expect(refused.split('\n')[1]).toMatch(/^"x, y",199999,"?SETTING\.NOT_FOUND: row 2: /);
    expect(refused.trim().split('\n')).toHaveLength(2);
    await writeFile(file, refused.replace('199999', OTHER));
    const again = await cli('bulk', 'enrol', 'many', '--file', file);
    expect(again.stdout).toContain('1 rows: 0 would be done, 1 with nothing to do, 0 refused');
    expect(again.stderr).toContain('Bulk enrol, dry run');
  });

  it('have a deadline extended, refused once something they rest on has changed', async () => {
    const on = (offset: number) => addDays(dateInLondon(systemClock.now()), offset);
    const query = `filter=all&window=1&dueOn=${on(40)}&reason=flood`;
    const { body } = done(await people.operations.post(`${ROOT}/bulk/extend/dry-runs?${query}`, {}));
    expect(body).toMatchObject({ counts: { done: 60, refused: 0 } });
    const sooner = { urns: [URN], dueOn: on(35), reason: 'a fire' };
    done(await people.operations.post(`${ROOT}/report-windows/1/extend`, sooner));
    const stale = await confirm('operations', 'extend', body.token);
    expect([stale.status, stale.body.code]).toEqual([412, 'BULK.CHANGED_SINCE_DRY_RUN']);
    expect(stale.body.detail).toContain(`row 2 (${URN})`);
    expect((await show(body.token)).body).toMatchObject({ status: 'dry run', carriedOut: 0 });
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
    expect(said).toMatchObject({ counts: { done: 60, nothingToDo: 0, refused: 0 } });
    expect(await asked('remind', 'many', '--confirm', token)).toMatchObject({
      ...{ status: 'finished', counts: { done: 60, nothingToDo: 0, refused: 0 } },
    });
    const reminded = await streamsOf('ReminderSentOnRequest');
    expect(reminded).toEqual(URNS.map((urn) => `reminder-many.${urn}.1`));
    const again = await asked('remind', 'many', '--filter', 'all', '--window', '1');
    expect(again).toMatchObject({ counts: { done: 0, nothingToDo: 60, refused: 0 } });
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
    const confirmed = done(await confirm('approver', 'approve', body.token));
    expect(confirmed.body).toMatchObject({ status: 'finished', counts: { done: 1, refused: 2 } });
    const tranche = await cli('tranches', 'many', '--json');
    expect(tranche.stdout).toContain('"approved"');
  });
});

// Within how many days each desk does what waits for it: set over HTTP and at the command line, and seen on every row and list.
import { addDays, dateInLondon, systemClock } from '#kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
  report,
  soon,
  type People,
} from './scenario.js';

const URN = '198001';
const P = 'standards';
const ROOT = `/api/v1/programmes/${P}`;
const today = dateInLondon(systemClock.now());
const before = (days: number) => addDays(today, -days);
const at = (daysAgo: number) => `${before(daysAgo)}T09:00:00Z`;
const reason = 'minute 8 of the board';
const STANDARDS = [
  { of: 'approver', days: 20 },
  { of: 'judge-report', days: 10 },
  { of: 'operations', days: 5 },
];
interface Row {
  readonly number?: number;
  readonly nextAction: string;
  readonly nextUntil: string;
}
interface Line {
  readonly action: string;
  readonly until: string;
  readonly overdue: boolean;
}
let installation: Installation;
let people: People;
let created: string;
const cli = (...args: string[]) => ops(installation.folder.path, args, installation.environment);

async function tranche(number: number): Promise<Row | undefined> {
  const { body } = done(await people.operations.get(`${ROOT}/tranches`));
  return (body as unknown as readonly Row[]).find((row) => row.number === number);
}

async function list(desk: string): Promise<readonly Line[]> {
  return done(await people.operations.get(`${ROOT}/work-lists/${desk}`)).body.items as readonly Line[];
}

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  await importRegister(people, [URN]);
  const terms = { ...programme(P, 20_000_000), occurredAt: at(40) };
  created = String(done(await people.operations.post('/api/v1/programmes', terms)).body.position);
});
afterAll(() => installation.close());

describe('service standards', () => {
  it('are shown as the defaults until the board has set others', async () => {
    const { standards } = done(await people.auditor.get(`${ROOT}?atLeast=${created}`)).body as {
      standards: readonly object[];
    };
    expect(standards).toHaveLength(6);
    expect(standards[0]).toEqual({ of: 'setting', days: 28, setBy: 'default', effectiveOn: null });
    expect(standards[2]).toEqual({ of: 'operations', days: 14, setBy: 'default', effectiveOn: null });
    expect((await cli('service-standards', 'show', P)).stdout).toMatch(/setting\s+28 days\s+default/);
  });

  it('are for the board to set, for a later day, with the field that is wrong named', async () => {
    const board = await installation.api.as('bea', 'board');
    const path = `${ROOT}/service-standards`;
    const set = { standards: STANDARDS, effectiveOn: before(19), reason };
    expect((await people.operations.post(path, set)).status).toBe(403);
    const late = await board.post(path, set);
    expect([late.status, late.body.code, late.body.field]).toEqual([
      ...[400, 'PROGRAMME.STANDARDS_EFFECTIVE_ON', 'effectiveOn'],
    ]);
    const nobody = await board.post(path, { ...set, standards: [{ of: 'head', days: 5 }] });
    expect([nobody.status, nobody.body.code, nobody.body.field]).toEqual([
      ...[400, 'PROGRAMME.STANDARD_OF_NOTHING', 'standards[0].of'],
    ]);
    done(await board.post(path, { ...set, occurredAt: at(20) }));
    const file = join(installation.folder.path, 'standards.json');
    await writeFile(file, JSON.stringify({ standards: [], effectiveOn: addDays(today, 9), reason }));
    const asBoard = ['--as', 'bea', '--role', 'board'];
    expect((await cli('service-standards', 'set', P, file, ...asBoard)).code).toBe(0);
    const shown = await cli('service-standards', 'show', P);
    expect(shown.stdout).toMatch(new RegExp(`judge-report\\s+10 days\\s+bea\\s+${before(19)}`));
    expect(shown.stdout).toMatch(/payer\s+14 days\s+default/);
    expect(shown.stdout).toMatch(/1\s+\S+\s+operations 5, approver 20, judge-report 10\s+bea/);
    const withdraw = ['programme', 'withdraw-version', P, 'service-standards', '2', '--reason', 'a slip'];
    expect((await cli(...withdraw, '--as', 'olive')).code).toBe(0);
    expect((await cli('service-standards', 'show', P)).stdout).toMatch(/2\s+\S+, withdrawn/);
  });

  it('say until when a report is judged and a tranche signed for, on its row and on the list', async () => {
    await drawDownFirst(people, ROOT, URN);
    const { dueOn } = programme(P, 1).reportWindows[0]!;
    // What has a last day of its own keeps it.
    expect(
      await eventually(
        () => tranche(2),
        (row) => row?.nextAction === 'submit-report',
      ),
    ).toMatchObject({
      ...{ nextAction: 'submit-report', nextUntil: dueOn },
    });
    const path = `${ROOT}/settings/${URN}/reports/1`;
    const { position } = done(await people.setting.post(`${path}/submit`, report)).body;
    const judged = { nextAction: 'judge-report', nextUntil: addDays(today, 10) };
    expect(done(await people.operations.get(`${path}?atLeast=${position}`)).body).toMatchObject(judged);
    expect(await tranche(2)).toMatchObject(judged);
    expect(await list('approver')).toMatchObject([{ action: 'judge-report', until: addDays(today, 10) }]);
    done(await people.approver.post(`${path}/accept`, {}));
    const second = `${ROOT}/allocations/${URN}/tranches/2`;
    done(await soon(() => people.operations.post(`${second}/propose`, {}), /^TRANCHE\./));
    const proposed = { nextAction: 'approve-tranche', nextUntil: addDays(today, 20) };
    expect(
      await eventually(
        () => tranche(2),
        (row) => row?.nextAction === 'approve-tranche',
      ),
    ).toMatchObject(proposed);
    expect(await list('approver')).toMatchObject([{ action: 'approve-tranche', until: proposed.nextUntil }]);
    expect((await cli('tranches', P)).stdout).toContain(`until ${proposed.nextUntil}`);
  });

  it('make overdue what is not done by then, first on the list, and never what waited before by new standards', async () => {
    done(await people.operations.post(`${ROOT}/pause`, { reason: 'an inquiry', occurredAt: at(15) }));
    const first = async () => (await list('operations'))[0];
    const overdue = { action: 'resume-programme', until: before(10), overdue: true };
    const isThere = (line: Line | undefined) => line?.action === 'resume-programme';
    expect(await eventually(first, isThere)).toMatchObject(overdue);
    const shown = await cli('work', P, 'operations');
    expect(shown.stdout).toMatch(new RegExp(`, 1 overdue[^]*${before(10)} OVERDUE\\s+${P}`));
    const board = await installation.api.as('bea', 'board');
    const longer = { standards: [{ of: 'operations', days: 60 }], effectiveOn: before(11), reason };
    done(await board.post(`${ROOT}/service-standards`, { ...longer, occurredAt: at(12) }));
    expect(await first()).toMatchObject(overdue);
  });
});

// A report's deadline, extended for one setting and for all: its lists, its reminders and what is late follow.
import { addDays, dateInLondon, systemClock } from '#kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ops } from './api-process.js';
import { Installation } from './installation.js';
import { done, importRegister, peopleOf, programme, type People } from './scenario.js';

const URNS = ['199001', '199002'] as const;
const [URN, OTHER] = URNS;
const ROOT = '/api/v1/programmes/later';
const today = dateInLondon(systemClock.now());
const day = (offset: number): string => addDays(today, offset);
let installation: Installation;
let people: People;
const cli = (...args: string[]) => ops(installation.folder.path, args, installation.environment);
const reason = 'the school was flooded';

interface Report {
  readonly urn: string;
  readonly dueOn: string;
  readonly closesOn: string;
  readonly nextUntil: string;
}
async function reports(atLeast: unknown): Promise<readonly Report[]> {
  const { body } = done(await people.auditor.get(`${ROOT}/reports?atLeast=${String(atLeast)}`));
  return (body as unknown as { documents: Report[] }).documents;
}
async function reminders(status: string): Promise<readonly string[]> {
  const { stdout } = await cli('jobs', '--status', status, '--json');
  const jobs = JSON.parse(stdout) as readonly { readonly id: string }[];
  return jobs.map(({ id }) => id).filter((id) => id.startsWith(`reminder.later.${URN}.1.due`));
}

/** A policy makes the jobs, shortly after the event. */
async function soonWaiting(): Promise<readonly string[]> {
  for (let attempt = 1; ; attempt += 1) {
    const waiting = await reminders('waiting');
    if (attempt === 20 || waiting.some((id) => id.endsWith('.v2'))) return waiting;
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  await importRegister(people, URNS);
  done(await people.operations.post('/api/v1/programmes', programme('later', 20_000_000)));
  for (const urn of URNS) done(await people.operations.post(`${ROOT}/participations`, { urn }));
});
afterAll(() => installation.close());

describe('the deadline of a report', () => {
  it('is extended for one setting: its window, its list and its reminders, and nobody else’s', async () => {
    const asked = { urns: [URN, '199999'], dueOn: day(44), reason };
    const { body } = done(await people.operations.post(`${ROOT}/report-windows/1/extend`, asked));
    expect(body).toMatchObject({
      ...{ window: 1, extended: 1, alreadySo: 0, refused: 1 },
      settings: [
        { urn: URN, outcome: 'extended' },
        { urn: '199999', outcome: 'refused', code: 'PARTICIPATION.NOT_ENROLLED' },
      ],
    });
    const found = await reports(body.position);
    expect(found.find(({ urn }) => urn === URN)).toMatchObject({
      ...{ dueOn: day(44), closesOn: day(74), nextUntil: day(44) },
    });
    expect(found.find(({ urn }) => urn === OTHER)).toMatchObject({ dueOn: day(30), closesOn: day(60) });
    expect(await soonWaiting()).toEqual([`reminder.later.${URN}.1.due.v2`]);
    expect(await reminders('cancelled')).toEqual([`reminder.later.${URN}.1.due.v1`]);
  });

  it('is extended for all at the command line, and the same again changes nothing', async () => {
    const all = ['deadline', 'extend', 'later', '1', '--all', '--due-on', day(50), '--reason', reason];
    const first = await cli(...all);
    expect([first.code, first.stdout]).toEqual([
      0,
      expect.stringContaining('2 extended, 0 already so, 0 refused'),
    ]);
    expect((await cli(...all)).stdout).toContain('0 extended, 2 already so, 0 refused');
    const earlier = await cli(
      'deadline',
      'extend',
      'later',
      '1',
      '--urn',
      URN,
      '--due-on',
      day(40),
      '--reason',
      reason,
    );
    expect(earlier.code).toBe(1);
    expect(earlier.stderr).toContain('EXTENSION.ALL_REFUSED');
    expect(earlier.stdout).toContain('No deadline of report 1 was extended: 0 extended');
    expect(earlier.stdout).not.toContain(`is due on ${day(40)}`);
    expect(earlier.stdout).toContain(`${URN}: report 1 is due on ${day(50)} already: ${day(40)} is no later`);
    expect(
      (await cli('deadline', 'extend', 'later', '1', '--due-on', day(60), '--reason', reason)).code,
    ).toBe(2);
  });

  it('is extended for all only where somebody says all', async () => {
    for (const [whose, says] of [
      [{}, 'urns or all is needed'],
      [{ all: false }, 'urns or all is needed'],
      [{ all: true, urns: [URN] }, 'cannot both be given'],
    ] as const) {
      const asked = { ...whose, dueOn: day(55), reason };
      const refused = await people.operations.post(`${ROOT}/report-windows/1/extend`, asked);
      expect(refused).toMatchObject({ status: 400, body: { code: 'EXTENSION.WHOSE', field: 'urns' } });
      expect(refused.body.detail).toContain(says);
    }
    const all = await people.operations.post(`${ROOT}/report-windows/1/extend`, {
      ...{ all: true, dueOn: day(55), reason },
    });
    expect(all).toMatchObject({ status: 200, body: { extended: 2, refused: 0 } });
  });

  it('says at the command line that it was refused to some', async () => {
    const some = [
      'deadline',
      'extend',
      'later',
      '1',
      '--urn',
      URN,
      '199999',
      '--due-on',
      day(57),
      '--reason',
      reason,
    ];
    const { code, stdout, stderr } = await cli(...some);
    expect([code, stderr]).toEqual([3, expect.stringContaining('(EXTENSION.PARTLY_REFUSED)')]);
    expect(stdout).toContain(
      `Report 1 is due on ${day(57)} now for 1 of 2 settings: 1 extended, 0 already so, 1 refused.`,
    );
  });

  it('is refused to more than anybody names', async () => {
    const urns = Array.from({ length: 1001 }, (_, index) => String(100_000 + index));
    const many = await people.operations.post(`${ROOT}/report-windows/1/extend`, {
      ...{ urns, dueOn: day(56), reason },
    });
    expect(many).toMatchObject({ status: 400, body: { field: 'urns' } });
    const named = urns.flatMap((urn) => ['--urn', urn]);
    const { code, stderr } = await cli(
      ...['deadline', 'extend', 'later', '1', ...named, '--due-on', day(56), '--reason', reason],
    );
    expect([code, stderr]).toEqual([1, expect.stringContaining('(EXTENSION.TOO_MANY_SETTINGS)')]);
  });

  it('is refused without a reason, and by who may not', async () => {
    const urns = [URN];
    const without = await people.operations.post(`${ROOT}/report-windows/1/extend`, { urns, dueOn: day(70) });
    expect([without.status, without.body.field]).toEqual([400, 'reason']);
    const sam = await installation.api.as('sam', 'setting', [URN]);
    const setting = await sam.post(`${ROOT}/report-windows/1/extend`, { dueOn: day(70), reason });
    expect([setting.status, setting.body.code]).toEqual([403, 'IDENTITY.ROLE_NOT_ALLOWED']);
  });
});

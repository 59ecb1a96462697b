// What counts of a report: the day it came, every action of the plan, and money spent on what is planned no more.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addDays, dateInLondon, systemClock } from '#kernel';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ops } from './api-process.js';
import { Installation } from './installation.js';
import {
  completedAudit,
  done,
  dueDiligence,
  eventually,
  fraudRisk,
  peopleOf,
  plan,
  programme,
  register,
  report,
  type People,
  signAgreement,
} from './scenario.js';

const [LATE, POSTED, LEFT] = ['181001', '181002', '181003'];
const ROOT = '/api/v1/programmes/days';
const at = (path: string, urn = LATE): string => `${ROOT}/settings/${urn}/${path}`;
const day = (offset: number): string => addDays(dateInLondon(systemClock.now()), offset);
const coaching = { ...plan.actions[0]!, actionId: 'coaching', activity: 'coaching in class' };
const onCoaching = { actionId: 'coaching', status: 'dropped', spentPence: 70_000 };

let installation: Installation;
let people: People;
const cli = (...args: string[]) => ops(installation.folder.path, args, installation.environment);

/** A setting with an approved plan since two weeks ago. */
async function planned(urn: string): Promise<void> {
  const occurredAt = day(-15);
  done(await people.operations.post(`${ROOT}/participations`, { urn, occurredAt: day(-16) }));
  done(await people.setting.post(at('audit/start', urn), { occurredAt }));
  done(await people.setting.post(at('audit/complete', urn), { ...completedAudit, occurredAt }));
  done(await people.setting.post(at('plan/submit', urn), { ...plan, occurredAt }));
  done(await people.approver.post(at('plan/approve', urn), { occurredAt }));
}

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  const { gias, workforce } = register([LATE, POSTED, LEFT, '181004']);
  const headers = { 'content-type': 'text/csv' };
  for (const [path, raw] of Object.entries({ imports: gias, 'workforce-imports': workforce })) {
    const to = `/api/v1/settings/${path}?file=${path}.csv&occurredAt=${day(-18)}`;
    done(await people.operations.send('POST', to, { raw, headers }));
  }
  // Reports were due a week ago, and are taken for another month.
  const reportWindows = [
    { number: 1, opensOn: day(-20), dueOn: day(-7), closesOn: day(30) },
    { number: 2, opensOn: day(100), dueOn: day(120), closesOn: day(130) },
  ];
  const terms = { ...programme('days', 20_000_000), reportWindows, occurredAt: day(-17) };
  done(await people.operations.post('/api/v1/programmes', terms));
  for (const urn of [LATE, POSTED, LEFT]) await planned(urn);
});
afterAll(() => installation.close());

describe('a report that is late', () => {
  it('is not sent in time by telling another day', async () => {
    const early = await people.setting.post(at('reports/1/submit'), { ...report, occurredAt: day(-8) });
    expect([early.status, early.body]).toMatchObject([
      403,
      { code: 'REPORT.DATED_BY_RECEIPT', field: 'occurredAt', receivedOn: day(0) },
    ]);
    const { body } = done(await people.setting.post(at('reports/1/submit'), report));
    const { documents } = done(await people.approver.get(at(`reports?atLeast=${body.position}`))).body;
    expect(documents[0]).toMatchObject({ status: 'submitted', late: true, arrival: null });
    expect((await cli('reports', 'days')).stdout).toContain(': submitted, late,');
  });

  it('is in time if operations records that it came by post, which is told with the day of the record', async () => {
    const file = join(installation.folder.path, 'by-post.json');
    const record = ['report', 'submit', 'days', POSTED, '1', file, '--occurred-at', day(-8), '--as', 'olive'];
    await writeFile(file, JSON.stringify(report));
    expect((await cli(...record)).stderr).toContain('arrival must say how the report came');
    const arrival = { how: 'by post', why: 'the portal was down all week' };
    await writeFile(file, JSON.stringify({ ...report, arrival }));
    expect(await cli(...record)).toMatchObject({ code: 0 });
    const listed = (await cli('reports', 'days')).stdout;
    expect(listed).toContain(
      `came by post on ${day(-8)}, recorded on ${day(0)}: the portal was down all week`,
    );
  });
});

describe('money spent on what is planned no more', () => {
  const spent = async (): Promise<unknown> =>
    done(await people.auditor.get(`${ROOT}/allocations/${LEFT}/settlement`)).body.spentPence;

  beforeAll(async () => {
    const part = `${ROOT}/participations/${LEFT}`;
    done(await people.operations.post(`${part}/due-diligence`, dueDiligence));
    done(await people.approver.post(`${part}/fraud-risk`, fraudRisk));
    done(await people.operations.post(`${ROOT}/allocations/${LEFT}/offer`, {}));
    await signAgreement(people, ROOT, LEFT);
    done(await people.setting.post(`${ROOT}/allocations/${LEFT}/accept`, {}));
    const variation = { reason: 'one coach for all', actions: [...plan.actions, coaching] };
    done(await people.setting.post(at('plan/vary', LEFT), variation));
    done(await people.approver.post(at('plan/variation/approve', LEFT), {}));
  });

  it('is reported when its action was dropped from the plan, accepted, and counted', async () => {
    const partial = await people.setting.post(at('reports/1/submit', LEFT), report);
    expect([partial.status, partial.body]).toMatchObject([
      400,
      { code: 'REPORT.ACTIONS_MISSING', field: 'actions', missing: ['coaching'] },
    ]);
    const dropping = { reason: 'the coach left', actions: plan.actions };
    done(await people.setting.post(at('plan/vary', LEFT), dropping));
    done(await people.approver.post(at('plan/variation/approve', LEFT), {}));
    const both = { ...report, actions: [...report.actions, onCoaching] };
    done(await people.setting.post(at('reports/1/submit', LEFT), both));
    done(await people.approver.post(at('reports/1/accept', LEFT), {}));
    expect(await spent()).toBe(190_000);
  });

  it('is reported once more after a withdrawal, judged from the list, and counted', async () => {
    const part = `${ROOT}/participations/${LEFT}`;
    done(await people.setting.post(`${part}/withdraw`, { reason: 'the head has left' }));
    const [course] = report.actions;
    const last = { ...report, actions: [{ ...course!, status: 'dropped', spentPence: 150_000 }] };
    const less = { ...last, actions: [{ ...last.actions[0]!, spentPence: 119_999 }] };
    const fallen = await people.setting.post(at('reports/2/submit', LEFT), less);
    expect([fallen.status, fallen.body]).toMatchObject([
      409,
      {
        ...{ code: 'REPORT.SPENT_LESS_THAN_ACCEPTED', field: 'actions[0].spentPence' },
        ...{ spentPence: 119_999, acceptedPence: 120_000, window: 1 },
      },
    ]);
    // Its window would open in a hundred days.
    const { body } = done(await people.setting.post(at('reports/2/submit', LEFT), last));
    const seen = `atLeast=${String(body.position)}`;
    const { documents } = done(await people.approver.get(at(`reports?${seen}`, LEFT))).body;
    expect(documents[1]).toMatchObject({ window: 2, final: true, late: false, status: 'submitted' });
    const list = done(await people.approver.get(`${ROOT}/work-lists/approver?${seen}`)).body;
    expect(JSON.stringify(list.items)).toContain('accept or return report 2');
    done(await people.approver.post(at('reports/2/accept', LEFT), {}));
    expect(await spent()).toBe(220_000);
    const listed = (await cli('reports', 'days', '--status', 'accepted')).stdout;
    expect(listed).toContain(': accepted, final, £1,500.00 spent');
  });

  it('stays what was accepted, whichever report is judged first, until an acceptance is withdrawn', async () => {
    const [course] = report.actions;
    const saying = (spentPence: number) => ({ ...report, actions: [{ ...course!, spentPence }, onCoaching] });
    done(await people.approver.post(at('reports/1/withdraw-acceptance', LEFT), { reason: 'last term’s' }));
    expect(await spent()).toBe(150_000);
    done(await people.setting.post(at('reports/1/submit', LEFT), saying(150_001)));
    const more = await people.approver.post(at('reports/1/accept', LEFT), {});
    expect([more.status, more.body]).toMatchObject([
      409,
      {
        ...{ code: 'REPORT.SPENT_MORE_THAN_ACCEPTED_LATER', actionId: course!.actionId, window: 2 },
        ...{ spentPence: 150_001, acceptedPence: 150_000 },
      },
    ]);
    const shown = await cli('report', 'show', 'days', LEFT, '1');
    const revision = /now at revision (\d+)/.exec(shown.stdout)?.[1] ?? '';
    const judge = ['report', 'accept', 'days', LEFT, '1', '--revision', revision, '--as', 'anna'];
    expect((await cli(...judge, '--role', 'approver')).stderr).toContain(
      'accepted with report 2, of a later',
    );
    done(await people.setting.post(at('reports/1/submit', LEFT), saying(120_000)));
    done(await people.approver.post(at('reports/1/accept', LEFT), {}));
    expect(await spent()).toBe(220_000);
    expect((await cli('report', 'show', 'days', LEFT, '1')).stdout).toContain('accepted: £1,200.00 spent');
  });

  it('is on a ledger that says that the setting has left, beside what is allocated to it', async () => {
    const { settings } = done(await people.auditor.get(`${ROOT}/ledger`)).body as unknown as {
      settings: readonly { urn: string; status: string; part: string }[];
    };
    expect(settings.map(({ urn, status, part }) => [urn, status, part])).toEqual([
      ...[LATE, POSTED].map((urn) => [urn, 'enrolled', 'enrolled']),
      [LEFT, 'accepted', 'withdrawn'],
    ]);
    expect((await cli('ledger', 'days')).stdout).toMatch(new RegExp(`${LEFT} .* accepted +withdrawn `));
    expect((await cli('ledger', 'days', '--urn', LEFT)).stdout).toContain('accepted, its part withdrawn: ');
  });
});

describe('a reminder that somebody asks for', () => {
  it('is sent once, over HTTP and at the command line, to whoever owes the report', async () => {
    const OWES = '181004';
    done(await people.operations.post(`${ROOT}/participations`, { urn: OWES }));
    const remind = at('reports/1/remind', OWES);
    expect((await people.setting.post(remind, {})).status).toBe(403);
    const answers = await Promise.all([remind, remind, remind].map((to) => people.operations.post(to, {})));
    expect(answers.flatMap(({ body }) => body.events as unknown as { type: string }[])).toMatchObject([
      { type: 'ReminderRequested' },
    ]);
    const again = await cli('report', 'remind', 'days', OWES, '1');
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('Already so') });
    const list = async () =>
      done(await people.operations.get(`${ROOT}/reminders?urn=${OWES}`)).body.documents as readonly {
        id: string;
      }[];
    const asked = (sent: Awaited<ReturnType<typeof list>>) =>
      sent.filter(({ id }) => id.includes('.requested.'));
    expect(asked(await eventually(list, (sent) => asked(sent).length > 0))).toHaveLength(1);
    const early = await people.operations.post(at('reports/2/remind', OWES), {});
    expect([early.status, early.body.code]).toEqual([409, 'REMINDER.NOT_OPEN']);
  });
});

// Two settings and an adviser of one of them: each reads and changes what is theirs, and nothing of the other's.
import { dateInLondon, systemClock } from '#kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Answer, Client } from './api-process.js';
import { Installation } from './installation.js';
import {
  agreement,
  done,
  drawDownFirst,
  importRegister,
  peopleOf,
  plan,
  programme,
  report,
  type People,
} from './scenario.js';

const [OWN, OTHER, FURTHER] = ['195001', '195002', '195003'] as const;
const URNS = [OWN, OTHER, FURTHER];
const ROOT = '/api/v1/programmes/access';
const payee = { accountName: 'HANDFORD HALL', sortCode: '12-34-56', accountNumber: '12345678' };
let installation: Installation;
let people: People;
let setting: Client;
let other: Client;
/** Of the setting and of a further one, and not of the other. */
let adviser: Client;
let position: string;
const urnsOf = ({ body }: Answer): readonly string[] =>
  ((body.documents ?? body.items ?? body) as { urn: string }[]).map(({ urn }) => urn);
const eventsSoFar = async (): Promise<number> =>
  (done(await people.auditor.get('/api/v1/events?limit=1000')).body.events as unknown[]).length;

interface Kept {
  readonly fileName: string;
  readonly sha256: string;
}
async function attach(who: Client, file: string, raw: string): Promise<Kept> {
  const headers = { 'content-type': 'application/octet-stream' };
  const path = `/api/v1/attachments?file=${encodeURIComponent(file)}`;
  const kept: Kept = done(await who.send('POST', path, { raw, headers })).body;
  return kept;
}
const citing = (sha256: string): object => ({
  ...report,
  actions: [{ ...report.actions[0], evidence: [sha256] }],
});

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  [setting, other, adviser] = await Promise.all([
    installation.api.as('sam', 'setting', [OWN]),
    installation.api.as('oona', 'setting', [OTHER]),
    installation.api.as('tom', 'adviser', [OWN, FURTHER]),
  ]);
  await importRegister(people, URNS);
  done(await people.operations.post('/api/v1/programmes', programme('access', 30_000_000)));
  for (const urn of URNS) {
    await drawDownFirst(people, ROOT, urn);
    done(await people.operations.post(`/api/v1/settings/${urn}/payee/enter`, payee));
    const { reference } = done(await people.payer.get(`/api/v1/settings/${urn}/payee`)).body;
    done(await people.payer.post(`/api/v1/settings/${urn}/payee/verify`, { reference }));
  }
  const maker = await installation.api.as('mia', 'payer');
  position = String(done(await maker.post(`${ROOT}/payment-runs`, {})).body.position);
});
afterAll(() => installation.close());

describe('a setting', () => {
  it('reads what is its own', async () => {
    for (const path of [
      ...['audit', 'audit/export', 'plan', 'plan/versions', 'reports'].map((at) => `settings/${OWN}/${at}`),
      `allocations/${OWN}/settlement`,
      `ledger/figures/released/explanation?urn=${OWN}`,
    ]) {
      expect([path, (await setting.get(`${ROOT}/${path}`)).status]).toEqual([path, 200]);
    }
    done(await setting.get(`/api/v1/tranches/access.${OWN}.1/explanation`));
    const { body: shown } = done(await setting.get(`/api/v1/settings/${OWN}/payee`));
    expect(shown.details).toMatchObject({ accountNumber: '****5678' });
    const line = done(await setting.get(`${ROOT}/settings/${OWN}/ledger?atLeast=${position}`)).body;
    const whole = done(await people.auditor.get(`${ROOT}/ledger`)).body;
    const ours = (whole.settings as { urn: string }[]).find(({ urn }) => urn === OWN);
    expect(line).toMatchObject({ programmeId: 'access', ...ours });
    expect(Object.keys(line as object)).not.toContain('budgetPence');
    const una = await installation.api.as('una', 'setting', ['195999']);
    const elsewhere = await una.get(`${ROOT}/settings/195999/ledger`);
    expect([elsewhere.status, elsewhere.body.code]).toEqual([404, 'LEDGER.NOT_ENROLLED']);
  });

  it('is told what waits of its payments, its adviser is not: not on a list, not by how much is on it', async () => {
    const seen = async (who: Client) => {
      const at = `atLeast=${position}`;
      const { body: counts } = done(await who.get(`${ROOT}/work-lists?${at}`));
      const { body: list } = done(await who.get(`${ROOT}/work-lists/payer?${at}`));
      const { body: rows } = done(await who.get(`${ROOT}/tranches?${at}`));
      const payer = (counts as unknown as { desk: string }[]).find(({ desk }) => desk === 'payer');
      const first = (rows as unknown as { number: number; next: string | null }[])[0];
      return { payer, actions: (list.items as { action: string }[]).map(({ action }) => action), first };
    };
    expect(await seen(setting)).toMatchObject({
      ...{ payer: { waiting: 1 }, actions: ['release-payment-run'] },
      first: { number: 1, status: 'released', next: 'payer', nextAction: 'release-payment-run' },
    });
    expect(await seen(adviser)).toMatchObject({
      ...{ payer: { waiting: 0, oldestSince: null }, actions: [] },
      first: { number: 1, status: 'released', next: null, nextAction: null, nextIs: null },
    });
    const asked = await adviser.get(`${ROOT}/work-lists/payer?action=make-payment-run&atLeast=${position}`);
    expect(done(asked).body).toMatchObject({ waiting: 0, items: [] });
  });

  it('acts for itself, and its adviser with it', async () => {
    const actions = plan.actions.map((action) => ({ ...action, headcount: 7 }));
    done(await setting.post(`${ROOT}/settings/${OWN}/plan/vary`, { actions, reason: 'one more teacher' }));
    done(await adviser.post(`${ROOT}/settings/${OWN}/plan/variation/return`, { comments: 'say why' }));
    done(await adviser.post(`${ROOT}/settings/${OWN}/audit/sign-off`, {}));
    done(await setting.post(`${ROOT}/settings/${OWN}/reports/1/submit`, report));
  });

  it('is refused another’s, by name, and nothing is changed', async () => {
    const before = await eventsSoFar();
    for (const [who, subject] of [
      [setting, 'sam'],
      [adviser, 'tom'],
    ] as const) {
      const refused = await who.post(`${ROOT}/settings/${OTHER}/audit/start`, { cycle: 2 });
      expect([refused.status, refused.body.code, refused.body.urn]).toEqual([
        ...[403, 'IDENTITY.NOT_YOUR_SETTING', OTHER],
      ]);
      expect(refused.body.detail).toContain(`the token of ${subject} is for setting`);
      expect(refused.body.detail).toContain(`and not for ${OTHER}`);
    }
    expect(await eventsSoFar()).toBe(before);
  });

  it('is refused what is nobody’s and everybody’s: the whole ledger, the register, the log', async () => {
    for (const path of [
      ...[`${ROOT}/ledger`, `${ROOT}/ledger/export`, `${ROOT}/ledger/check`, `${ROOT}/rounds`],
      ...[`${ROOT}/outstanding`, `${ROOT}/reconciliation`, '/api/v1/settings', '/api/v1/events'],
      ...['/api/v1/admin/jobs', '/admin/queues', `${ROOT}/snapshots`, `${ROOT}/payment-runs`],
    ]) {
      const { status, body } = await setting.get(path);
      expect([path, status, body.code]).toEqual([path, 403, 'IDENTITY.ROLE_NOT_ALLOWED']);
    }
    const unnamed = await setting.get(`${ROOT}/ledger/figures/released/explanation`);
    expect([unnamed.status, unnamed.body.code]).toEqual([403, 'IDENTITY.NOT_YOUR_SETTING']);
    expect(unnamed.body.detail).toContain('urn must say which');
  });

  it('opens the files that its own reports cite, and no other', async () => {
    const { sha256 } = await attach(other, 'register.pdf', '%PDF the other’s');
    const told = citing(sha256);
    done(await other.post(`${ROOT}/settings/${OTHER}/reports/1/submit`, told));
    const cited = `${ROOT}/settings/${OTHER}/reports/1/evidence/${sha256}`;
    expect(done(await other.get(cited)).body).toBe('%PDF the other’s');
    expect((await setting.get(cited)).body.code).toBe('IDENTITY.NOT_YOUR_SETTING');
    const asOwn = await setting.get(`${ROOT}/settings/${OWN}/reports/1/evidence/${sha256}`);
    expect([asOwn.status, asOwn.body.code]).toEqual([404, 'REPORT.EVIDENCE_NOT_CITED']);
    expect((await setting.get(`/api/v1/attachments/${sha256}`)).status).toBe(403);
    // Nor does it get at it by citing a hash that it was told of: it must have sent in the same itself.
    const unsent = await setting.post(`${ROOT}/settings/${OWN}/reports/1/submit`, told);
    expect([unsent.status, unsent.body.code]).toEqual([404, 'REPORT.EVIDENCE_NOT_KEPT']);
  });

  it('has the name that it gave to a file itself, though another sent in the same before', async () => {
    const content = 'the form that everybody was sent';
    const theirs = await attach(other, 'Pay of Mrs Smith.csv', content);
    const ours = await attach(setting, 'form.txt', content);
    expect(theirs).toMatchObject({ fileName: 'Pay of Mrs Smith.csv', keptBy: 'oona' });
    expect(ours).toEqual({
      ...{ ...theirs, fileName: 'form.txt', mediaType: 'text/plain', keptBy: 'sam' },
      keptAt: expect.any(String),
    });
    for (const [who, urn, fileName] of [
      [setting, OWN, 'form.txt'],
      [other, OTHER, 'Pay of Mrs Smith.csv'],
    ] as const) {
      const reports = `${ROOT}/settings/${urn}/reports`;
      const { body } = done(await who.post(`${reports}/1/submit`, citing(ours.sha256)));
      const shown = JSON.stringify(done(await who.get(`${reports}?atLeast=${String(body.position)}`)).body);
      expect(/"fileName":"[^"]*"/.exec(shown)?.[0]).toBe(`"fileName":"${fileName}"`);
      const opened = done(await who.get(`${reports}/1/evidence/${ours.sha256}`));
      expect([opened.body, opened.headers.get('content-disposition')]).toEqual([
        ...[content, `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`],
      ]);
    }
  });
});

describe('a person with a token for each of two settings', () => {
  it('gets no answer of the one with the key and the token of the other', async () => {
    const second = await installation.api.as('sam', 'setting', [OTHER]);
    const headers = { 'idempotency-key': randomUUID() };
    const path = `${ROOT}/settings/${OWN}/reports/1/submit`;
    const again = { ...report, summary: 'the course goes on' };
    const first = done(await setting.post(path, again, headers));
    expect(done(await setting.post(path, again, headers)).body).toEqual(first.body);
    expect((await second.post(path, again, headers)).body.code).toBe('IDENTITY.NOT_YOUR_SETTING');
  });
});

describe('lists', () => {
  const LISTS = [
    ...['participations', 'participations?next=setting', 'reports', 'reports?status=submitted'],
    ...['tranches', 'payments', 'reclaims', 'reminders', 'work-lists/setting', 'work-lists/payer'],
  ];
  const seen = async (who: Client, list: string): Promise<readonly string[]> =>
    urnsOf(done(await who.get(`${ROOT}/${list}${list.includes('?') ? '&' : '?'}atLeast=${position}`)));

  it('show a setting and an adviser those of their settings, and the office all', async () => {
    // A further version of the agreement, which nobody has signed.
    const effectiveOn = dateInLondon(systemClock.now());
    const further = { ...agreement, fileName: 'further.pdf', sha256: 'b'.repeat(64), effectiveOn };
    done(await people.operations.post(`${ROOT}/grant-agreements`, further));
    position = String(
      done(await people.operations.post(`${ROOT}/pause`, { reason: 'a look' })).body.position,
    );
    for (const list of LISTS) {
      const all = await seen(people.operations, list);
      expect([list, await seen(setting, list)]).toEqual([list, all.filter((urn) => urn === OWN)]);
      if (list === 'payments') continue;
      // All that waits for the payer here is a payment.
      const theirs = list === 'work-lists/payer' ? [] : all.filter((urn) => urn !== OTHER);
      expect([list, await seen(adviser, list)]).toEqual([list, theirs]);
    }
    for (const list of [...LISTS.slice(0, 3), 'tranches', 'payments', 'work-lists/payer']) {
      expect([list, [...new Set(await seen(people.operations, list))].toSorted()]).toEqual([list, URNS]);
    }
    expect((await adviser.get(`${ROOT}/payments`)).body.code).toBe('IDENTITY.ROLE_NOT_ALLOWED');
  });

  it('count for them what waits on theirs', async () => {
    const counted = async (who: Client): Promise<number> =>
      (done(await who.get(`${ROOT}/work-lists`)).body as { waiting: number }[]).reduce(
        (sum, { waiting }) => sum + waiting,
        0,
      );
    expect(await counted(setting)).toBeGreaterThan(0);
    expect(await counted(setting)).toBeLessThan(await counted(adviser));
    expect(await counted(adviser)).toBeLessThan(await counted(people.operations));
  });

  it('are whole pages of theirs, one after the other', async () => {
    const pages: string[][] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page: Answer = done(await adviser.get(`${ROOT}/reports?limit=1${cursor}`));
      pages.push([...urnsOf(page)]);
      cursor = page.body.cursor === undefined ? undefined : `&cursor=${String(page.body.cursor)}`;
    }
    expect(pages.filter((page) => page.length > 0)).toEqual([[OWN], [FURTHER]]);
  });

  it('can be asked for one of theirs, and not for another’s', async () => {
    for (const list of ['reminders', 'work-lists/setting']) {
      expect((await adviser.get(`${ROOT}/${list}?urn=${FURTHER}`)).status).toBe(200);
      const refused = await adviser.get(`${ROOT}/${list}?urn=${OTHER}`);
      expect([refused.status, refused.body.code]).toEqual([403, 'IDENTITY.NOT_YOUR_SETTING']);
    }
  });

  it('are shown to somebody with as many settings as there may be', async () => {
    const urns = [OWN, ...Array.from({ length: 199 }, (_, at) => String(200_001 + at))];
    const busy = await installation.api.as('una', 'setting', urns);
    for (const list of LISTS) {
      expect([list, await seen(busy, list)]).toEqual([list, await seen(setting, list)]);
    }
  });
});

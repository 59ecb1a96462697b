// A setting's audit by group: completed, returned, completed again and signed off by a second person.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addDays, dateInLondon, systemClock } from '#kernel';
import { parse } from 'csv-parse/sync';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ops } from './api-process.js';
import { Installation } from './installation.js';
import { completedAudit, done, importRegister, peopleOf, programme, type People } from './scenario.js';

const URN = '190101';
const ROOT = `/api/v1/programmes/audits/settings/${URN}/audit`;
let installation: Installation;
let people: People;

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  await importRegister(people, [URN]);
  done(await people.operations.post('/api/v1/programmes', programme('audits', 2_000_000)));
  done(await people.operations.post('/api/v1/programmes/audits/participations', { urn: URN }));
  done(await people.setting.post(`${ROOT}/start`, {}));
});
afterAll(() => installation.close());

describe('an audit', () => {
  it('is complete once each feature is rated for each group that the setting has, and says what is missing', async () => {
    const [first] = completedAudit.ratings;
    const [need] = completedAudit.needs;
    const full = {
      ...completedAudit,
      ratings: [...completedAudit.ratings, { ...first, group: null, rating: 1 }],
      needs: [{ ...need, standard: { kind: 'qualification', reference: 'NPQ' } }],
      supportedBy: [{ kind: 'audit-partner', who: 'Unity' }],
    };
    const wrong = { ...full, supportedBy: [{ kind: 'friend', who: 'Unity' }] };
    expect((await people.setting.post(`${ROOT}/complete`, wrong)).status).toBe(400);
    const { groups: _, ...ofEverybody } = full;
    for (const [incomplete, missing] of [
      [{ ...full, ratings: full.ratings.slice(1) }, 'identifies-desired-impact for early-career-teachers'],
      [ofEverybody, 'work-based-and-external for newly-qualified-teachers, experienced-teachers'],
    ] as const) {
      const { status, body } = await people.setting.post(`${ROOT}/complete`, incomplete);
      expect([status, body.code, body.field]).toEqual([400, 'AUDIT.FEATURE_NOT_RATED', 'ratings']);
      expect(body.detail).toContain(missing);
    }
    const { body } = done(await people.setting.post(`${ROOT}/complete`, full));
    const shown = done(await people.auditor.get(`${ROOT}?atLeast=${String(body.position)}`)).body;
    expect(shown).toMatchObject({ ...full, signOff: 'none', instrumentVersion: 1 });
  });

  it('has a form that names its cycle and asks what its instrument asks, as it is read over HTTP', async () => {
    const asked = done(await people.setting.get(`${ROOT}/instrument`)).body;
    expect(asked).toMatchObject({ cycle: null, version: 1, inForce: true });
    expect((await people.setting.get(`${ROOT}/instrument?cycle=x`)).body.code).toBe('AUDIT.CYCLE');
    const form = ['audit', 'form', 'audits', URN, '--cycle', '1', '--group', 'governors'];
    const written = await ops(installation.folder.path, form, installation.environment);
    expect(JSON.parse(written.stdout)).toMatchObject({
      ...{ cycle: 1, groups: ['governors'] },
      ratings: (asked['features'] as { slug: string }[]).map(({ slug }) => ({
        ...{ feature: slug, group: 'governors', rating: null },
      })),
    });
  });

  it('is completed by its setting alone, over HTTP as at the command line', async () => {
    done(await people.approver.post(`${ROOT}/return`, { comments: 'ask the governors' }));
    for (const who of [people.operations, await installation.api.as('tom', 'adviser', [URN])]) {
      expect((await who.post(`${ROOT}/complete`, completedAudit)).status).toBe(403);
    }
    const file = join(installation.folder.path, 'audit.json');
    await writeFile(file, JSON.stringify(completedAudit));
    const complete = (role: string, cycle = '1') =>
      ops(
        installation.folder.path,
        ['audit', 'complete', 'audits', URN, file, '--cycle', cycle, '--as', 'sam', '--role', role],
        installation.environment,
      );
    expect(await complete('adviser')).toMatchObject({
      ...{ code: 1, stderr: expect.stringContaining('completed by a person of its setting') },
    });
    const unknown = await complete('setting', '2');
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('AUDIT.') });
    expect(await complete('setting')).toMatchObject({ code: 0 });
    await writeFile(file, JSON.stringify({ ...completedAudit, cycle: 1 }));
    const other = await complete('setting', '2');
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('the file is about cycle 1') });
    const shown = await ops(
      installation.folder.path,
      ['audit', 'show', 'audits', URN, '--cycle', '1'],
      installation.environment,
    );
    for (const says of ['Audit 1 of setting', 'completed, started on', 'next: ', 'early-career-teachers'])
      expect(shown.stdout).toContain(says);
  });

  it('is returned over HTTP, completed again in the old words, and signed off at the command line', async () => {
    const self = await people.setting.post(`${ROOT}/sign-off`, {});
    expect([self.status, self.body.code]).toEqual([403, 'AUDIT.SECOND_PERSON']);
    done(await people.approver.post(`${ROOT}/return`, { comments: 'ask the governors' }));
    expect((await people.approver.post(`${ROOT}/sign-off`, {})).body.code).toBe('AUDIT.RETURNED');
    done(
      await people.setting.post(`${ROOT}/complete`, { ...completedAudit, supportedBy: 'the audit partner' }),
    );
    const args = ['audit', 'sign-off', 'audits', URN, '--as', 'head', '--role', 'setting'];
    const signed = await ops(installation.folder.path, args, installation.environment);
    expect(signed).toMatchObject({ code: 0, stdout: expect.stringContaining('AuditSignedOff') });
    expect(done(await people.auditor.get(ROOT)).body).toMatchObject({
      supportedBy: [{ kind: 'other', who: 'the audit partner' }],
    });
    const compared = await ops(
      installation.folder.path,
      ['audit', 'compare', 'audits', URN],
      installation.environment,
    );
    expect(compared.stdout).toContain('Governors');
    const second = await people.setting.post(`${ROOT}/start`, { cycle: 2 });
    expect([second.status, second.body.code]).toEqual([409, 'AUDIT.SAME_YEAR']);
  });

  it('is taken away whole: what was completed, returned and signed off, by whom and when', async () => {
    const whole = done(await people.auditor.get(`${ROOT}/export`)).body;
    expect(whole).toMatchObject([
      {
        ...{ cycle: 1, status: 'signed-off', started: { by: 'sam', role: 'setting' } },
        instrument: { version: 1, features: expect.any(Array), groups: expect.any(Array) },
        completions: [
          {
            ...{ number: 1, completed: { by: 'sam' }, outcome: 'returned', comments: 'ask the governors' },
            ...{ decided: { by: 'ada', role: 'approver' }, supportedBy: [{ who: 'Unity' }] },
          },
          { number: 2, outcome: 'returned', needs: completedAudit.needs },
          { number: 3, outcome: 'signed-off', decided: { by: 'head' }, groups: completedAudit.groups },
        ],
      },
    ]);
    const none = await people.auditor.get(`/api/v1/programmes/audits/settings/190102/audit/export`);
    expect([none.status, none.body.code]).toEqual([404, 'AUDIT.NOT_FOUND']);
  });

  it('is taken away as a spreadsheet, the same over HTTP as at the command line', async () => {
    const args = ['audit', 'export', 'audits', URN, '--csv'];
    const csv = await ops(installation.folder.path, args, installation.environment);
    expect(csv.stdout.startsWith('\uFEFF')).toBe(true);
    const rows = parse<Record<string, string>>(csv.stdout, { columns: true, bom: true });
    const rated = completedAudit.ratings.map(() => 'rating');
    const groups = completedAudit.groups.map(() => 'group');
    expect(rows.map(({ Line }) => Line)).toEqual([
      'started',
      ...['completed', ...groups, ...rated, 'rating', 'need', 'supporter', 'returned'],
      ...['completed', ...groups, ...rated, 'need', 'returned'],
      ...['completed', ...groups, ...rated, 'need', 'supporter', 'signed-off'],
    ]);
    expect(rows.find(({ Line }) => Line === 'rating')).toMatchObject({
      ...{ Cycle: '1', Completion: '1', Group: 'Early career teachers', Rating: '2' },
      ...{ 'Feature or need': 'Identifies the desired impact from the start' },
    });
    expect(rows.filter(({ Line }) => Line === 'returned')).toMatchObject([
      { By: 'ada', As: 'approver', Comments: 'ask the governors' },
      { By: 'ada' },
    ]);
    const answer = await people.auditor.get(`${ROOT}/export.csv`);
    expect([
      answer.headers.get('content-type'),
      `\uFEFF${String(answer.body).replace('\uFEFF', '')}`,
    ]).toEqual(['text/csv; charset=utf-8', csv.stdout]);
  });

  it('rates by an instrument that is published in versions, and by its own alone', async () => {
    const instrument = '/api/v1/programmes/audits/audit-instrument/versions';
    const [before] = done(await people.auditor.get(instrument)).body as unknown as { features: object[] }[];
    const features = [...before!.features, { slug: 'shared-across-settings', label: 'Is shared' }];
    const effectiveOn = addDays(dateInLondon(systemClock.now()), 1);
    const said = { features, effectiveOn, reason: 'minute 7' };
    expect((await people.approver.post(instrument, said)).status).toBe(403);
    const today = await people.operations.post(instrument, {
      ...said,
      effectiveOn: addDays(effectiveOn, -1),
    });
    expect([today.status, today.body.code, today.body.field]).toEqual([
      ...[400, 'INSTRUMENT.EFFECTIVE_DAY', 'effectiveOn'],
    ]);
    done(await people.operations.post(instrument, said));
    const shown = await ops(
      installation.folder.path,
      ['audit', 'instrument', 'show', 'audits'],
      installation.environment,
    );
    expect(shown.stdout).toMatch(/Version 1, from the beginning, in force/);
    expect(shown.stdout).toMatch(new RegExp(`Version 2, from ${effectiveOn}: minute 7`));
  });
});

// A report that is returned, accepted in part and shown by files, and what the tranche that waits for it makes of that.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ops, type Answer, type Client } from './api-process.js';
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
  report,
  signAgreement,
  soon,
  type People,
} from './scenario.js';

const URN = '180001';
const at = (path: string): string => `/api/v1/programmes/told/settings/${URN}/${path}`;
const tranche = (path: string): string => `/api/v1/programmes/told/allocations/${URN}/${path}`;
const NOT_YET = /^TRANCHE\.(AGREEMENT_NOT_ACCEPTED|PLAN_NOT_APPROVED|REPORT_NOT_ACCEPTED)/;
const second = { ...plan.actions[0], actionId: 'coaching', activity: 'coaching in class' };

let installation: Installation;
let people: People;
let sam: Client;
const cli = (...args: string[]) => ops(installation.folder.path, args, installation.environment);
const attach = (content: string, file: string): Promise<Answer> =>
  sam.send('POST', `/api/v1/attachments?file=${file}`, {
    raw: content,
    headers: { 'content-type': 'application/octet-stream' },
  });

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  sam = await installation.api.as('sam', 'setting', [URN]);
  await importRegister(people, [URN]);
  done(await people.operations.post('/api/v1/programmes', programme('told', 20_000_000)));
  done(await people.operations.post('/api/v1/programmes/told/participations', { urn: URN }));
  const part = `/api/v1/programmes/told/participations/${URN}`;
  done(await people.operations.post(`${part}/due-diligence`, dueDiligence));
  done(await people.approver.post(`${part}/fraud-risk`, fraudRisk));
  done(await people.setting.post(at('audit/start'), {}));
  done(await people.setting.post(at('audit/complete'), completedAudit));
  done(await people.setting.post(at('plan/submit'), { actions: [...plan.actions, second] }));
  done(await people.approver.post(at('plan/approve'), {}));
  done(await people.operations.post(tranche('offer'), {}));
  await signAgreement(people, '/api/v1/programmes/told', URN);
  done(await people.setting.post(tranche('accept'), {}));
});
afterAll(() => installation.close());

describe('a report with evidence', () => {
  const told = (evidence: readonly string[]) => ({
    ...report,
    actions: [
      { ...report.actions[0]!, evidence },
      { actionId: 'coaching', status: 'under-way', spentPence: 50_000 },
    ],
  });
  let sha256: string;
  let sentAgain: string;

  it('cites files that were sent in before, and no others', async () => {
    const kept = done(await attach('%PDF registers', 'registers.pdf')).body;
    expect(kept).toMatchObject({
      fileName: 'registers.pdf',
      mediaType: 'application/pdf',
      bytes: 14,
      keptBy: 'sam',
    });
    ({ sha256 } = kept);
    const unknown = await people.setting.post(at('reports/1/submit'), told(['0'.repeat(64)]));
    expect([unknown.status, unknown.body]).toMatchObject([
      404,
      { code: 'REPORT.EVIDENCE_NOT_KEPT', field: 'actions[0].evidence[0]' },
    ]);
    expect((await people.setting.post(at('reports/1/submit'), told(['x']))).status).toBe(400);
    const { events } = done(await people.setting.post(at('reports/1/submit'), told([sha256]))).body;
    expect(events).toMatchObject([{ type: 'ProgressReportSubmitted' }]);
  });

  it('says no more was spent than its actions cost in the plan, over HTTP and at the command line', async () => {
    const [course, coached] = told([]).actions;
    const overspent = { ...report, actions: [course, { ...coached, spentPence: 99_999_999 }] };
    const code = 'REPORT.SPENT_BEYOND_PLAN';
    const over = { code, field: 'actions[1].spentPence', costPence: 450_000 };
    const refused = await people.setting.post(at('reports/1/submit'), overspent);
    expect([refused.status, refused.body]).toMatchObject([409, over]);
    const file = join(installation.folder.path, 'overspent.json');
    await writeFile(file, JSON.stringify(overspent));
    const typed = await cli('report', 'submit', 'told', URN, '1', file, '--as', 'sam', '--role', 'setting');
    expect([typed.code, typed.stderr]).toEqual([1, expect.stringContaining(`(${code})`)]);
    expect(typed.stderr).toContain(
      "£999,999.99 spent on 'coaching' is more than the £4,500.00 it costs in the approved plan",
    );
  });

  it('can be opened by those who judge, unless it is not what was sent in', async () => {
    const opened = await people.approver.get(`/api/v1/attachments/${sha256}`);
    expect([opened.status, opened.body]).toEqual([200, '%PDF registers']);
    expect(opened.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''registers.pdf");
    expect((await sam.get(`/api/v1/attachments/${sha256}`)).status).toBe(403);
    // The report that cites it says whose it is: those who may see the report may open it.
    const own = await sam.get(at(`reports/1/evidence/${sha256}`));
    expect([own.status, own.body]).toEqual([200, '%PDF registers']);
    const uncited = await sam.get(at(`reports/2/evidence/${sha256}`));
    expect([uncited.status, uncited.body.code]).toEqual([404, 'REPORT.EVIDENCE_NOT_CITED']);
    const path = join(installation.folder.path, 'attachments', sha256.slice(0, 2), sha256);
    const content = await readFile(path);
    await writeFile(path, '%PDF forged');
    expect((await people.approver.get(`/api/v1/attachments/${sha256}`)).body.code).toBe('ATTACHMENT.ALTERED');
    await rm(path);
    expect((await people.approver.get(`/api/v1/attachments/${sha256}`)).status).toBe(404);
    await writeFile(path, content);
  });

  it('is written to a file at the command line, over nothing that is there', async () => {
    const out = join(installation.folder.path, 'opened.pdf');
    const opened = await cli('report', 'evidence', 'told', URN, '1', sha256, '--out', out);
    expect(opened).toMatchObject({ code: 0, stdout: expect.stringContaining('registers.pdf (14 bytes') });
    expect(await readFile(out, 'utf8')).toBe('%PDF registers');
    const again = await cli('attachment', sha256, '--out', out);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('is there already') });
    const elsewhere = await cli('report', 'evidence', 'told', URN, '2', sha256, '--out', `${out}.2`);
    expect(elsewhere).toMatchObject({ code: 1, stderr: expect.stringContaining('cites no file') });
    const own = await cli('ledger', 'told', '--urn', URN, '--json');
    expect(JSON.parse(own.stdout)).toMatchObject({
      urn: URN,
      programmeId: 'told',
      committedPence: 1_230_000,
    });
    const setting = await cli('setting', URN);
    expect(setting.stdout).toMatch(/180001 .*\n.*registered .* from row 2 of gias\.csv/s);
    const types = (await cli('events', '--type', 'AuditCompleted')).stdout.trim().split('\n');
    expect(types.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(['AuditCompleted']);
  });

  it('is refused without content, or as JSON', async () => {
    expect((await attach('', 'empty.pdf')).status).toBeGreaterThanOrEqual(400);
    expect((await sam.post('/api/v1/attachments?file=a.pdf', {})).status).toBe(415);
    const nameless = await sam.send('POST', '/api/v1/attachments', {
      raw: 'x',
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(nameless.body.code).toBe('ATTACHMENT.FILE_NAME');
  });

  it('is returned with comments at the command line, and sent again', async () => {
    const file = join(installation.folder.path, 'verdict.json');
    const verdict = { comments: 'Which term?', actions: [{ actionId: 'coaching', comment: 'who coached?' }] };
    await writeFile(file, JSON.stringify(verdict));
    const giveBack = ['report', 'return', 'told', URN, '1', file, '--as', 'ada', '--role', 'approver'];
    // Without a revision the report is shown, and nothing is decided.
    const shown = await cli(...giveBack);
    expect(shown.code).toBe(1);
    for (const says of [
      '(REPORT.REVISION_NOT_NAMED)',
      'say --revision 0',
      'coaching: under-way, £500.00 spent',
      'no evidence',
    ]) {
      expect(shown.stderr).toContain(says);
    }
    expect(shown.stderr).toContain(`registers.pdf  application/pdf  14 bytes  SHA-256 ${sha256}`);
    const mistyped = await cli(...giveBack, '--revision', 'first');
    expect([mistyped.code, mistyped.stderr]).toEqual([1, expect.stringContaining('(REPORT.REVISION)')]);
    const given = await cli(...giveBack, '--revision', '0');
    expect(given).toMatchObject({ code: 0, stdout: expect.stringContaining('ProgressReportReturned') });
    const listed = await cli('reports', 'told', '--status', 'returned');
    expect(listed.stdout).toContain(': returned,');
    expect(listed.stdout).toContain('Which term?');
    expect(listed.stdout).toContain('coaching: who coached?');
    const again = { ...told([sha256]), summary: 'the course has begun in the spring term' };
    ({ position: sentAgain } = done(await people.setting.post(at('reports/1/submit'), again)).body);
  });

  it('is judged as it was read: not what was sent again meanwhile', async () => {
    const read = done(await people.approver.get(at(`reports/1?atLeast=${sentAgain}`)));
    const [etag, { revision }] = [read.headers.get('etag')!, read.body];
    expect([etag, revision]).toEqual(['"2"', '2']);
    done(await people.setting.post(at('reports/1/submit'), told([sha256])));
    for (const [path, body] of [
      ['accept', {}],
      ['return', { comments: 'again' }],
      [
        'accept-part',
        { notAccepted: [{ actionId: 'coaching', reason: 'x' }], tranche: 'waits', effect: 'x' },
      ],
    ] as const) {
      const stale = await people.approver.post(at(`reports/1/${path}`), body, { 'if-match': etag });
      expect([stale.status, stale.body.code]).toEqual([412, 'STORE.STALE_REVISION']);
    }
    const accept = ['report', 'accept', 'told', URN, '1', '--as', 'ada', '--role', 'approver'];
    const unseen = await cli(...accept, '--revision', '2', '--json');
    expect([unseen.code, JSON.parse(unseen.stderr)]).toMatchObject([
      1,
      { error: { code: 'STORE.STALE_REVISION', expectedRevision: '2', actualRevision: '3' } },
    ]);
    expect((await people.approver.get(at('reports/9'))).body.code).toBe('REPORT.NOT_FOUND');
  });

  it('holds its tranche while it is accepted in part and the tranche waits, and no longer', async () => {
    done(await soon(() => people.operations.post(tranche('tranches/1/propose'), {}), NOT_YET));
    const part = {
      notAccepted: [{ actionId: 'coaching', reason: 'no name of the coach' }],
      tranche: 'waits',
      effect: 'tranche 2 waits for the name',
    };
    const itself = await people.setting.post(at('reports/1/accept-part'), part);
    expect(itself.status).toBe(403);
    done(await people.approver.post(at('reports/1/accept-part'), part));
    const propose = (): Promise<Answer> => people.operations.post(tranche('tranches/2/propose'), {});
    expect((await propose()).body.code).toBe('TRANCHE.REPORT_NOT_ACCEPTED');
    const effect = 'tranche 2 is paid; coaching is looked at with the next report';
    done(
      await people.approver.post(at('reports/1/accept-part'), { ...part, tranche: 'may-be-paid', effect }),
    );
    done(await soon(propose, NOT_YET));
    const explained = done(await people.auditor.get(`/api/v1/tranches/told.${URN}.2/explanation`)).body;
    expect(JSON.stringify(explained)).toContain('was accepted for phonics-course, not for coaching');
    expect(JSON.stringify(explained)).toContain(`registers.pdf (SHA-256 ${sha256})`);
  });

  it('can be attached at the command line', async () => {
    const file = join(installation.folder.path, 'invoice.csv');
    await writeFile(file, 'a,b\n1,2\n');
    const kept = await cli('attach', file, '--as', 'sam', '--json');
    expect(JSON.parse(kept.stdout)).toMatchObject({
      fileName: 'invoice.csv',
      mediaType: 'text/csv',
      bytes: 8,
    });
    expect((await cli('attach', installation.folder.path)).code).toBe(1);
  });
});

// What an acceptance, a tranche and a payment rest on, and what stops them once it does not hold any more.
import { addDays, dateInLondon, systemClock } from '#kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ops, type Answer, type Client } from './api-process.js';
import { Installation } from './installation.js';
import {
  agreement,
  completedAudit,
  done,
  drawDownFirst,
  dueDiligence,
  eventually,
  fraudRisk,
  importRegister,
  peopleOf,
  plan,
  programme,
  signing,
  soon,
  type People,
} from './scenario.js';

const [RISKY, CLOSING, UNSIGNED] = ['195001', '195002', '195003'] as const;
const ROOT = '/api/v1/programmes/rests';
const today = dateInLondon(systemClock.now());
let installation: Installation;
let people: People;
let maker: Client;
let releaser: Client;
const cli = (...args: string[]) => ops(installation.folder.path, args, installation.environment);
const told = ({ status, body }: Answer): unknown => [status, body.code];
const part = (urn: string, verb: string): string => `${ROOT}/participations/${urn}/${verb}`;
const tranche = (urn: string, verb: string): string => `${ROOT}/allocations/${urn}/tranches/1/${verb}`;
const unacceptable = { level: 'high', outcome: 'not-acceptable' };

async function payee(urn: string): Promise<void> {
  const details = { accountName: 'A SCHOOL', sortCode: '123456', accountNumber: '12345678' };
  done(await people.operations.post(`/api/v1/settings/${urn}/payee/enter`, details));
  const { reference } = done(await maker.get(`/api/v1/settings/${urn}/payee`)).body;
  done(await maker.post(`/api/v1/settings/${urn}/payee/verify`, { reference }));
}

async function releaseRun(runs: string, run: number, said: object = {}): Promise<Answer> {
  const all = done(await people.auditor.get(runs)).body as unknown as {
    run: number;
    file: { sha256: string };
  }[];
  const fileSha256 = all.find((one) => one.run === run)!.file.sha256;
  return releaser.post(`${runs}/${run}/release`, { fileSha256, ...said });
}

async function file(name: string, content: object): Promise<string> {
  const path = join(installation.folder.path, name);
  await writeFile(path, JSON.stringify(content));
  return path;
}

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  [maker, releaser] = (await Promise.all(
    ['mia', 'ron'].map((subject) => installation.api.as(subject, 'payer')),
  )) as [Client, Client];
  await importRegister(people, [RISKY, CLOSING, UNSIGNED]);
  done(await people.operations.post('/api/v1/programmes', programme('rests', 20_000_000)));
});
afterAll(() => installation.close());

describe('the grant agreement', () => {
  it('is issued and signed before the offer is accepted, also for who says it was accepted earlier', async () => {
    const at = `${ROOT}/settings/${UNSIGNED}`;
    done(await people.operations.post(`${ROOT}/participations`, { urn: UNSIGNED }));
    done(await people.operations.post(part(UNSIGNED, 'due-diligence'), dueDiligence));
    done(await people.approver.post(part(UNSIGNED, 'fraud-risk'), fraudRisk));
    done(await people.setting.post(`${at}/audit/start`, {}));
    done(await people.setting.post(`${at}/audit/complete`, completedAudit));
    done(await people.setting.post(`${at}/plan/submit`, plan));
    done(await people.approver.post(`${at}/plan/approve`, {}));
    done(await people.operations.post(`${ROOT}/allocations/${UNSIGNED}/offer`, {}));
    const accept = (body: object = {}) => people.setting.post(`${ROOT}/allocations/${UNSIGNED}/accept`, body);
    const unissued = await accept();
    expect(told(unissued)).toEqual([409, 'ALLOCATION.AGREEMENT_NOT_ISSUED']);
    expect(unissued.body.detail).toContain('operations issue one');
    const before = systemClock.now();
    done(await people.operations.post(`${ROOT}/grant-agreements`, agreement));
    expect(told(await accept())).toEqual([409, 'ALLOCATION.AGREEMENT_NOT_SIGNED']);
    const between = systemClock.now();
    const sign = (body: object = {}) =>
      people.setting.post(part(UNSIGNED, 'grant-agreement/sign'), { ...signing, ...body });
    expect(told(await sign({ occurredAt: before }))).toEqual([409, 'AGREEMENT.NOT_ISSUED']);
    done(await sign());
    expect(told(await accept({ occurredAt: between }))).toEqual([400, 'TIME.BEFORE_ITS_FACTS']);
    const accepted = await cli('offer', 'accept', 'rests', UNSIGNED, '--as', 'sam', '--role', 'setting');
    expect(accepted.code).toBe(0);
  });

  it('is signed in a new version before the next release; the list says who has not', async () => {
    done(
      await soon(
        () => people.operations.post(tranche(UNSIGNED, 'propose'), {}),
        /^TRANCHE\.(AGREEMENT|PLAN)/,
      ),
    );
    const second = { ...agreement, sha256: 'b'.repeat(64), effectiveOn: today };
    const issued = done(await people.operations.post(`${ROOT}/grant-agreements`, second));
    done(await people.approver.post(tranche(UNSIGNED, 'approve'), {}));
    const unsigned = await people.payer.post(tranche(UNSIGNED, 'release'), {});
    expect(told(unsigned)).toEqual([409, 'ALLOCATION.AGREEMENT_NOT_SIGNED']);
    expect(unsigned.body.detail).toContain('version 2');
    const rows = async (position: unknown) =>
      done(await people.auditor.get(`${ROOT}/participations?atLeast=${String(position)}`)).body
        .documents as object[];
    expect(await rows(issued.body.position)).toMatchObject([
      { urn: UNSIGNED, agreement: { version: 1 }, agreementToSign: 2 },
    ]);
    const listed = await cli('participations', 'rests');
    expect(listed.stdout).toContain('version 2 to be signed');
    const signed = await people.setting.post(part(UNSIGNED, 'grant-agreement/sign'), {
      ...signing,
      ...{ version: 2, sha256: second.sha256 },
    });
    expect(await rows(done(signed).body.position)).toMatchObject([{ agreementToSign: null }]);
    done(await people.payer.post(tranche(UNSIGNED, 'release'), {}));
  });
});

describe('a check that fails, or a closure, after the money was released', () => {
  const OTHER = '/api/v1/programmes/stops';
  const at = (urn: string, verb: string): string => `${OTHER}/participations/${urn}/${verb}`;
  const runs = `${OTHER}/payment-runs`;

  beforeAll(async () => {
    done(await people.operations.post('/api/v1/programmes', programme('stops', 20_000_000)));
    for (const urn of [RISKY, CLOSING]) {
      await drawDownFirst(people, OTHER, urn);
      await payee(urn);
    }
  });

  it('stops signatures and payments, also what is in a run that is not released', async () => {
    done(await maker.post(runs, { tranches: [`stops.${RISKY}.1`] }));
    const failed = await cli(
      ...['participation', 'fraud-risk', 'stops', RISKY, await file('risk.json', unacceptable)],
      ...['--as', 'ada', '--role', 'approver'],
    );
    expect(failed.code).toBe(0);
    const stopped = await releaseRun(runs, 1);
    expect(told(stopped)).toEqual([409, 'PAYMENT_RUN.NOT_PAYABLE']);
    expect(stopped.body.detail).toContain('the fraud risk is not acceptable: operations have to check');
    done(await maker.post(`${runs}/1/discard`, { reason: 'the fraud risk' }));
    const named = await maker.post(runs, { tranches: [`stops.${RISKY}.1`] });
    expect([told(named), named.body.field]).toEqual([[409, 'PAYMENT_RUN.NOT_PAYABLE'], 'tranches']);
    const proposed = await people.operations.post(`${OTHER}/allocations/${RISKY}/tranches/2/propose`, {});
    expect(told(proposed)).toEqual([409, 'ALLOCATION.CHECKS_FAILED']);
    const stood = { occurredAt: systemClock.now() };
    done(await people.approver.post(at(RISKY, 'fraud-risk'), fraudRisk));
    // Told late, it still was not made while the check stood against the setting.
    const early = await maker.post(runs, { tranches: [`stops.${RISKY}.1`], ...stood });
    expect(told(early)).toEqual([400, 'TIME.BEFORE_ITS_FACTS']);
    for (const says of [stood.occurredAt, 'the fraud risk that was found acceptable', `setting ${RISKY}`])
      expect(early.body.detail).toContain(says);
    done(await maker.post(runs, { tranches: [`stops.${RISKY}.1`] }));
  });

  it('is no reason to release a run as of a day on which it stood against the setting', async () => {
    done(await people.approver.post(at(RISKY, 'fraud-risk'), unacceptable));
    const stood = { occurredAt: systemClock.now() };
    done(await people.approver.post(at(RISKY, 'fraud-risk'), fraudRisk));
    const early = await releaseRun(runs, 2, stood);
    expect(told(early)).toEqual([400, 'TIME.BEFORE_ITS_FACTS']);
    expect(early.body.detail).toContain(`the fraud risk that was found acceptable (setting ${RISKY})`);
    done(await releaseRun(runs, 2));
  });

  it('is for the board where the register says that the setting has closed', async () => {
    const head =
      'URN,LA (code),LA (name),EstablishmentName,EstablishmentStatus (name),PhaseOfEducation (name)';
    const raw = `${head}\n${CLOSING},935,Suffolk,"School ${CLOSING}",Closed,Primary\n`;
    const headers = { 'content-type': 'text/csv' };
    done(await people.operations.send('POST', '/api/v1/settings/imports?file=later.csv', { raw, headers }));
    const propose = () => people.operations.post(`${OTHER}/allocations/${CLOSING}/tranches/2/propose`, {});
    const undecided = 'ALLOCATION.CONTINUITY_UNDECIDED';
    const proposed = await eventually(propose, ({ body }) => body.code === undecided);
    expect(told(proposed)).toEqual([409, undecided]);
    const made = await maker.post(runs, {});
    expect(told(made)).toEqual([409, 'PAYMENT_RUN.EMPTY']);
    expect(made.body.detail).toContain('the board has to decide what becomes of its part');
    const board = await installation.api.as('bea', 'board');
    const decision = { outcome: 'wind-down', reason: 'it closed' };
    done(await board.post(at(CLOSING, 'continuity/decide'), decision));
    // What was released before is paid still.
    done(await maker.post(runs, {}));
  });

  it('is reviewed against what was paid; an amendment waits for the review that finds it made', async () => {
    const review = (change: object) =>
      people.operations.post(at(RISKY, 'financial-reviews'), {
        ...{ upTo: today, spentPence: 0, findings: 'agrees with the invoices', outcome: 'continue' },
        ...change,
      });
    const beyond = await review({ spentPence: 1 });
    expect([told(beyond), beyond.body.field]).toEqual([[409, 'REVIEW.SPENT_BEYOND_PAID'], 'spentPence']);
    const raw = `reference,amount,status,reason\nR2-${RISKY}-1,4920.00,settled,\n`;
    const headers = { 'content-type': 'text/csv' };
    done(await maker.send('POST', `${runs}/2/bank-response?file=a.csv`, { raw, headers }));
    expect(told(await review({ spentPence: 492_001 }))).toEqual([409, 'REVIEW.SPENT_BEYOND_PAID']);
    expect(told(await review({ upTo: addDays(today, -1) }))).toEqual([400, 'REVIEW.MALFORMED']);
    const amend = { spentPence: 492_000, outcome: 'amend', amendment: 'cover is not claimed twice' };
    const reviewed = await cli(
      ...['participation', 'financial-review', 'stops', RISKY],
      await file('review.json', { upTo: today, findings: 'two claims for one day', ...amend }),
    );
    expect(reviewed.code).toBe(0);
    const propose = () => people.operations.post(`${OTHER}/allocations/${RISKY}/tranches/2/propose`, {});
    const waits = await propose();
    expect(told(waits)).toEqual([409, 'TRANCHE.REVIEW_AMENDS']);
    expect(waits.body.detail).toContain('cover is not claimed twice');
    done(await review({ spentPence: 492_000 }));
    expect(told(await propose())).toEqual([409, 'TRANCHE.REPORT_NOT_ACCEPTED']);
    done(await review({ spentPence: 492_000, outcome: 'discontinue' }));
    expect(told(await propose())).toEqual([409, 'ALLOCATION.PARTICIPATION_ENDED']);
  });
});

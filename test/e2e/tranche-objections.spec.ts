// A tranche that is refused, held and revoked before it is released, over HTTP and at the command line.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ops, type Answer } from './api-process.js';
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
  signAgreement,
  soon,
  type People,
} from './scenario.js';

const URN = '195001';
const ROOT = '/api/v1/programmes/held';
const NOT_YET = /^TRANCHE\.(AGREEMENT_NOT_ACCEPTED|PLAN_NOT_APPROVED)/;
let installation: Installation;
let people: People;
const cli = (...args: string[]) => ops(installation.folder.path, args, installation.environment);
const sign = (who: keyof People, verb: string, body: object = {}): Promise<Answer> =>
  people[who].post(`${ROOT}/allocations/${URN}/tranches/1/${verb}`, body);
const reason = 'the invoice is of another school';

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  await importRegister(people, [URN]);
  done(await people.operations.post('/api/v1/programmes', programme('held', 20_000_000)));
  done(await people.operations.post(`${ROOT}/participations`, { urn: URN }));
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
});
afterAll(() => installation.close());

describe('a tranche', () => {
  it('is refused with a reason by somebody else than who proposed it, and proposed anew', async () => {
    done(await soon(() => sign('operations', 'propose'), NOT_YET));
    expect((await sign('approver', 'refuse')).status).toBe(400);
    const itself = await (
      await installation.api.as('olive', 'approver')
    ).post(`${ROOT}/allocations/${URN}/tranches/1/refuse`, { reason });
    expect([itself.status, itself.body.code]).toEqual([403, 'TRANCHE.PROPOSER_REFUSES']);
    done(await sign('approver', 'refuse', { reason }));
    const unsigned = await sign('approver', 'approve');
    expect(unsigned.body.detail).toContain(`ada refused the proposal (${reason})`);
    done(await sign('operations', 'propose'));
  });

  it('is held and resumed at the command line, and its list says who acts next', async () => {
    const id = `held.${URN}.1`;
    const held = await cli('tranche', 'hold', id, '--reason', reason, '--as', 'ada', '--role', 'approver');
    expect(held).toMatchObject({ code: 0, stdout: expect.stringContaining('TrancheHeld') });
    expect((await sign('approver', 'approve')).body.code).toBe('TRANCHE.HELD');
    const listed = await cli('tranches', 'held');
    expect(listed.stdout).toMatch(
      new RegExp(`${id}\\s.*\\sheld\\s+operations: settle what holds tranche 1.*held by ada: ${reason}`),
    );
    expect((await cli('tranche', 'resume', id)).code).toBe(2);
    expect((await cli('tranche', 'resume', id, '--reason', 'it was the right one', '--as', 'ada')).code).toBe(
      0,
    );
  });

  it('has its approval revoked before the release, and is explained with all that stood in its way', async () => {
    done(await sign('approver', 'approve'));
    done(await sign('approver', 'revoke-approval', { reason: 'too early' }));
    expect((await sign('payer', 'release')).body.code).toBe('TRANCHE.NOT_APPROVED');
    done(await sign('approver', 'approve'));
    const paid = done(await sign('payer', 'release')).body;
    expect((await sign('payer', 'hold', { reason })).body.code).toBe('TRANCHE.ALREADY_RELEASED');
    const { stdout } = await cli('explain', 'tranche', `held.${URN}.1`);
    for (const says of [
      `The proposal was refused: ${reason}`,
      `It was held: ${reason}`,
      'It was resumed: it was the right one',
      'The approval was revoked: too early',
    ]) {
      expect(stdout).toContain(says);
    }
    const ledger = done(await people.auditor.get(`${ROOT}/ledger?atLeast=${String(paid.position)}`)).body;
    expect(ledger.settings[0].releasedPence).toBe(ledger.releasedPence);
  });
});

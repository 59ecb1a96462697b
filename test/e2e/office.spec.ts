// Who answers for a programme, its terms by version, and its end: refused while anything is outstanding.
import { addDays, dateInLondon, systemClock } from '#kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ops } from './api-process.js';
import { Installation } from './installation.js';
import {
  done,
  dueDiligence,
  fraudRisk,
  importRegister,
  peopleOf,
  programme,
  soon,
  type People,
} from './scenario.js';

const URN = '190001';
const ROOT = '/api/v1/programmes/office';
const today = dateInLondon(systemClock.now());
const reason = 'minute 14';
let installation: Installation;
let people: People;
const cli = (...args: string[]) => ops(installation.folder.path, args, installation.environment);

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  await importRegister(people, [URN, '190002']);
  done(await people.operations.post('/api/v1/programmes', programme('office', 9_000_000)));
});
afterAll(() => installation.close());

describe('a programme', () => {
  it('has an owner and a board, who can be asked for by date', async () => {
    const appoint = (subject: string, effectiveOn: string) =>
      people.operations.post(`${ROOT}/senior-owner`, { subject, effectiveOn, reason });
    done(await appoint('ada', addDays(today, -10)));
    done(await appoint('ben', today));
    const refused = await appoint('cy', addDays(today, -1));
    expect([refused.status, refused.body.code]).toEqual([400, 'PROGRAMME.APPOINTED_EARLIER']);
    const board = await cli(
      'programme',
      'board',
      'office',
      'ada',
      'ben',
      '--from',
      today,
      '--reason',
      reason,
    );
    expect(board).toMatchObject({ code: 0, stdout: expect.stringContaining('ProgrammeBoardNamed') });

    const ownerOn = async (on: string) =>
      done(await people.auditor.get(`${ROOT}/governance?on=${on}`)).body.seniorOwner as {
        subject: string;
      } | null;
    expect(await ownerOn(addDays(today, -11))).toBeNull();
    expect((await ownerOn(addDays(today, -1)))?.subject).toBe('ada');
    const shown = await cli('programme', 'governance', 'office');
    expect(shown.stdout).toContain('the senior responsible owner is ben');
    expect(shown.stdout).toContain('The board is ada, ben');
  });

  it('takes back what is not in force yet, so that a mistyped day stands in nobody’s way', async () => {
    const appoint = (subject: string, effectiveOn: string) =>
      people.operations.post(`${ROOT}/senior-owner`, { subject, effectiveOn, reason });
    done(await appoint('dee', addDays(today, 300)));
    expect((await appoint('eve', addDays(today, 3))).body.code).toBe('PROGRAMME.APPOINTED_EARLIER');
    const withdraw = (version: number) =>
      people.operations.post(`${ROOT}/versions/withdraw`, {
        what: 'senior-owner',
        version,
        reason: 'a slip',
      });
    const inForce = await withdraw(2);
    expect([inForce.status, inForce.body.code]).toEqual([409, 'PROGRAMME.VERSION_IN_FORCE']);
    done(await withdraw(3));
    const { body } = done(await appoint('eve', addDays(today, 3)));
    const shown = done(await people.auditor.get(`${ROOT}?atLeast=${String(body.position)}`)).body;
    expect(shown).toMatchObject({
      ...{ seniorOwner: 'ben', board: ['ada', 'ben'] },
      seniorOwners: [{}, {}, { subject: 'dee', withdrawn: { reason: 'a slip' } }, { withdrawn: null }],
    });
    const later = done(await people.auditor.get(`${ROOT}?asOf=${addDays(today, 3)}`)).body;
    expect(later['seniorOwner']).toBe('eve');
    const again = ['programme', 'withdraw-version', 'office', 'senior-owner', '4', '--reason', 'a slip'];
    expect((await cli(...again)).stdout).toContain('ProgrammeVersionWithdrawn');
    expect((await cli('programme', 'show', 'office')).stdout).toContain('withdrawn by');

    const document = { fileName: 'a.pdf', sha256: 'a'.repeat(64), eligible: ['fees'], ineligible: [] };
    const issue = (effectiveOn: string) =>
      people.operations.post(`${ROOT}/grant-agreements`, { ...document, effectiveOn });
    done(await issue(addDays(today, 60)));
    expect((await issue(addDays(today, 5))).body.code).toBe('AGREEMENT.DATE');
    const taken = await cli('agreement', 'withdraw', 'office', '1', '--reason', 'a slip');
    expect(taken.stdout).toContain('GrantAgreementWithdrawn');
    done(await issue(addDays(today, 5)));
    done(await people.operations.post(`${ROOT}/grant-agreements/2/withdraw`, { reason: 'a slip' }));
    const listed = done(await people.auditor.get(`${ROOT}/grant-agreements`)).body;
    expect(listed).toMatchObject([{ version: 1, withdrawn: { reason: 'a slip' } }, { version: 2 }]);
  });

  it('has versions of its tranches and report windows, that must fit together', async () => {
    const effectiveOn = addDays(today, 1);
    const { tranches, reportWindows } = programme('office', 1);
    const halves = tranches.map((one) => ({ ...one, shareBasisPoints: 5000 }));
    const short = await people.operations.post(`${ROOT}/tranche-schedule`, {
      ...{ effectiveOn, reason, tranches: [tranches[0]] },
    });
    expect([short.status, short.body.code, short.body.field]).toEqual([
      ...[400, 'PROGRAMME.SHARES_NOT_WHOLE', 'tranches'],
    ]);
    const none = await people.operations.post(`${ROOT}/report-windows`, {
      effectiveOn,
      reason,
      reportWindows: [],
    });
    expect(none.body.code).toBe('PROGRAMME.WINDOW_WAITED_FOR');
    done(await people.operations.post(`${ROOT}/tranche-schedule`, { effectiveOn, reason, tranches: halves }));
    const file = join(installation.folder.path, 'windows.json');
    await writeFile(file, JSON.stringify({ effectiveOn, reason, reportWindows: [...reportWindows] }));
    expect((await cli('programme', 'replace-windows', 'office', file)).code).toBe(0);
    const shown = await cli('programme', 'show', 'office');
    expect(shown.stdout).toContain('50%, 50%');
    expect(shown.stdout).toContain('Senior responsible owner');
  });

  it('is closed once nothing is outstanding, and then nothing begins in it', async () => {
    done(await people.operations.post(`${ROOT}/participations`, { urn: URN }));
    done(await people.operations.post(`${ROOT}/participations/${URN}/due-diligence`, dueDiligence));
    done(await people.approver.post(`${ROOT}/participations/${URN}/fraud-risk`, fraudRisk));
    done(await people.operations.post(`${ROOT}/allocations/${URN}/offer`, {}));
    const { lines } = done(await people.auditor.get(`${ROOT}/outstanding`)).body;
    expect(lines).toMatchObject([{ what: 'offer-unanswered', urn: URN, amountPence: 1_230_000 }]);
    const outstanding = await cli('programme', 'outstanding', 'office');
    expect(outstanding.stdout).toMatch(/setting\s.*the setting accepts or declines it/s);
    const close = () => people.operations.post(`${ROOT}/close`, { reason });
    const refused = await close();
    expect([refused.status, refused.body.code]).toEqual([409, 'PROGRAMME.OUTSTANDING']);
    expect(refused.body.detail).toContain(`School ${URN} (${URN}) is not answered`);

    done(await people.setting.post(`${ROOT}/allocations/${URN}/decline`, { reason: 'too late' }));
    const closed = await soon(close, /^PROGRAMME\.OUTSTANDING$/);
    const shown = done(await people.auditor.get(`${ROOT}?atLeast=${String(closed.body.position)}`)).body;
    expect(shown).toMatchObject({ closed: { reason, by: 'olive' }, paused: null });
    expect((await cli('programme', 'show', 'office')).stdout).toContain('CLOSED since');
    expect((await cli('programmes')).stdout).toContain('closed');

    const effectiveOn = addDays(today, 2);
    const agreement = { fileName: 'a.pdf', sha256: 'a'.repeat(64), eligible: ['training'], effectiveOn };
    for (const [path, body] of [
      ['participations', { urn: '190002' }],
      ['participations/190002/invite', {}],
      [`allocations/${URN}/offer`, {}],
      ['grant-agreements', agreement],
      [`participations/${URN}/due-diligence`, dueDiligence],
      ['report-windows/1/extend', { urns: [URN], dueOn: addDays(today, 40), reason }],
      ['fund/budget/raise', { budgetPence: 9_000_001, reason }],
      ['fund/budget/lower', { budgetPence: 8_000_000, reason }],
      ['pause', { reason }],
      ['senior-owner', { subject: 'cy', effectiveOn, reason }],
    ] as const) {
      const late = await people.operations.post(`${ROOT}/${path}`, body);
      expect([path, late.status, late.body.code]).toEqual([path, 409, 'PROGRAMME.CLOSED']);
    }
    const round = await cli('round', 'adopt', 'office', '--hash', 'a'.repeat(64));
    expect(round).toMatchObject({ code: 1, stderr: expect.stringContaining('PROGRAMME.CLOSED') });
  });
});

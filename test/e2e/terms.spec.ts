// A programme's budget and policy while it runs: changed by people with a reason, explained by what was in force.
import { addDays, dateInLondon, systemClock } from '#kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ops, type Answer } from './api-process.js';
import { Installation } from './installation.js';
import {
  done,
  dueDiligence,
  fraudRisk,
  importRegister,
  peopleOf,
  programme,
  type People,
} from './scenario.js';

const URN = '190001';
const ROOT = '/api/v1/programmes/terms';
const today = dateInLondon(systemClock.now());
let installation: Installation;
let people: People;
const cli = (...args: string[]) => ops(installation.folder.path, args, installation.environment);

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  await importRegister(people, [URN]);
  done(await people.operations.post('/api/v1/programmes', programme('terms', 2_000_000)));
  done(await people.operations.post(`${ROOT}/participations`, { urn: URN }));
  done(await people.operations.post(`${ROOT}/participations/${URN}/due-diligence`, dueDiligence));
  done(await people.approver.post(`${ROOT}/participations/${URN}/fraud-risk`, fraudRisk));
});
afterAll(() => installation.close());

describe('a budget', () => {
  const change = (way: string, budgetPence: number): Promise<Answer> =>
    people.operations.post(`${ROOT}/fund/budget/${way}`, { budgetPence, reason: 'minute 14' });

  it('is raised and lowered with the reason, never below what is committed', async () => {
    done(await change('raise', 3_000_000));
    done(await people.operations.post(`${ROOT}/allocations/${URN}/offer`, {}));
    const refused = await change('lower', 1_000_000);
    expect([refused.status, refused.body.code]).toEqual([409, 'FUND.BUDGET_COMMITTED']);
    expect(refused.body.detail).toContain('£12,300.00');
    const lowered = done(await change('lower', 1_230_000)).body;
    const ledger = done(await people.auditor.get(`${ROOT}/ledger?atLeast=${String(lowered.position)}`)).body;
    expect(ledger).toMatchObject({ budgetPence: 1_230_000, committedPence: 1_230_000, availablePence: 0 });
    expect(ledger.budgetChanges).toMatchObject([
      { fromPence: 2_000_000, budgetPence: 3_000_000, reason: 'minute 14' },
      { fromPence: 3_000_000, budgetPence: 1_230_000, reason: 'minute 14' },
    ]);
    const shown = done(await people.auditor.get(`${ROOT}?atLeast=${String(lowered.position)}`)).body;
    expect(shown).toMatchObject({ budgetPence: 1_230_000, enrolledCount: 1 });
    const { budgetChanges } = ledger as unknown as { budgetChanges: { changedAt: string }[] };
    const asOf = budgetChanges[0]!.changedAt;
    const then = done(await people.auditor.get(`${ROOT}?asOf=${asOf}`)).body;
    expect(then).toMatchObject({ budgetPence: 3_000_000, asOf });
    const before = await people.auditor.get(`${ROOT}?asOf=${addDays(today, -1)}`);
    expect([before.status, before.body.code]).toEqual([404, 'PROGRAMME.NOT_FOUND']);
    const at = await cli('programme', 'show', 'terms', '--as-of', asOf);
    expect(at).toMatchObject({ code: 0, stdout: expect.stringContaining('Budget £30,000.00') });
    expect((await cli('programmes')).stdout).toContain('£12,300.00, 1 setting enrolled');
  });
});

describe('a policy', () => {
  it('is replaced from a later day on, and what was offered stays explained by the old one', async () => {
    const policy = { kind: 'share-of-budget', floorPence: 500_000, capPence: 2_000_000 };
    const early = { policy, effectiveOn: today, reason: 'minute 15' };
    const refused = await people.operations.post(`${ROOT}/allocation-policy`, early);
    expect([refused.status, refused.body.code, refused.body.field]).toEqual([
      ...[400, 'PROGRAMME.POLICY_EFFECTIVE_ON', 'effectiveOn'],
    ]);
    const withRate = { ...early, effectiveOn: addDays(today, 1), policy: { ...policy, ratePencePerFte: 5 } };
    const both = await people.operations.post(`${ROOT}/allocation-policy`, withRate);
    expect(both.body).toMatchObject({ code: 'PROGRAMME.RATE_NOT_USED', field: 'policy.ratePencePerFte' });
    done(
      await people.operations.post(`${ROOT}/allocation-policy`, { ...early, effectiveOn: addDays(today, 1) }),
    );

    const explained = done(await people.auditor.get(`/api/v1/tranches/terms.${URN}.1/explanation`)).body;
    expect(JSON.stringify(explained)).toContain('by version 1 of the policy');
    const shown = await cli('programme', 'show', 'terms');
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain('the budget shared by FTE, £5,000.00 to £20,000.00');
    expect(shown.stdout).toContain(addDays(today, 1));
    expect(shown.stdout).toContain('minute 15');
  });
});

describe('a pause', () => {
  it('stops offers and rounds at the command line and over HTTP, until it ends', async () => {
    const paused = await cli('programme', 'pause', 'terms', '--reason', 'the auditors are in');
    expect(paused).toMatchObject({ code: 0, stdout: expect.stringContaining('ProgrammePaused') });
    await importRegister(people, [URN, '190002']);
    done(await people.operations.post(`${ROOT}/participations`, { urn: '190002' }));
    const refused = await people.operations.post(`${ROOT}/allocations/190002/offer`, {});
    expect([refused.status, refused.body.code]).toEqual([409, 'PROGRAMME.PAUSED']);
    const round = await people.operations.post(`${ROOT}/rounds`, { hash: 'a'.repeat(64) });
    expect(round.body.code).toMatch(/^(PROGRAMME\.PAUSED|ROUND\.NOT_AFFORDED)$/);
    expect((await cli('programme', 'resume', 'terms', '--reason', 'they have left')).code).toBe(0);
    const after = await people.operations.post(`${ROOT}/allocations/190002/offer`, {});
    expect(after.body.code).toBe('ALLOCATION.CHECKS_MISSING');
  });
});

// Who must act for an offer where the money is shared out in rounds.
import { AdoptRound, SimulateRound, type RoundSimulation } from '#domain/funding';
import { AssessFraudRisk, CompleteDueDiligence, CreateProgramme, EnrolSetting } from '#domain/programme';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Desks } from './desks.harness.js';
import { Funding, people } from './funding.harness.js';
import { dueDiligence, fraudRisk } from './scenario.js';

let funding: Funding;
const does: Funding['does'] = (...what) => funding.does(...what);

beforeAll(async () => {
  funding = await Funding.open('2025-09-01T09:00:00Z');
});
afterAll(() => funding.close());

describe('who acts next where money is shared out in rounds', () => {
  const SHARED = 'shared';
  const [C, D] = ['196003', '196004'] as const;
  const of = (urn: string) => ({ programmeId: SHARED, urn });
  const shared = () => new Desks(funding, SHARED);

  it('is operations for all settings at once, and then each setting for its offer', async () => {
    await funding.register({ [C]: '20', [D]: '30' });
    await does(CreateProgramme, {
      ...{ id: SHARED, name: 'Shared', area: 'Ipswich', budgetPence: 6_000_000 },
      ...{ startsOn: '2025-09-01', endsOn: '2026-08-31' },
      policy: { kind: 'share-of-budget', floorPence: 1_000_000, capPence: 5_000_000 },
      tranches: [{ number: 1, shareBasisPoints: 10_000, conditions: ['agreement-accepted'] }],
      reportWindows: [{ number: 1, opensOn: '2026-02-01', dueOn: '2026-03-31', closesOn: '2026-04-30' }],
    });
    for (const urn of [C, D]) {
      await does(EnrolSetting, of(urn));
      await does(CompleteDueDiligence, { ...of(urn), ...dueDiligence });
    }
    await does(AssessFraudRisk, { ...of(C), ...fraudRisk }, people.approver);
    expect(await shared().waiting(C)).toContain('operations adopt-round since 2025-09-01 until 2025-09-15');
    expect((await shared().items()).filter(({ action }) => action === 'adopt-round')).toMatchObject([
      {
        kind: 'programme',
        id: SHARED,
        urn: '',
        toDo: expect.stringContaining('1 setting without an offer'),
        until: '2025-09-15',
      },
    ]);
    funding.goTo('2025-09-02T09:00:00Z');
    const { hash } = await funding.ask<RoundSimulation>(new SimulateRound(SHARED));
    await does(AdoptRound, { programmeId: SHARED, hash });
    expect(await shared().waiting(C)).toContain('setting answer-offer since 2025-09-02 until 2025-09-30');
    // Its share is set aside; what it waits for is its second check, and then nobody: its offer is made by itself.
    expect(await shared().waiting(D)).toContain(
      'operations assess-fraud-risk since 2025-09-01 until 2025-09-15',
    );
    funding.goTo('2025-09-03T09:00:00Z');
    await does(AssessFraudRisk, { ...of(D), ...fraudRisk }, people.approver);
    expect(await shared().settingsOn('operations', 'see-round-offer')).toEqual([D]);
    expect(await shared().waiting(D)).toContain('setting answer-offer since 2025-09-03 until 2025-10-01');
  });
});

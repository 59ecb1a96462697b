// Rounds whose offers wait: for checks, for a pause, for a later round; what was known and had been decided on each day.
import {
  AdoptRound,
  GetLedger,
  ListRounds,
  RaiseFundBudget,
  SimulateRound,
  type Ledger,
  type RoundDocument,
  type RoundSimulation,
} from '#domain/funding';
import {
  AssessFraudRisk,
  CompleteDueDiligence,
  CreateProgramme,
  EnrolSetting,
  PauseProgramme,
  ReplaceAllocationPolicy,
  ReplaceTrancheSchedule,
  ResumeProgramme,
  SetFundingRules,
  WithdrawSetting,
} from '#domain/programme';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Funding, people, TRANCHES } from './funding.harness.js';
import { dueDiligence, fraudRisk } from './scenario.js';

const PROGRAMME = 'ipswich';
let funding: Funding;

beforeEach(async () => {
  funding = await Funding.open('2024-01-08T09:00:00Z');
  await funding.register({ 150001: '10', 150002: '10', 150003: '10', 150004: '10' });
  const policy = { kind: 'share-of-budget', floorPence: 1_000_000, capPence: 5_000_000 } as const;
  await funding.run(
    new CreateProgramme(
      {
        ...{ id: PROGRAMME, name: 'Ipswich', area: 'Ipswich', budgetPence: 4_000_000, policy },
        ...{ startsOn: '2023-09-01', endsOn: '2025-08-31', tranches: TRANCHES },
        reportWindows: [{ number: 1, opensOn: '2024-02-01', dueOn: '2024-06-30', closesOn: '2024-12-31' }],
      },
      funding.context(),
    ),
  );
});
afterEach(() => funding.close());

const enrol = (urn: string) =>
  funding.run(new EnrolSetting({ programmeId: PROGRAMME, urn }, funding.context()));
async function check(urn: string, outcome: 'passed' | 'failed' = 'passed'): Promise<void> {
  const ids = { programmeId: PROGRAMME, urn };
  await funding.run(new CompleteDueDiligence({ ...ids, ...dueDiligence, outcome }, funding.context()));
  const byAnother = funding.context({ by: people.approver });
  await funding.run(new AssessFraudRisk({ ...ids, ...fraudRisk }, byAnother));
}
const simulate = () => funding.ask<RoundSimulation>(new SimulateRound(PROGRAMME));
const adopt = (hash: string, at?: string) =>
  funding.run(
    new AdoptRound({ programmeId: PROGRAMME, hash }, funding.context(at === undefined ? {} : { at })),
  );
const ledger = (asOf?: string) =>
  funding.ask<Ledger>(new GetLedger({ programmeId: PROGRAMME, ...(asOf === undefined ? {} : { asOf }) }));
async function told(type: string) {
  const all = (await funding.history()) as readonly {
    type: string;
    data: { urn: string; acceptBy: string; amountPence: number; freedPence: number };
    metadata: { occurredAt: string };
  }[];
  return all.filter((event) => event.type === type);
}

describe('a second round, while the first has offers that wait', () => {
  it('gives nothing to who has money set aside, and says whom it leaves out', async () => {
    for (const urn of ['150001', '150002']) await enrol(urn);
    await check('150001');
    await adopt((await simulate()).hash);
    await funding.settle();
    for (const urn of ['150003', '150004']) {
      await enrol(urn);
      await check(urn);
    }
    const raise = { programmeId: PROGRAMME, budgetPence: 10_000_000, reason: 'more money' };
    await funding.run(new RaiseFundBudget(raise, funding.context()));
    const second = await simulate();
    expect(second.settings.map(({ urn, amountPence }) => [urn, amountPence])).toEqual([
      ['150003', 3_000_000],
      ['150004', 3_000_000],
    ]);
    expect(second.leftOut).toEqual([{ urn: '150002', because: 'waits-in-a-round' }]);
    await adopt(second.hash);
    await funding.settle();
    await check('150002');
    await funding.settle();
    const { settings, availablePence } = await ledger();
    expect(settings.map(({ allocatedPence }) => allocatedPence)).toEqual([
      2_000_000, 2_000_000, 3_000_000, 3_000_000,
    ]);
    expect(availablePence).toBe(0);
  });
});

describe('a setting whose due diligence failed', () => {
  it('is in no round, and holds no money of one that it waits in', async () => {
    for (const urn of ['150001', '150002', '150003']) await enrol(urn);
    await check('150003', 'failed');
    const { settings, leftOut, hash } = await simulate();
    expect(settings.map(({ urn }) => urn)).toEqual(['150001', '150002']);
    expect(leftOut).toEqual([{ urn: '150003', because: 'failed-a-check' }]);
    await adopt(hash);
    await funding.settle();
    await check('150001', 'failed');
    await funding.settle();
    const [round] = await funding.ask<readonly RoundDocument[]>(new ListRounds({ programmeId: PROGRAMME }));
    expect(round).toMatchObject({ status: 'offering', settings: 2, offered: 0, notOffered: 1 });
    await check('150002');
    await funding.settle();
    const { availablePence } = await ledger();
    expect(availablePence).toBe(2_000_000);
    expect(await told('AllocationRoundReconciled')).toMatchObject([{ data: { freedPence: 2_000_000 } }]);
  });
});

describe('an offer that waited', () => {
  it('for the end of a pause happened then, and can be accepted for as long as any other', async () => {
    const rules = {
      ...{ programmeId: PROGRAMME, acceptanceDays: 14, limits: [], defaultLimitPence: null },
      ...{ effectiveOn: '2024-01-09', reason: 'minute 3' },
    };
    await funding.run(new SetFundingRules(rules, funding.context()));
    await enrol('150001');
    await check('150001');
    funding.goTo('2024-01-10T09:00:00Z');
    await adopt((await simulate()).hash);
    await funding.run(
      new PauseProgramme({ programmeId: PROGRAMME, reason: 'an inquiry' }, funding.context()),
    );
    await funding.settle();
    funding.goTo('2024-03-20T09:00:00Z');
    await funding.run(new ResumeProgramme({ programmeId: PROGRAMME, reason: 'over' }, funding.context()));
    await funding.settle();
    const [offer] = await told('AllocationOffered');
    expect(offer?.metadata.occurredAt.slice(0, 10)).toBe('2024-03-20');
    expect(offer?.data.acceptBy).toBe('2024-04-03');
    expect(await told('OfferLapsed')).toEqual([]);
  });

  it('and was never made leaves its money set aside until then, whenever that is asked', async () => {
    await enrol('150001');
    await adopt((await simulate()).hash);
    await funding.settle();
    funding.goTo('2024-05-01T09:00:00Z');
    const left = { programmeId: PROGRAMME, urn: '150001', reason: 'it merges' };
    await funding.run(new WithdrawSetting(left, funding.context()));
    await funding.settle();
    expect((await ledger('2024-04-01')).availablePence).toBe(0);
    expect((await ledger('2024-05-01')).availablePence).toBe(4_000_000);
  });
});

describe('the terms of a round', () => {
  it('are those of the day on which it is adopted, and no other day can be given', async () => {
    await enrol('150001');
    await check('150001');
    const policy = { kind: 'share-of-budget', floorPence: 1_000_000, capPence: 3_000_000 } as const;
    const later = { effectiveOn: '2024-03-01', reason: 'minute 4' };
    await funding.run(
      new ReplaceAllocationPolicy({ programmeId: PROGRAMME, policy, ...later }, funding.context()),
    );
    funding.goTo('2024-03-04T09:00:00Z');
    const { hash, totalPence } = await simulate();
    expect(totalPence).toBe(3_000_000);
    await expect(adopt(hash, '2024-02-01')).rejects.toMatchObject({ code: 'TIME.BEFORE_ITS_FACTS' });
    await adopt(hash);
  });

  it('have a tranche schedule that was looked at: with another it is another round', async () => {
    await enrol('150001');
    await check('150001');
    const { hash } = await simulate();
    const tranches = [{ number: 1, shareBasisPoints: 10_000, conditions: ['agreement-accepted'] }];
    const replaced = { programmeId: PROGRAMME, tranches, effectiveOn: '2024-01-09', reason: 'minute 5' };
    await funding.run(new ReplaceTrancheSchedule(replaced, funding.context()));
    expect((await simulate()).hash).toBe(hash);
    funding.goTo('2024-01-09T09:00:00Z');
    await expect(adopt(hash)).rejects.toMatchObject({ code: 'ROUND.INPUTS_CHANGED' });
    await adopt((await simulate()).hash);
  });
});

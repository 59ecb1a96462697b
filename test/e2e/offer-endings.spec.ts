// An offer that ends because its setting takes part no more, in each of the ways in which that happens: what was set aside for it is free
// again, and says how the offer ended, in the event itself, on the ledger and in the explanation.
import { ExplainLedger, fund, ListTranches, type TrancheInTurn } from '#domain/funding';
import { DecideContinuity, WithdrawSetting } from '#domain/programme';
import { Decisions } from '#platform/event-store';
import { person } from '#testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Desks } from './desks.harness.js';
import { Funding } from './funding.harness.js';

const P = 'endings';
const ENDINGS = {
  '197051': ['withdrawn', 'the setting has withdrawn from the programme'],
  '197052': ['transfer', 'the setting has passed its part on to another setting'],
  '197053': ['wind-down', 'the setting has its part wound down'],
  '197054': ['reclaim', 'the setting has had its part reclaimed'],
} as const;
const SUCCESSOR = '197055';
const urns = Object.keys(ENDINGS) as (keyof typeof ENDINGS)[];
const closing = urns.filter((urn) => ENDINGS[urn][0] !== 'withdrawn');

let funding: Funding;
let desks: Desks;
/** While the register says that its setting closed, and the board has not decided. */
let shownUndecided: readonly string[];
let tranchesUndecided: readonly TrancheInTurn[];
const eventOf = async (type: string, urn: string) =>
  (await funding.history()).find(
    (event) => event.type === type && (event.data as { urn: string }).urn === urn,
  );

beforeAll(async () => {
  funding = await Funding.open('2024-03-01T09:00:00Z');
  desks = new Desks(funding, P);
  await funding.register(Object.fromEntries([...urns, SUCCESSOR].map((urn) => [urn, '20'])));
  await funding.programme(P, 120_000_000);
  for (const urn of urns) {
    await funding.prepare(P, urn);
    await funding.offer(P, urn);
  }
  await funding.registered(Object.fromEntries(closing.map((urn) => [urn, 'Closed'])));
  await funding.settle();
  shownUndecided = await desks.waiting(closing[0]!);
  tranchesUndecided = await funding.ask(new ListTranches({ programmeId: P, urns: closing.slice(0, 1) }));
  for (const urn of urns) {
    const [how] = ENDINGS[urn];
    const of = { programmeId: P, urn, reason: 'it closes' };
    if (how === 'withdrawn') await funding.does(WithdrawSetting, of);
    else {
      const to = how === 'transfer' ? { toUrn: SUCCESSOR } : {};
      await funding.does(DecideContinuity, { ...of, outcome: how, ...to }, person('bea', 'board'));
    }
  }
  await funding.settle();
});
afterAll(() => funding.close());

describe.each(urns)('the offer of setting %s', (urn) => {
  const [how, because] = ENDINGS[urn];

  it(`ended by ${how}, and what was set aside for it says so`, async () => {
    const [ended, freed] = [await eventOf('OfferLapsed', urn), await eventOf('ReservationReleased', urn)];
    expect(ended?.data).toMatchObject({ reason: because });
    expect(freed?.data).toMatchObject({
      ...{ amountPence: 1_200_000, reason: `the offer ended, because ${because}` },
      evidence: { eventId: ended?.id },
    });
    const explained = await funding.ask(new ExplainLedger({ programmeId: P, figure: 'reserved', urn }));
    expect(JSON.stringify(explained)).toContain(`the offer ended, because ${because}`);
  });
});

it('waits for the board, not for its setting, while the board has not decided', () => {
  expect(shownUndecided.join()).toContain('board decide-continuity');
  expect(shownUndecided.join()).not.toContain('answer-offer');
  for (const tranche of tranchesUndecided) {
    expect(tranche).toMatchObject({
      next: 'board',
      nextAction: 'decide-continuity',
      nextUntil: expect.any(String),
    });
    expect(tranche.nextIs).toContain('the offer waits for it; it can be declined meanwhile');
  }
  expect(tranchesUndecided.length).toBeGreaterThan(0);
});

it('leaves nothing set aside', async () => {
  const { state } = await funding.office.app.get(Decisions).load(fund, P);
  expect(state).toMatchObject({ reservedPence: 0, confirmedPence: 0 });
});

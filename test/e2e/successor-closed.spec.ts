// A part was passed on to a setting that closed, left or declined before it took it over: the board says what becomes of it.
import { CloseAllocation, GetLedger, type Ledger } from '#domain/funding';
import {
  DecideContinuity,
  DeclineInvitation,
  EnrolSetting,
  InviteSetting,
  ListOutstanding,
  ListParticipations,
  TakeOverPart,
  WithdrawSetting,
  type OutstandingAnswer,
  type ParticipationRow,
} from '#domain/programme';
import { ImportSettings } from '#domain/settings';
import { dateInLondon, parseInstant } from '#kernel';
import type { Page } from '#platform/read-store';
import { person } from '#testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Desks } from './desks.harness.js';
import { Funding, people } from './funding.harness.js';
import { doWhatWaits } from './to-do.js';

const ACADEMY = '197022';
const reason = 'it became an academy';
const board = person('bea', 'board');

let funding: Funding;
let desks: Desks;
let programmes = 0;
/** Of the newest programme. */
let of: { readonly programmeId: string; readonly urn: string };
const waiting = async (): Promise<readonly string[]> =>
  (await desks.waiting(of.urn)).filter((one) => !one.includes(' submit-report '));
const ofMoney = async () => (await waiting()).map((one) => one.replace(/ since.*/, ''));
const decide = (outcome: string, toUrn?: string) =>
  funding.does(DecideContinuity, { ...of, outcome, toUrn, reason }, board);
async function rowOf(urn: string): Promise<ParticipationRow> {
  const { documents } = await funding.ask<Page<ParticipationRow>>(
    new ListParticipations(of.programmeId, { urns: [urn] }),
  );
  return documents[0]!;
}
async function ledger(asOf?: string): Promise<Ledger> {
  await funding.settle();
  const head = String(await funding.office.stores.events.head());
  return funding.ask(
    new GetLedger({ programmeId: of.programmeId, ...(asOf === undefined ? {} : { asOf }) }, head),
  );
}

beforeAll(async () => {
  funding = await Funding.open('2024-01-10T09:00:00Z');
});
afterAll(() => funding.close());

/** A school that was paid one of two tranches has closed, and its part is passed on to an academy. */
beforeEach(async () => {
  programmes += 1;
  const [P, SCHOOL] = [`gone-${programmes}`, String(197_030 + programmes)] as const;
  of = { programmeId: P, urn: SCHOOL };
  desks = new Desks(funding, P);
  await funding.register({ [SCHOOL]: '50', [ACADEMY]: '50' });
  await funding.programme(P, 120_000_000);
  await funding.prepare(P, SCHOOL);
  await funding.offer(P, SCHOOL);
  await funding.accept(P, SCHOOL);
  await funding.approvePlan(P, SCHOOL);
  await funding.settle();
  await funding.pay(P, SCHOOL, 1);
  await funding.account(SCHOOL);
  await funding.throughTheBank(P, [`R1-${SCHOOL}-1,12000.00,settled,`]);
  await funding.registered({ [SCHOOL]: 'Closed', [ACADEMY]: 'Open' });
  await funding.settle();
  await decide('transfer', ACADEMY);
  expect(await ofMoney()).toEqual(['operations let-take-over']);
  funding.pass(3 * 24 * 60);
});

describe('a part whose successor is lost', () => {
  it('is on the list of the board since the register closed it, not since it said anything else of it, and comes back with it', async () => {
    const closedOn = dateInLondon(funding.now);
    await funding.registered({ [of.urn]: 'Closed', [ACADEMY]: 'Closed' });
    funding.pass(2 * 24 * 60);
    const renamed =
      'URN,LA (code),LA (name),EstablishmentName,EstablishmentStatus (name),PhaseOfEducation (name)\n197022,935,Suffolk,The Academy,Closed,Primary\n';
    await funding.does(ImportSettings, { file: 'later.csv', content: Buffer.from(renamed) });
    const [line, ...others] = await waiting();
    expect([line, others]).toEqual([
      expect.stringContaining(`board name-successor since ${closedOn} until`),
      [],
    ]);
    const items = await desks.items(of.urn);
    expect(items.find(({ action }) => action === 'name-successor')!.toDo).toMatch(
      /^name another setting to take over its part, or .*: The Academy \(197022\) is 'Closed' by the register$/,
    );
    expect(await rowOf(of.urn)).toMatchObject({
      next: 'board',
      nextAction: 'name-successor',
      status: 'transferred',
    });
    // A mistake of the register: it can take over after all.
    await funding.registered({ [of.urn]: 'Closed', [ACADEMY]: 'Open' });
    expect(await ofMoney()).toEqual(['operations let-take-over']);
  });

  it('is settled where it was paid, once the board says so; no earlier, and the ledger tells from when on', async () => {
    await funding.does(EnrolSetting, { programmeId: of.programmeId, urn: ACADEMY });
    await funding.does(WithdrawSetting, { programmeId: of.programmeId, urn: ACADEMY, reason: 'no time' });
    const left = dateInLondon(funding.now);
    expect(await waiting()).toEqual([expect.stringContaining(`board name-successor since ${left}`)]);
    const { lines } = await funding.ask<OutstandingAnswer>(new ListOutstanding(of.programmeId));
    expect(lines.filter(({ urn, what }) => urn === of.urn && what === 'spend-unaccounted')).toEqual([
      expect.objectContaining({ next: 'board' }),
    ]);
    funding.pass(24 * 60);
    await decide('wind-down');
    const decided = dateInLondon(funding.now);
    expect(await waiting()).toEqual([
      expect.stringContaining(`operations settle-allocation since ${decided}`),
    ]);
    expect(await rowOf(of.urn)).toMatchObject({
      status: 'wound-down',
      next: null,
      continuity: { toUrn: null },
    });
    expect(dateInLondon(parseInstant((await rowOf(of.urn)).statusSince))).toBe(decided);
    const partOn = async (asOf?: string) =>
      (await ledger(asOf)).settings.find(({ urn }) => urn === of.urn)!.part;
    expect([await partOn(left), await partOn()]).toEqual(['transferred', 'wound-down']);
    const late = { programmeId: of.programmeId, urn: ACADEMY, fromUrn: of.urn };
    await expect(funding.does(TakeOverPart, late)).rejects.toMatchObject({ code: 'PARTICIPATION.ENDED' });
    const close = { ...of, reason, undrawn: 'to-fund' };
    await expect(funding.does(CloseAllocation, close, people.approver)).rejects.toMatchObject({
      code: 'ALLOCATION.UNFINISHED',
    });
  });

  it('has all that was paid back, if the board decides that', async () => {
    await funding.registered({ [of.urn]: 'Closed', [ACADEMY]: 'Closed' });
    await decide('reclaim');
    await desks.waiting(of.urn);
    const [line] = (await desks.items(of.urn)).filter(({ action }) => action === 'settle-allocation');
    expect(line!.toDo).toBe(
      'ask back the £12,000.00 that was paid and is not back, as the board decided, spent or not',
    );
  });

  it('is on it too if that declined since it was named, and is taken over by another that the board names', async () => {
    const to = { programmeId: of.programmeId, urn: ACADEMY };
    await funding.does(InviteSetting, to);
    await funding.does(DeclineInvitation, { ...to, reason: 'no time' }, people.setting);
    expect(await ofMoney()).toEqual(['board name-successor']);
    const other = '197023';
    await funding.register({ [other]: '50' });
    await decide('transfer', other);
    expect(await ofMoney()).toEqual(['operations let-take-over']);
    await funding.does(TakeOverPart, { ...to, urn: other, fromUrn: of.urn });
    expect(await ofMoney()).not.toContain('operations let-take-over');
  });

  it('is brought to its end by what is on the lists', async () => {
    await funding.registered({ [of.urn]: 'Closed', [ACADEMY]: 'Closed' });
    expect(await doWhatWaits(funding, of.programmeId)).toBeGreaterThan(2);
    const { availablePence, budgetPence } = await ledger();
    expect(availablePence).toBe(budgetPence);
    funding.goTo('2025-09-02T09:00:00Z');
    await doWhatWaits(funding, of.programmeId);
    const { lines } = await funding.ask<OutstandingAnswer>(new ListOutstanding(of.programmeId));
    expect(lines).toEqual([]);
  });
});

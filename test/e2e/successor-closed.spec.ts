// A part was passed on to a setting that closed before it took it over: what was paid is its own setting's to account for.
import { CloseAllocation } from '#domain/funding';
import { DecideContinuity } from '#domain/programme';
import { person } from '#testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Desks } from './desks.harness.js';
import { Funding, people } from './funding.harness.js';

const P = 'gone';
const [SCHOOL, ACADEMY] = ['197021', '197022'] as const;
const of = { programmeId: P, urn: SCHOOL };
const reason = 'it became an academy';

let funding: Funding;
let desks: Desks;
const ofMoney = async (): Promise<readonly string[]> =>
  (await desks.waiting(SCHOOL)).map((one) => one.replace(/ since.*/, ''));

beforeAll(async () => {
  funding = await Funding.open('2024-01-10T09:00:00Z');
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
  const board = person('bea', 'board');
  await funding.does(DecideContinuity, { ...of, outcome: 'transfer', toUrn: ACADEMY, reason }, board);
});
afterAll(() => funding.close());

it('is to be taken over while that can be, and else settled where it was paid', async () => {
  expect(await ofMoney()).toContain('operations let-take-over');
  await funding.registered({ [SCHOOL]: 'Closed', [ACADEMY]: 'Closed' });
  const waiting = await ofMoney();
  expect(waiting).not.toContain('operations let-take-over');
  expect(waiting).toContain('operations settle-allocation');
  const close = { ...of, reason, undrawn: 'to-fund' };
  await expect(funding.does(CloseAllocation, close, people.approver)).rejects.toMatchObject({
    code: 'ALLOCATION.UNFINISHED',
  });
});

// A receipt that was recorded wrongly, found out once its programme is closed: it is reversed, what it had accounted for is outstanding
// again, on the list of whoever sees to it, and what did come in is recorded anew.
import {
  CheckLedger,
  CloseAllocation,
  fund,
  ReturnUnderspend,
  ReverseReceipt,
  type LedgerCheck,
} from '#domain/funding';
import { CloseProgramme, ListOutstanding, type OutstandingAnswer } from '#domain/programme';
import { Decisions } from '#platform/event-store';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Desks } from './desks.harness.js';
import { Funding, people } from './funding.harness.js';

const P = 'shut';
const URN = '197031';
const of = { programmeId: P, urn: URN };
const reason = 'every grant is closed out';
const BUDGET = 120_000_000;
const PAID = 480_000;

let funding: Funding;
let desks: Desks;
const returned = (amountPence: number, reference: string) =>
  funding.does(
    ReturnUnderspend,
    { ...of, number: 1, amountPence, reference, reason: 'the course did not take place' },
    people.payer,
  );
const reverse = (receipt: number) =>
  funding.does(ReverseReceipt, { ...of, receipt, reason: 'it is another amount' }, people.payer);
const outstanding = async () => {
  await funding.settle();
  const { lines } = await funding.ask<OutstandingAnswer>(new ListOutstanding(P));
  return lines.map(({ what, amountPence, next }) => ({ what, amountPence, next }));
};
const listed = async () => {
  await funding.settle();
  return (await desks.items()).map(({ desk, action, toDo }) => `${desk} ${action}: ${toDo}`);
};
const committedPence = async () => {
  const { state } = await funding.office.app.get(Decisions).load(fund, P);
  return state.status === 'open' ? state.confirmedPence : Number.NaN;
};

beforeAll(async () => {
  funding = await Funding.open('2024-03-01T09:00:00Z');
  desks = new Desks(funding, P);
  await funding.register({ [URN]: '20' });
  await funding.programme(P, BUDGET);
  await funding.prepare(P, URN);
  await funding.offer(P, URN);
  await funding.accept(P, URN);
  await funding.approvePlan(P, URN);
  await funding.settle();
  await funding.pay(P, URN, 1);
  await funding.account(URN);
  await funding.throughTheBank(P, [`R1-${URN}-1,4800.00,settled,`]);
  await returned(PAID, 'BACS 1');
  await funding.does(CloseAllocation, { ...of, reason }, people.approver);
  await funding.settle();
  await funding.does(CloseProgramme, { programmeId: P, reason });
});
afterAll(() => funding.close());

describe('a receipt that was recorded wrongly, in a programme that is closed', () => {
  it('leaves nothing outstanding before it is found out', async () => {
    expect(await outstanding()).toEqual([]);
    expect(await listed()).toEqual([]);
    expect(await committedPence()).toBe(0);
  });

  it('is reversed by naming it, and somebody answers for the money again', async () => {
    await reverse(1);
    expect(await committedPence()).toBe(PAID);
    expect(await outstanding()).toEqual([
      { what: 'spend-unaccounted', amountPence: PAID, next: 'operations' },
    ]);
    expect(await listed()).toEqual([
      `operations settle-allocation: see what was spent, and ask back what was not: £4,800.00 that was paid is neither accepted as spent nor back`,
    ]);
  });

  it('is recorded anew with what came in, and the rest once that is in too', async () => {
    await returned(400_000, 'BACS 2');
    expect(await outstanding()).toMatchObject([{ what: 'spend-unaccounted', amountPence: 80_000 }]);
    await returned(80_000, 'BACS 3');
    expect(await outstanding()).toEqual([]);
    expect(await listed()).toEqual([]);
    expect(await committedPence()).toBe(0);
    const check = await funding.ask<LedgerCheck>(new CheckLedger({ programmeId: P }));
    expect(check.breaches).toEqual([]);
  });
});

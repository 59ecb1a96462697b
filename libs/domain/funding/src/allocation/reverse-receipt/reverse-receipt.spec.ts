// A receipt of a closed allocation is reversed in two halves, on a real store: whichever is missing, no money is lost or promised twice.
import { participationId, RefusalError, systemActor, systemClock } from '#kernel';
import { Decisions, EventCodec, openSqliteEventStore, type EventStore } from '#platform/event-store';
import { person } from '#testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CommandBus } from '@nestjs/cqrs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FundDesk } from '../../fund/fund-desk.js';
import { availablePence } from '../../fund/fund-state.js';
import { fundEvents } from '../../fund/fund.events.js';
import { fund, type FundCommand } from '../../fund/fund.js';
import {
  SettleReservation,
  SettleReservationHandler,
} from '../../fund/settle-reservation/settle-reservation.handler.js';
import { allocationEvents } from '../allocation.events.js';
import { accountsOf, fact, facts, inOrder } from '../allocation.fixture.js';
import { allocation, type AllocationCommand } from '../allocation.js';
import { paid } from '../money-back.fixture.js';
import { ReverseReceipt, ReverseReceiptHandler } from './reverse-receipt.handler.js';

const { programmeId, urn } = facts;
const id = participationId(programmeId, urn);
const BUDGET = 3_000_000;
const PAID = 912_600;
const BACK = 50_000;
const reason = 'it is of another school';
let folder: string;
let store: EventStore;
let decisions: Decisions;
let commands = 0;

const context = (who = 'noor') => {
  commands += 1;
  const commandId = `00000000-0000-4000-8000-${String(commands).padStart(12, '0')}`;
  return { actor: person(who), commandId, correlationId: commandId, causationId: commandId };
};
const onFund = (request: Pick<FundCommand, 'type' | 'data'>) =>
  decisions.execute(fund, programmeId, request, context());
const onAllocation = (request: Pick<AllocationCommand, 'type' | 'data'>, who?: string) =>
  decisions.execute(allocation, id, request, context(who));
const settling = (command: SettleReservation) =>
  new SettleReservationHandler(decisions, new FundDesk(decisions)).execute(command);
const settle = () => {
  const byItself = { ...context(), actor: systemActor('settle-reservations') };
  return settling(new SettleReservation({ programmeId, reservationId: 'r1' }, byItself));
};
const reverse = (by = context()) => {
  const bus = { execute: settling } as unknown as CommandBus;
  const handler = new ReverseReceiptHandler(decisions, new FundDesk(decisions), bus);
  return handler.execute(new ReverseReceipt({ programmeId, urn, receipt: 1, reason }, by));
};
const restore = (reversalId: string) =>
  onFund({
    type: 'RestoreCommitment',
    data: {
      ...{ reservationId: 'r1', fromPence: PAID - BACK, toPence: PAID, reversalId },
      reverses: fact('UnderspendReturned'),
    },
  });
const available = async () => {
  const { state } = await decisions.load(fund, programmeId);
  return state.status === 'open' ? availablePence(state) : Number.NaN;
};

/** Offered, drawn, paid back in part, and closed with that. */
async function closeWithReceipt(): Promise<void> {
  const programme = fact('ProgrammeCreated');
  await onFund({ type: 'OpenFund', data: { programmeId, budgetPence: BUDGET, programme } });
  const { reservationId, amountPence } = facts.reservation;
  await onFund({ type: 'ReserveFunds', data: { reservationId, allocationId: id, urn, amountPence } });
  await onAllocation({ type: 'OfferAllocation', data: facts });
  await onAllocation({ type: 'AcceptOffer', data: { standing: inOrder } });
  for (const condition of ['agreement-accepted', 'plan-approved']) {
    await onAllocation({ type: 'RecordConditionMet', data: { condition, evidence: fact(condition) } });
  }
  const tranche = { number: 1, standing: inOrder };
  await onAllocation({ type: 'ProposeTranche', data: tranche }, 'amina');
  await onAllocation({ type: 'ApproveTranche', data: tranche }, 'rhys');
  await onAllocation({ type: 'ReleaseTranche', data: tranche }, 'noor');
  const accounts = accountsOf(PAID - BACK);
  const given = { number: 1, amountPence: BACK, reference: 'BACS 1', reason: 'unspent' };
  await onAllocation({ type: 'ReturnUnderspend', data: { ...given, paid, accounts } });
  await onAllocation({ type: 'CloseAllocation', data: { reason: 'over', paid, accounts } }, 'rhys');
  await settle();
  await settle();
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reversal-'));
  store = await openSqliteEventStore({ path: join(folder, 'events.sqlite') });
  decisions = new Decisions(store, new EventCodec([...fundEvents, ...allocationEvents]), systemClock);
  await closeWithReceipt();
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

describe('the reversal of a receipt of a closed allocation', () => {
  it('commits the money again, once, however often it is sent', async () => {
    expect(await available()).toBe(BUDGET - PAID + BACK);
    const by = context();
    await reverse(by);
    await reverse(by);
    expect(await settle()).toBeUndefined();
    expect(await available()).toBe(BUDGET - PAID);
    await expect(reverse(context('rhys'))).rejects.toMatchObject({ code: 'RECEIPT.REVERSED' });
    expect(await available()).toBe(BUDGET - PAID);
  });

  it('that a crash broke off gives the money back, and is not made any more but anew', async () => {
    await restore('slow');
    expect(await available()).toBe(BUDGET - PAID);
    await settle();
    expect(await available()).toBe(BUDGET - PAID + BACK);
    const slow = { receipt: 1, reason, reversalId: 'slow', keptPence: PAID };
    await expect(onAllocation({ type: 'ReverseReceipt', data: slow })).rejects.toMatchObject({
      code: 'ALLOCATION.REVISION_ABANDONED',
    });
    expect(await settle()).toBeUndefined();
    await reverse();
    expect(await settle()).toBeUndefined();
    expect(await available()).toBe(BUDGET - PAID);
  });

  it('is refused where the fund has promised the money to others, and changes nothing', async () => {
    const other = { reservationId: 'r2', allocationId: 'ipswich.148001', urn: '148001' };
    await onFund({ type: 'ReserveFunds', data: { ...other, amountPence: BUDGET - PAID + 1 } });
    const before = await decisions.load(allocation, id);
    await expect(reverse()).rejects.toMatchObject({ code: 'FUND.INSUFFICIENT' });
    const after = await decisions.load(allocation, id);
    expect(after.history).toHaveLength(before.history.length);
    expect(await available()).toBe(BACK - 1);
  });

  it('is made by one of two people at once', async () => {
    const both = await Promise.allSettled([reverse(context('noor')), reverse(context('mia'))]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const [refused] = both.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(refused).toBeInstanceOf(RefusalError);
    await settle();
    expect(await available()).toBe(BUDGET - PAID);
    const { history } = await decisions.load(allocation, id);
    expect(history.filter(({ type }) => type === 'ReceiptReversed')).toHaveLength(1);
  });
});

// A slow offer that gets there while its reservation is being given back, on a real store: what became of it counts.
import { participationId, systemActor, systemClock } from '#kernel';
import { Decisions, EventCodec, openSqliteEventStore, type EventStore } from '#platform/event-store';
import { person } from '#testing';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allocationEvents } from '../../allocation/allocation.events.js';
import { fact, facts, inOrder } from '../../allocation/allocation.fixture.js';
import { allocation, type AllocationCommand } from '../../allocation/allocation.js';
import { FundDesk } from '../fund-desk.js';
import { fundEvents } from '../fund.events.js';
import { fund, type FundCommand } from '../fund.js';
import { SettleReservation, SettleReservationHandler } from './settle-reservation.handler.js';

const { programmeId, urn } = facts;
const { reservationId, amountPence } = facts.reservation;
const id = participationId(programmeId, urn);
const codec = new EventCodec([...fundEvents, ...allocationEvents]);
let folder: string;
let store: EventStore;
let decisions: Decisions;
let commands = 0;

/** A real store, with somebody who writes to it just before the offer is given up there, once. */
function overtaken(by: () => Promise<unknown>): EventStore {
  let isDone = false;
  return new Proxy(store, {
    get: (target, name) =>
      name === 'append'
        ? async (...given: Parameters<EventStore['append']>) => {
            if (!isDone && given[2].some(({ type }) => type === 'OfferAbandoned')) {
              isDone = true;
              await by();
            }
            return target.append(...given);
          }
        : (Reflect.get(target, name) as () => unknown).bind?.(target),
  });
}

const context = () => {
  commands += 1;
  const commandId = `00000000-0000-4000-8000-${String(commands).padStart(12, '0')}`;
  return { actor: person('ola', 'operations'), commandId, correlationId: commandId, causationId: commandId };
};
const onFund = (request: Pick<FundCommand, 'type' | 'data'>) =>
  decisions.execute(fund, programmeId, request, context());
const onAllocation = (request: Pick<AllocationCommand, 'type' | 'data'>) =>
  decisions.execute(allocation, id, request, context());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tranche-meanwhile-'));
  store = await openSqliteEventStore({ path: join(folder, 'events.sqlite') });
  decisions = new Decisions(store, codec, systemClock);
  const programme = fact('ProgrammeCreated');
  await onFund({ type: 'OpenFund', data: { programmeId, budgetPence: 3_000_000, programme } });
  await onFund({ type: 'ReserveFunds', data: { reservationId, allocationId: id, urn, amountPence } });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const offer = { type: 'OfferAllocation', data: facts } as const;
const accept = { type: 'AcceptOffer', data: { standing: inOrder } } as const;
const decline = { type: 'DeclineOffer', data: { reason: 'no' } } as const;

it.each([
  ['offered', [offer], { reservedPence: amountPence, confirmedPence: 0 }, ['FundsReserved']],
  [
    'offered and accepted',
    [offer, accept],
    { reservedPence: 0, confirmedPence: amountPence },
    ['FundsReserved', 'CommitmentConfirmed'],
  ],
  [
    'offered and declined',
    [offer, decline],
    { reservedPence: 0, confirmedPence: 0 },
    ['FundsReserved', 'ReservationReleased'],
  ],
] as const)(
  'what was %s meanwhile is not taken for what was never offered',
  async (_, meanwhile, held, told) => {
    const shared = new Decisions(
      overtaken(async () => {
        for (const request of meanwhile) await onAllocation(request);
      }),
      codec,
      systemClock,
    );
    const byItself = { ...context(), actor: systemActor('settle-reservations') };
    await new SettleReservationHandler(shared, new FundDesk(shared)).execute(
      new SettleReservation({ programmeId, reservationId }, byItself),
    );
    const { state, history } = await decisions.load(fund, programmeId);
    expect(state).toMatchObject(held);
    expect(history.slice(1).map(({ type }) => type)).toEqual(told);
    const { history: ofOffer } = await decisions.load(allocation, id);
    expect(ofOffer).toHaveLength(meanwhile.length);
    // Given back for what happened, not as if nothing had been.
    const last = history.at(-1);
    if (last?.type === 'ReservationReleased') {
      expect(last.data).toMatchObject({
        reason: 'the offer was declined',
        evidence: { type: 'OfferDeclined' },
      });
    }
  },
);

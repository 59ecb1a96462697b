// Pairs of appends that a crash left half done, on a real store: whichever half is missing, nothing stays lost or promised twice.
import { participationId, RefusalError, systemActor, systemClock, type EventReference } from '#kernel';
import { Decisions, EventCodec, openSqliteEventStore, type EventStore } from '#platform/event-store';
import { person } from '#testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountsOf, fact, facts, inOrder } from '../../allocation/allocation.fixture.js';
import { allocationEvents } from '../../allocation/allocation.events.js';
import { allocation, type AllocationCommand } from '../../allocation/allocation.js';
import { availablePence } from '../fund-state.js';
import { FundDesk } from '../fund-desk.js';
import { fundEvents } from '../fund.events.js';
import { fund, type FundCommand } from '../fund.js';
import { SettleReservation, SettleReservationHandler } from './settle-reservation.handler.js';

const { programmeId, urn } = facts;
const id = participationId(programmeId, urn);
const ROUND = 'round-1.124570';
let folder: string;
let store: EventStore;
let decisions: Decisions;
let commands = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'settle-'));
  store = await openSqliteEventStore({ path: join(folder, 'events.sqlite') });
  decisions = new Decisions(store, new EventCodec([...fundEvents, ...allocationEvents]), systemClock);
  await onFund({
    type: 'OpenFund',
    data: { programmeId, budgetPence: 3_000_000, programme: fact('ProgrammeCreated') },
  });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const context = () => {
  commands += 1;
  const commandId = `00000000-0000-4000-8000-${String(commands).padStart(12, '0')}`;
  return { actor: person('ola', 'operations'), commandId, correlationId: commandId, causationId: commandId };
};
const onFund = (request: Pick<FundCommand, 'type' | 'data'>) =>
  decisions.execute(fund, programmeId, request, context());
const onAllocation = (request: Pick<AllocationCommand, 'type' | 'data'>) =>
  decisions.execute(allocation, id, request, context());
const settle = (reservationId: string) => {
  const byItself = { ...context(), actor: systemActor('settle-reservations') };
  return new SettleReservationHandler(decisions, new FundDesk(decisions)).execute(
    new SettleReservation({ programmeId, reservationId }, byItself),
  );
};
const available = async () => {
  const { state } = await decisions.load(fund, programmeId);
  return state.status === 'open' ? availablePence(state) : Number.NaN;
};
const figure = (fte: string) => ({
  ...fact('WorkforceFigureVerified', '2024-01-01', fte),
  fte,
  suppressedAs: null,
});
const raise = (reservationId: string, toPence: number) =>
  onFund({
    type: 'RaiseReservation',
    data: {
      ...{
        reservationId,
        fromPence: 1_521_000,
        toPence,
        revisionId: 'v1',
        corrects: fact('AllocationOffered'),
      },
      offer: { allocationId: id, urn, amountPence: 1_521_000 },
    },
  });
const revise = (fte: string, revisionId: string, keptPence: number) => {
  const { reservation: _, ...known } = facts;
  const rest = { rule: 'same', reason: 'a mistake', revisionId, keptPence } as const;
  return onAllocation({ type: 'ReviseAllocation', data: { ...known, figure: figure(fte), ...rest } });
};
const accept = () => onAllocation({ type: 'AcceptOffer', data: { standing: inOrder } });

async function offerAlone(): Promise<void> {
  const { reservationId, amountPence } = facts.reservation;
  await onFund({ type: 'ReserveFunds', data: { reservationId, allocationId: id, urn, amountPence } });
  await onAllocation({ type: 'OfferAllocation', data: facts });
}

async function offerInRound(): Promise<void> {
  const policy = { kind: 'share-of-budget', version: 1, floorPence: 1, capPence: 5_000_000 } as const;
  const programme: EventReference = fact('ProgrammeCreated').event;
  const round = { programmeId, hash: 'a'.repeat(64), policy, programme, rate: null, settings: 2 };
  const terms = { schedule: null, leftOut: [], inForceSince: undefined, latestFact: undefined };
  const now = { ...round, totalPence: 2_000_000, leftPence: 1_000_000, cut: { eventId: 'last', count: 1 } };
  await onFund({
    type: 'AdoptRound',
    data: { hash: round.hash, now: { ...now, ...terms, availablePence: 3_000_000 } },
  });
  const { fte, event } = { fte: '23.4', event: facts.figure.event };
  await onAllocation({
    type: 'OfferRoundShare',
    data: {
      ...{ programmeId, urn, participation: facts.participation, paused: null, acceptanceDays: null, fte },
      ...{ figure: event, policy: facts.programme.policy, programme, schedule: facts.programme.tranches },
      ...{ unclampedPence: 1_521_000, remainderPence: 0, amountPence: 1_521_000 },
      ...{ madeAt: systemClock.now(), figureNow: facts.figure, revisedAtOnce: false },
      round: { number: 1, hash: round.hash, adoption: fact('AllocationRoundAdopted'), rate: null },
    },
  });
}

describe('a revision upwards', () => {
  it('that was never made gives back what was set aside for it, and cannot be made any more', async () => {
    await offerAlone();
    await raise('r1', 1_950_000);
    expect(await available()).toBe(1_050_000);
    await settle('r1');
    expect(await available()).toBe(1_479_000);
    await expect(revise('30', 'v1', 1_950_000)).rejects.toThrow(RefusalError);
    await expect(revise('30', 'v1', 1_950_000)).rejects.toMatchObject({
      code: 'ALLOCATION.REVISION_ABANDONED',
    });
    expect(await settle('r1')).toBeUndefined();
  });

  it('that was made is left as it is, before and after the offer is accepted', async () => {
    await offerAlone();
    await raise('r1', 1_950_000);
    await revise('30', 'v1', 1_950_000);
    expect(await settle('r1')).toBeUndefined();
    await accept();
    await settle('r1');
    expect(await available()).toBe(1_050_000);
    const { state } = await decisions.load(fund, programmeId);
    expect(state).toMatchObject({ confirmedPence: 1_950_000, reservedPence: 0 });
  });

  it('of an offer that ended meanwhile gives all of it back', async () => {
    await offerAlone();
    await raise('r1', 1_950_000);
    await onAllocation({ type: 'DeclineOffer', data: { reason: 'no' } });
    await settle('r1');
    expect(await available()).toBe(3_000_000);
    await expect(revise('30', 'v1', 1_950_000)).rejects.toMatchObject({ code: 'ALLOCATION.NOT_OFFERED' });
  });
});

describe('a revision downwards', () => {
  it('frees the difference once, of an offer and of a commitment', async () => {
    await offerAlone();
    await revise('20', 'v1', 1_521_000);
    await settle('r1');
    await settle('r1');
    expect(await available()).toBe(1_700_000);
    await accept();
    await settle('r1');
    await revise('18', 'v2', 1_300_000);
    await settle('r1');
    expect(await available()).toBe(1_830_000);
  });
});

describe('the part of a round', () => {
  it.each(['before', 'after'])(
    'that was revised downwards %s it was accepted leaves the round whole',
    async (when) => {
      await offerInRound();
      expect(await available()).toBe(1_000_000);
      if (when === 'after') {
        await accept();
        await settle(ROUND);
      }
      await revise('20', 'v1', 1_521_000);
      if (when === 'before') await accept();
      await settle(ROUND);
      await settle(ROUND);
      const { state } = await decisions.load(fund, programmeId);
      expect(state).toMatchObject({
        confirmedPence: 1_300_000,
        reservedPence: 479_000,
        rounds: [{ heldPence: 479_000 }],
      });
      expect(await available()).toBe(1_221_000);
    },
  );

  it('that was revised and then declined gives all of it back', async () => {
    await offerInRound();
    await revise('20', 'v1', 1_521_000);
    await onAllocation({ type: 'DeclineOffer', data: { reason: 'no' } });
    await settle(ROUND);
    const { state } = await decisions.load(fund, programmeId);
    expect(state).toMatchObject({
      confirmedPence: 0,
      reservedPence: 479_000,
      rounds: [{ heldPence: 479_000 }],
    });
  });

  it('that was raised and never revised is as it was', async () => {
    await offerInRound();
    await raise(ROUND, 1_950_000);
    await settle(ROUND);
    await accept();
    await settle(ROUND);
    const { state } = await decisions.load(fund, programmeId);
    expect(state).toMatchObject({ confirmedPence: 1_521_000, reservedPence: 479_000 });
  });
});

describe('an allocation that was closed for a successor', () => {
  const successorId = participationId(programmeId, '148001');
  const closing = () => {
    const takeOver = { ...fact('PartTakenOver'), enrols: true };
    const data = {
      reason: 'an academy',
      ...{ paid: [], accounts: accountsOf(0) },
      undrawn: 'to-successor',
      successor: { urn: '148001', takeOver },
    };
    return onAllocation({ type: 'CloseAllocation', data: data });
  };

  it('whose money was left in the fund by a crash has it kept for the successor, once', async () => {
    await offerAlone();
    await accept();
    await settle('r1');
    await closing();
    expect(await available()).toBe(1_479_000);
    await settle('r1');
    await settle('r1');
    const { state } = await decisions.load(fund, programmeId);
    expect(state).toMatchObject({ confirmedPence: 0, reservedPence: 1_521_000 });
    expect(await available()).toBe(1_479_000);
    expect(state.status === 'open' && state.reservations['carried-over.124570']).toMatchObject({
      ...{ allocationId: successorId, amountPence: 1_521_000, status: 'reserved' },
    });
  });

  it('frees all of it where the successor was promised money of its own meanwhile', async () => {
    await offerAlone();
    await accept();
    await settle('r1');
    await closing();
    const own = { reservationId: 'own', allocationId: successorId, urn: '148001', amountPence: 1_000 };
    await onFund({ type: 'ReserveFunds', data: own });
    await settle('r1');
    expect(await available()).toBe(3_000_000 - 1_000);
  });

  it('gives back what was never offered to a successor whose part has ended, and fences the offer', async () => {
    await offerAlone();
    await accept();
    await settle('r1');
    await closing();
    await settle('r1');
    await settle('carried-over.124570');
    expect(await available()).toBe(3_000_000);
    const { state } = await decisions.load(allocation, successorId);
    expect(state).toMatchObject({ status: 'none', abandoned: ['carried-over.124570'] });
  });
});

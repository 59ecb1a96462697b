// A part is taken over, its successor replaced or left, in one moment: it goes to one setting at most, and its money with it.
import {
  CheckLedger,
  GetLedger,
  GetSettlement,
  type Ledger,
  type LedgerCheck,
  type Settlement,
} from '#domain/funding';
import {
  DecideContinuity,
  EnrolSetting,
  isClosed,
  ListOutstanding,
  participation,
  programme,
  TakeOverPart,
  WithdrawSetting,
  type OutstandingAnswer,
} from '#domain/programme';
import { participationId, RefusalError } from '#kernel';
import { Decisions, type Outcome } from '#platform/event-store';
import { person } from '#testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Desks } from './desks.harness.js';
import { onServers } from './engines.js';
import { Funding, people } from './funding.harness.js';
import { itEmbedded } from './it-embedded.js';
import { doWhatWaits } from './to-do.js';

const PAID = 1_200_000;
const [FIRST, SECOND] = ['197042', '197043'] as const;
const reason = 'it became an academy';
const board = person('bea', 'board');
// Two dozen programmes from their beginning to their end.
jest.setTimeout(600_000);

let funding: Funding;
let decisions: Decisions;
beforeAll(async () => {
  funding = await Funding.open('2024-01-10T09:00:00Z');
  decisions = funding.office.app.get(Decisions);
});
afterAll(() => funding.close());

/** A school that was paid one of two tranches has closed, and its part is passed on to the first of two settings. */
async function passedOn(programmeId: string, urn: string): Promise<void> {
  await funding.register({ [urn]: '50', [FIRST]: '50', [SECOND]: '50' });
  await funding.programme(programmeId, 20_000_000);
  await funding.prepare(programmeId, urn);
  await funding.offer(programmeId, urn);
  await funding.accept(programmeId, urn);
  await funding.approvePlan(programmeId, urn);
  await funding.settle();
  await funding.pay(programmeId, urn, 1);
  await funding.account(urn);
  await funding.throughTheBank(programmeId, [`R1-${urn}-1,12000.00,settled,`]);
  await funding.registered({ [urn]: 'Closed' });
  await funding.settle();
  await funding.does(
    DecideContinuity,
    { programmeId, urn, outcome: 'transfer', toUrn: FIRST, reason },
    board,
  );
  funding.pass(1);
}

/** What is done in one moment. */
const AT_ONCE = {
  first: ({ programmeId, urn }) => new TakeOverPart({ programmeId, urn: FIRST, fromUrn: urn }, as()),
  second: ({ programmeId, urn }) => new TakeOverPart({ programmeId, urn: SECOND, fromUrn: urn }, as()),
  replaced: (of) => new DecideContinuity({ ...of, outcome: 'transfer', toUrn: SECOND, reason }, as(board)),
  instead: (of) => new DecideContinuity({ ...of, outcome: 'reclaim', reason }, as(board)),
  withdrawn: ({ programmeId }) => new WithdrawSetting({ programmeId, urn: FIRST, reason }, as()),
} as const satisfies Record<string, (of: { programmeId: string; urn: string }) => object>;
type What = keyof typeof AT_ONCE;

const as = (by = people.operations) => funding.context({ by });

/** Every order of them, so that each in turn is the first to look and the last to write. */
function ordersOf<T>(all: readonly T[]): readonly (readonly T[])[] {
  if (all.length < 2) return [all];
  return all.flatMap((one) => ordersOf(all.filter((other) => other !== one)).map((rest) => [one, ...rest]));
}

/**
 * How each came out: what it wrote, or the refusal's code.
 * @param apart how many turns of the event loop each begins after the one before it; `null`: when that has ended
 */
async function atOnce(
  of: { programmeId: string; urn: string },
  whats: readonly What[],
  apart: number | null,
): Promise<Partial<Record<What, Outcome | string>>> {
  const came: Partial<Record<What, Outcome | string>> = {};
  const attempt = async (what: What): Promise<void> => {
    try {
      came[what] = await funding.run<Outcome>(AT_ONCE[what](of));
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      came[what] = error.code;
    }
  };
  if (apart === null) for (const what of whats) await attempt(what);
  else {
    await Promise.all(
      whats.map(async (what, index) => {
        for (let turn = 0; turn < index * apart; turn += 1) await nextTurn();
        await attempt(what);
      }),
    );
  }
  return came;
}

/** Who took the part over, as the log has it. */
async function takers(of: { programmeId: string; urn: string }): Promise<readonly string[]> {
  const found: string[] = [];
  for (const urn of [FIRST, SECOND]) {
    const { state } = await decisions.load(participation, participationId(of.programmeId, urn));
    if ('takenOver' in state && state.takenOver.some(({ from }) => from.urn === of.urn)) found.push(urn);
  }
  return found;
}

/** By the streams, and by the read models: what is to be answered for, once. */
async function answeredFor(of: { programmeId: string; urn: string }): Promise<readonly unknown[]> {
  const { programmeId } = of;
  let fromStreams = 0;
  for (const urn of [of.urn, FIRST, SECOND]) {
    try {
      const { toComeBackPence } = await funding.ask<Settlement>(new GetSettlement({ programmeId, urn }));
      fromStreams += toComeBackPence;
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
    }
  }
  const { lines } = await funding.ask<OutstandingAnswer>(new ListOutstanding(programmeId));
  const unaccounted = lines.filter(({ what }) => what === 'spend-unaccounted');
  return [fromStreams, unaccounted.map(({ amountPence, next }) => [amountPence, next !== null])];
}

let rounds = 0;
const seen: Record<string, number> = {};
const ORDERS = [
  ...ordersOf<What>(['first', 'replaced', 'second', 'withdrawn']),
  ...ordersOf<What>(['first', 'instead', 'replaced']),
].map((whats) => [whats] as const);

it.each(onServers ? ORDERS.filter((_, index) => index % 5 === 0) : ORDERS)(
  'is with one setting at most: %j',
  async (whats) => {
    const of = { programmeId: `at-once-${(rounds += 1)}`, urn: String(197_100 + rounds) };
    await passedOn(of.programmeId, of.urn);
    const own = rounds % 2 === 0 || whats.includes('withdrawn');
    if (own) await funding.does(EnrolSetting, { programmeId: of.programmeId, urn: FIRST });
    const came = await atOnce(of, whats, rounds % 6 === 0 ? null : (rounds % 6) - 1);
    await funding.settle();
    const taken = await takers(of);
    expect([came, taken.length]).toEqual([came, Math.min(taken.length, 1)]);
    for (const [what, one] of Object.entries(came)) {
      const how = typeof one === 'string' ? one : 'done';
      seen[`${what} ${how}`] = (seen[`${what} ${how}`] ?? 0) + 1;
    }
    // Whoever was told that it has the part has it; and of what was told no event is missing.
    const told = (
      [
        ['first', FIRST],
        ['second', SECOND],
      ] as const
    ).filter(([what]) => typeof came[what] === 'object');
    expect([came, taken]).toEqual([came, told.map(([, urn]) => urn)]);
    const known = new Set((await funding.history()).map(({ id }) => id));
    for (const one of Object.values(came)) {
      if (typeof one === 'object') expect(one.events.filter(({ id }) => !known.has(id))).toEqual([]);
    }
    expect([came, await answeredFor(of)]).toEqual([came, [PAID, [[PAID, true]]]]);
    const { programmeId } = of;
    await new Desks(funding, programmeId).nothingLost();
    expect(await funding.ask<LedgerCheck>(new CheckLedger({ programmeId }))).toMatchObject({ holds: true });
  },
);

// Not left to chance: every sixth is played one after another.
itEmbedded('has come out in each way', () => {
  for (const how of ['first done', 'second done', 'replaced done', 'instead done', 'withdrawn done']) {
    expect({ how, times: seen[how] ?? 0 }).not.toEqual({ how, times: 0 });
  }
});

/** The first half alone, as a process leaves it that dies between the two. */
async function handedOverOnly(): Promise<{ programmeId: string; urn: string }> {
  const of = { programmeId: `at-once-${(rounds += 1)}`, urn: String(197_100 + rounds) };
  await passedOn(of.programmeId, of.urn);
  const { commandId, ...context } = as();
  const first = { ...context, commandId: `${commandId}-first`, causationId: commandId };
  const request = { type: 'HandOverPart', data: { ...of, toUrn: FIRST } } as const;
  await decisions.execute(participation, participationId(of.programmeId, of.urn), request, first);
  expect(await takers(of)).toEqual([]);
  return of;
}

describe('a part that was handed over, and not taken over as a process died', () => {
  it('goes to nobody else, and is taken over some minutes later, whatever the register says since', async () => {
    const of = await handedOverOnly();
    expect(await atOnce(of, ['replaced', 'instead', 'second'], 0)).toEqual({
      ...{ replaced: 'CONTINUITY.BEING_TAKEN_OVER', instead: 'CONTINUITY.BEING_TAKEN_OVER' },
      second: 'PARTICIPATION.NOT_PASSED_ON',
    });
    await funding.registered({ [FIRST]: 'Closed' });
    await funding.settle();
    const desks = new Desks(funding, of.programmeId);
    expect(await desks.settingsOn('operations', 'let-take-over')).toEqual([of.urn]);
    expect(await takers(of)).toEqual([]);
    funding.pass(6);
    await funding.settle();
    expect(await takers(of)).toEqual([FIRST]);
    expect(await desks.settingsOn('operations', 'let-take-over')).toEqual([]);
    // It has closed, so that the board says what becomes of its part.
    expect(await desks.settingsOn('board', 'decide-continuity')).toEqual([FIRST]);
  });

  it('is the board’s again, if whoever was to take it over has left first', async () => {
    await funding.registered({ [FIRST]: 'Open' });
    const of = await handedOverOnly();
    await funding.does(EnrolSetting, { programmeId: of.programmeId, urn: FIRST });
    await funding.run(AT_ONCE.withdrawn(of));
    funding.pass(6);
    await funding.settle();
    expect(await takers(of)).toEqual([]);
    const desks = new Desks(funding, of.programmeId);
    expect(await desks.settingsOn('board', 'name-successor')).toEqual([of.urn]);
    for (const what of ['replaced', 'second'] as const) {
      expect(await atOnce(of, [what], 0)).toEqual({ [what]: expect.any(Object) });
    }
    expect(await takers(of)).toEqual([SECOND]);
    expect(await answeredFor(of)).toEqual([PAID, [[PAID, true]]]);
  });
});

it('is back to the last penny at the end of each programme, by what is on the lists', async () => {
  funding.goTo('2025-09-02T09:00:00Z');
  for (let round = 1; round <= rounds; round += 1) {
    const programmeId = `at-once-${round}`;
    await doWhatWaits(funding, programmeId);
    const { state } = await decisions.load(programme, programmeId);
    const head = String(await funding.office.stores.events.head());
    const { availablePence, budgetPence } = await funding.ask<Ledger>(new GetLedger({ programmeId }, head));
    expect([programmeId, isClosed(state), availablePence]).toEqual([programmeId, true, budgetPence]);
    expect(await funding.ask<LedgerCheck>(new CheckLedger({ programmeId }))).toMatchObject({ holds: true });
  }
});

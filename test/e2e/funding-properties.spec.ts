// Any sequence of commands, several at once, on the real engines: the money always adds up.
import { ledgerAsOf, LedgerFold, type AllocationEvent } from '#domain/funding';
import {
  instantFromMillis,
  millisOf,
  participationId,
  RefusalError,
  samePerson,
  type Actor,
  type RecordedEvent,
} from '#kernel';
import { EventCodec } from '#platform/event-store';
import { person } from '#testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Funding } from './funding.harness.js';
import { checkIdentities, Tally } from './ledger-tally.js';

const URNS = ['100001', '100002', '100003'] as const;
/** £30,000 each; the budget has room for two of the three, and a pound. */
const BUDGET = 6_000_100;

let funding: Funding;
beforeAll(async () => {
  funding = await Funding.open('2024-03-01');
  await funding.register(Object.fromEntries(URNS.map((urn) => [urn, '50'])));
});
afterAll(() => funding.close());

const signers = ['ada', 'bea', 'cyd', 'dot'].map((subject) => person(subject));

interface Deed {
  readonly what:
    | 'offer'
    | 'reserve-and-die'
    | 'accept'
    | 'approvePlan'
    | 'withdrawPlan'
    | 'propose'
    | 'approve'
    | 'release';
  readonly urn: (typeof URNS)[number];
  readonly number: number;
  readonly by: Actor;
  /** How long ago it is said to have happened. */
  readonly minutesAgo: number;
}

const deed: fc.Arbitrary<Deed> = fc.record({
  what: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('offer' as const, 'accept' as const) },
    { weight: 1, arbitrary: fc.constant('reserve-and-die' as const) },
    { weight: 2, arbitrary: fc.constant('approvePlan' as const) },
    { weight: 1, arbitrary: fc.constant('withdrawPlan' as const) },
    { weight: 6, arbitrary: fc.constantFrom('propose' as const, 'approve' as const, 'release' as const) },
  ),
  urn: fc.constantFrom(...URNS),
  number: fc.constantFrom(1, 1, 2),
  by: fc.constantFrom(...signers),
  minutesAgo: fc.constantFrom(0, 0, 0, 1, 5),
});
/** The whole way for one setting, twice at once: blind draws alone seldom get to its end. */
const way = fc
  .record({
    urn: fc.constantFrom(...URNS),
    // Not always three different ones: who signs twice must be refused.
    people: fc.array(fc.constantFrom(...signers), { minLength: 3, maxLength: 3 }),
  })
  .map(({ urn, people }): readonly Deed[] => {
    const kinds = ['offer', 'approvePlan', 'accept', 'propose', 'approve', 'release'] as const;
    const signing = { propose: people[0]!, approve: people[1]!, release: people[2]! };
    return kinds.map((what) => {
      const by = what in signing ? signing[what as keyof typeof signing] : signers[0]!;
      return { what, urn, number: 1, by, minutesAgo: 0 };
    });
  });
/** Several at once, the product's own work, or the whole way. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.array(deed, { minLength: 1, maxLength: 5 }) },
  { weight: 1, arbitrary: fc.record({ way }) },
  { weight: 2, arbitrary: fc.constant('settle' as const) },
);

let runs = 0;
const reached: Record<string, number> = {};

async function attempt(programmeId: string, { what, urn, number, by, minutesAgo }: Deed): Promise<void> {
  const at = minutesAgo === 0 ? {} : { at: instantFromMillis(millisOf(funding.now) - minutesAgo * 60_000) };
  try {
    if (what === 'offer') await funding.offer(programmeId, urn, at);
    else if (what === 'reserve-and-die') await funding.reserveOnly(programmeId, urn, 3_000_000, at);
    else if (what === 'accept') await funding.accept(programmeId, urn, at);
    else if (what === 'approvePlan') await funding.approvePlan(programmeId, urn, at);
    else if (what === 'withdrawPlan') await funding.withdrawPlan(programmeId, urn, at);
    else await funding.sign(what, programmeId, urn, number, { by, ...at });
    reached[what] = (reached[what] ?? 0) + 1;
  } catch (error) {
    // Commands are drawn blindly: a refusal is an answer, anything else is a fault.
    if (!(error instanceof RefusalError)) throw error;
    reached[error.code] = (reached[error.code] ?? 0) + 1;
  }
}

async function goTheWay(programmeId: string, way: readonly Deed[]): Promise<void> {
  for (const what of way) {
    await Promise.all([attempt(programmeId, what), attempt(programmeId, what)]);
    if (what.what === 'accept') await funding.settle();
  }
}

/** What a release must have had before it, told by a reader of the log who has not seen the decider. */
function checkReleases(history: readonly RecordedEvent[], programmeId: string): void {
  const met = new Map<string, Set<string>>();
  const terms = new Map<string, readonly { number: number; conditions: readonly string[] }[]>();
  const signed = new Map<string, Actor[]>();
  const paid = new Set<string>();
  for (const event of history as readonly RecordedEvent<AllocationEvent>[]) {
    if (!event.stream.startsWith('allocation-') || event.data.programmeId !== programmeId) continue;
    const { urn } = event.data;
    const conditions = met.get(urn) ?? new Set<string>();
    met.set(urn, conditions);
    if (event.type === 'AllocationOffered') terms.set(urn, event.data.tranches);
    if (event.type === 'ConditionMet') conditions.add(event.data.condition);
    if (event.type === 'ConditionRevoked') conditions.delete(event.data.condition);
    if (!event.type.startsWith('Tranche')) continue;
    const { number } = event.data as { number: number };
    const tranche = `${urn}.${number}`;
    const before = signed.get(tranche) ?? [];
    const by = event.metadata.actor;
    signed.set(tranche, event.type === 'TrancheProposed' ? [by] : [...before, by]);
    for (const condition of terms.get(urn)?.find((one) => one.number === number)?.conditions ?? []) {
      if (!conditions.has(condition)) throw new Error(`${event.type} ${tranche} without ${condition}`);
    }
    if (event.type !== 'TrancheReleased') continue;
    const [first, second, third, ...more] = signed.get(tranche)!;
    if (first === undefined || second === undefined || third === undefined || more.length > 0) {
      throw new Error(`${tranche} released with ${signed.get(tranche)!.length} signatures`);
    }
    if (samePerson(first, second) || samePerson(second, third) || samePerson(first, third)) {
      throw new Error(`${tranche} released by fewer than three people`);
    }
    if (paid.has(tranche)) throw new Error(`${tranche} released twice`);
    if (number > 1 && !paid.has(`${urn}.${number - 1}`)) throw new Error(`${tranche} released out of turn`);
    paid.add(tranche);
  }
}

it('holds under any sequence of commands, several at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
      const programmeId = `run-${(runs += 1)}`;
      await funding.programme(programmeId, BUDGET);
      for (const urn of URNS) await funding.prepare(programmeId, urn);
      const began = millisOf(funding.now);
      for (const one of steps) {
        funding.pass(1);
        if (one === 'settle') await funding.settle();
        else if ('way' in one) await goTheWay(programmeId, one.way);
        else await Promise.all(one.map((what) => attempt(programmeId, what)));
      }
      funding.pass(10);
      await funding.settle();

      const history = await funding.history();
      const fold = new LedgerFold(programmeId);
      const tally = new Tally(programmeId);
      for (const event of history) {
        fold.apply(event);
        checkIdentities(fold);
        tally.apply(event);
        tally.compare(fold);
      }
      checkReleases(history, programmeId);
      // What was left half done is finished or given back.
      for (const urn of URNS) {
        const setting = fold.model.get(participationId(programmeId, urn));
        if (setting?.kind !== 'setting') throw new Error('not enrolled');
        expect(setting.reservedPence).toBe(setting.status === 'offered' ? setting.allocatedPence : 0);
        expect(setting.confirmedPence).toBe(setting.status === 'accepted' ? setting.allocatedPence : 0);
      }
      // And at no moment, as it was or as it was known, was the fund over-committed.
      const codec = funding.office.app.get(EventCodec);
      for (let minute = 0; minute <= steps.length + 10; minute += 7) {
        const cut = instantFromMillis(began + minute * 60_000);
        for (const asked of [{ asOf: cut }, { recordedAsOf: cut }, { asOf: cut, recordedAsOf: cut }]) {
          const ledger = await ledgerAsOf(funding.office.stores.events, codec, programmeId, asked, cut);
          expect(ledger.availablePence).toBe(ledger.budgetPence - ledger.committedPence);
          expect(ledger.committedPence).toBe(ledger.confirmedPence + ledger.reservedPence);
          expect(ledger.availablePence).toBeGreaterThanOrEqual(0);
          for (const { releasedPence, allocatedPence } of ledger.settings) {
            expect(releasedPence).toBeLessThanOrEqual(allocatedPence);
          }
        }
      }
    }),
    { numRuns: 12 },
  );
  // Otherwise the property says little.
  for (const what of [
    'offer',
    'accept',
    'propose',
    'approve',
    'release',
    'FUND.INSUFFICIENT',
    'TRANCHE.SECOND_SIGNATURE',
    'reserve-and-die',
  ]) {
    expect({ what, times: reached[what] ?? 0 }).not.toEqual({ what, times: 0 });
  }
});

// The ledger as it was, and as it was known: two different questions, on the days when clocks change too.
import { GetLedger, ledgerAsOf, type Ledger } from '#domain/funding';
import { type RefusalError, type Instant } from '#kernel';
import { EventCodec, type EventStore, type ReadAllOptions, type StoredEvent } from '#platform/event-store';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Funding } from './funding.harness.js';

const [URN, OTHER] = ['100001', '100002'];
const PROGRAMME = 'ipswich';
/** 40% of £30,000. */
const FIRST = 1_200_000;

let funding: Funding;
beforeAll(async () => {
  funding = await Funding.open('2024-03-01');
  await funding.register({ [URN]: '50', [OTHER]: '20' });
  await funding.programme(PROGRAMME, 10_000_000);
  await funding.prepare(PROGRAMME, URN);
  await funding.prepare(PROGRAMME, OTHER);
  funding.goTo('2024-03-02');
  await funding.approvePlan(PROGRAMME, URN);
  await funding.offer(PROGRAMME, URN);
  funding.goTo('2024-03-05');
  await funding.accept(PROGRAMME, URN);
  await funding.settle();
  funding.goTo('2024-03-20');
  await funding.sign('propose', PROGRAMME, URN, 1);
  await funding.sign('approve', PROGRAMME, URN, 1);
  // On the night when summer time begins, 01:00 GMT is 02:00 BST; the bank says so a week later.
  funding.goTo('2024-04-07');
  await funding.sign('release', PROGRAMME, URN, 1, { at: '2024-03-31T23:30:00+01:00' });
  // And in the hour that comes twice when it ends.
  funding.goTo('2024-10-27T01:30:00+01:00');
  await funding.pay(PROGRAMME, URN, 2);
  funding.goTo('2024-10-27T01:30:00Z');
  await funding.offer(PROGRAMME, OTHER);
  funding.goTo('2024-11-30');
  await funding.settle();
});
afterAll(() => funding.close());

const ask = (cut: { asOf?: string; recordedAsOf?: string }): Promise<Ledger> =>
  funding.ask(new GetLedger({ programmeId: PROGRAMME, ...cut }));
const released = async (cut: { asOf?: string; recordedAsOf?: string }): Promise<number> =>
  (await ask(cut)).releasedPence;

describe('as it was', () => {
  it.each([
    // The day on which summer time begins has 23 hours; it ends at 22:59:59.999 UTC.
    ['2024-03-30', 0],
    ['2024-03-31T23:29:59.999+01:00', 0],
    ['2024-03-31T22:30:00Z', FIRST],
    ['2024-03-31', FIRST],
    ['2024-10-26', FIRST],
    ['2024-10-27T01:29:59+01:00', FIRST],
    ['2024-10-27T01:30:00+01:00', 3_000_000],
    ['2024-10-27', 3_000_000],
  ])('at %s, %d pence were released', async (asOf, pence) => {
    expect(await released({ asOf })).toBe(pence);
  });

  it('tells the two hours of one name apart', async () => {
    expect((await ask({ asOf: '2024-10-27T01:30:00+01:00' })).reservedPence).toBe(0);
    expect((await ask({ asOf: '2024-10-27T01:30:00+00:00' })).reservedPence).toBe(1_200_000);
  });

  it('says which instant was used: the end of the day, which is not always 24 hours long', async () => {
    expect(await ask({ asOf: '2024-03-31' })).toMatchObject({
      asOf: '2024-03-31T22:59:59.999Z',
      recordedAsOf: null,
    });
    expect(await ask({ asOf: '2024-10-27' })).toMatchObject({ asOf: '2024-10-27T23:59:59.999Z' });
  });

  it('shows offers, acceptances and enrolments of then', async () => {
    expect((await ask({ asOf: '2024-03-02' })).settings).toMatchObject([
      { urn: URN, status: 'offered', allocatedPence: 3_000_000, reservedPence: 3_000_000, releasedPence: 0 },
      { urn: OTHER, status: 'enrolled', allocatedPence: 0, committedPence: 0 },
    ]);
    expect((await ask({ asOf: '2024-03-05' })).settings[0]).toMatchObject({
      status: 'accepted',
      confirmedPence: 3_000_000,
      reservedPence: 0,
      undrawnPence: 3_000_000,
    });
  });
});

describe('as it was known', () => {
  it.each([
    ['2024-03-31', 0],
    ['2024-04-06', 0],
    ['2024-04-07', FIRST],
  ])('by %s, %d pence were known to be released', async (recordedAsOf, pence) => {
    expect(await released({ recordedAsOf })).toBe(pence);
  });

  it('with both: what was known by the one to have happened by the other', async () => {
    expect(await released({ asOf: '2024-03-31', recordedAsOf: '2024-04-06' })).toBe(0);
    expect(await released({ asOf: '2024-03-31', recordedAsOf: '2024-04-07' })).toBe(FIRST);
    expect(await released({ asOf: '2024-03-30', recordedAsOf: '2024-11-30' })).toBe(0);
    expect(await ask({ asOf: '2024-03-31', recordedAsOf: '2024-04-07' })).toMatchObject({
      asOf: '2024-03-31T22:59:59.999Z',
      recordedAsOf: '2024-04-07T22:59:59.999Z',
    });
  });
});

it('now and as of now are one answer', async () => {
  const { asOf: _now, ...now } = await ask({});
  const { asOf: _then, ...then } = await ask({ asOf: funding.now });
  expect(then).toEqual(now);
  expect(now).toMatchObject({
    ...{
      programmeId: PROGRAMME,
      budgetPence: 10_000_000,
      committedPence: 4_200_000,
      confirmedPence: 3_000_000,
    },
    ...{ reservedPence: 1_200_000, availablePence: 5_800_000, releasedPence: 3_000_000 },
  });
});

describe('what cannot be asked', () => {
  const codeOf = (attempt: Promise<unknown>): Promise<unknown> =>
    attempt.then(
      () => 'done',
      ({ refusal: { code, details } }: RefusalError) => [code, details['field'] ?? details['programmeId']],
    );
  it.each([
    [{ asOf: '2024-02-30' }, ['TIME.NOT_UNDERSTOOD', 'asOf']],
    [{ asOf: '2024-03-31T01:30' }, ['TIME.NOT_UNDERSTOOD', 'asOf']],
    [{ recordedAsOf: 'yesterday' }, ['TIME.NOT_UNDERSTOOD', 'recordedAsOf']],
    [{ asOf: '2024-02-29' }, ['PROGRAMME.NOT_FOUND', PROGRAMME]],
    [{ recordedAsOf: '2024-02-29' }, ['PROGRAMME.NOT_FOUND', PROGRAMME]],
  ])('%p is refused', async (cut, expected) => {
    expect(await codeOf(ask(cut))).toEqual(expected);
  });
  it('an unknown programme', async () => {
    expect(await codeOf(funding.ask(new GetLedger({ programmeId: 'no-such' })))).toEqual([
      'PROGRAMME.NOT_FOUND',
      'no-such',
    ]);
  });
});

describe('clocks of processes that differ', () => {
  /** The log as it is, with the record times of some events changed. */
  function retold(recordedAt: (stored: StoredEvent) => string | undefined): EventStore {
    const { events } = funding.office.stores;
    return {
      readAll: async function* (options?: ReadAllOptions) {
        for await (const page of events.readAll(options)) {
          yield page.map((stored) => {
            const other = recordedAt(stored);
            return other === undefined
              ? stored
              : { ...stored, metadata: { ...stored.metadata, recordedAt: other } };
          });
        }
      },
    } as unknown as EventStore;
  }
  const asKnown = (store: EventStore, recordedAsOf: string): Promise<Ledger> =>
    ledgerAsOf(
      store,
      funding.office.app.get(EventCodec),
      PROGRAMME,
      { recordedAsOf: recordedAsOf as Instant },
      funding.now,
    );

  it('cut the log where the latest record time so far first passes, so that every cut is a beginning of it', async () => {
    // The plan's approval, which the ledger does not even look at, was stamped by a clock a month ahead.
    const store = retold(({ type }) =>
      type === 'ActionPlanApproved' ? '2024-04-20T00:00:00.000Z' : undefined,
    );
    const before = await asKnown(store, '2024-04-19T00:00:00.000Z');
    expect(before).toMatchObject({ committedPence: 0, releasedPence: 0 });
    expect(before.settings).toHaveLength(2);
    const after = await asKnown(store, '2024-04-20T00:00:00.000Z');
    expect(after).toMatchObject({ committedPence: 3_000_000, releasedPence: FIRST });
  });

  it('and a clock that is behind hides nothing', async () => {
    const store = retold(({ type }) => (type === 'TrancheReleased' ? '2024-01-01T00:00:00.000Z' : undefined));
    expect(await asKnown(store, '2024-03-20T23:00:00.000Z')).toMatchObject({ releasedPence: FIRST });
  });
});

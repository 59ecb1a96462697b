// Two streams, no transaction: what a crash leaves half done is finished or given back, and nobody is paid twice.
import { allocation, fund, GetLedger, type Ledger } from '#domain/funding';
import { randomId, RefusalError, type Refusal } from '#kernel';
import { Decisions } from '#platform/event-store';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Funding, people } from './funding.harness.js';

const URNS = Array.from({ length: 12 }, (_, index) => String(100_001 + index));
const EACH = 3_000_000;

let funding: Funding;
let decisions: Decisions;
beforeAll(async () => {
  funding = await Funding.open('2024-03-01');
  decisions = funding.office.app.get(Decisions);
  await funding.register(Object.fromEntries(URNS.map((urn) => [urn, '50'])));
});
afterAll(() => funding.close());

let programmes = 0;
/** A programme with money for some of its settings, each with a submitted plan. */
async function withMoneyFor(count: number, urns: readonly string[]): Promise<string> {
  const id = `programme-${(programmes += 1)}`;
  await funding.programme(id, EACH * count);
  for (const urn of urns) await funding.prepare(id, urn);
  return id;
}

async function refused(attempt: Promise<unknown>): Promise<Refusal> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof RefusalError) return error.refusal;
    throw error;
  }
  throw new Error('it was not refused');
}

/** The ledger from the read model, up to date. */
async function ledgerOf(programmeId: string): Promise<Ledger> {
  const head = await funding.office.stores.events.head();
  return funding.ask(new GetLedger({ programmeId }, String(head)));
}
const typesOf = async (aggregate: typeof fund | typeof allocation, id: string): Promise<string[]> =>
  (await decisions.load(aggregate as typeof fund, id)).history.map((event) => event.type);

/** With the fund opened by its policy, as it is long before any offer. */
async function reserveOnly(programmeId: string, urn: string, commandId: string): Promise<void> {
  await funding.settle();
  await funding.reserveOnly(programmeId, urn, EACH, { commandId });
}

describe('an offer whose second half never came', () => {
  const [urn, other] = URNS as [string, string];

  it('keeps its money in flight, and gives it back some minutes later', async () => {
    const id = await withMoneyFor(1, [urn, other]);
    await reserveOnly(id, urn, randomId());
    expect(await ledgerOf(id)).toMatchObject({ reservedPence: EACH, availablePence: 0 });
    await funding.settle();
    expect((await refused(funding.offer(id, other))).code).toBe('FUND.INSUFFICIENT');
    funding.pass(6);
    await funding.settle();
    expect(await ledgerOf(id)).toMatchObject({ reservedPence: 0, availablePence: EACH });
    expect(await typesOf(fund, id)).toEqual(['FundOpened', 'FundsReserved', 'ReservationReleased']);
    expect(await typesOf(allocation, `${id}.${urn}`)).toEqual(['OfferAbandoned']);
    await funding.offer(id, other);
    expect(await ledgerOf(id)).toMatchObject({ reservedPence: EACH, availablePence: 0 });
  });

  it('is finished by whoever sends the same command again in time', async () => {
    const id = await withMoneyFor(1, [urn]);
    const commandId = randomId();
    await reserveOnly(id, urn, commandId);
    await funding.offer(id, urn, { commandId });
    funding.pass(6);
    await funding.settle();
    expect(await typesOf(fund, id)).toEqual(['FundOpened', 'FundsReserved']);
    expect(await typesOf(allocation, `${id}.${urn}`)).toEqual(['AllocationOffered']);
  });

  it('is fenced: who comes back too late is refused, and can make it anew', async () => {
    const id = await withMoneyFor(1, [urn]);
    const commandId = randomId();
    await reserveOnly(id, urn, commandId);
    funding.pass(6);
    await funding.settle();
    expect((await refused(funding.offer(id, urn, { commandId }))).code).toBe('ALLOCATION.OFFER_ABANDONED');
    expect(await ledgerOf(id)).toMatchObject({ committedPence: 0 });
    await funding.offer(id, urn);
    expect(await ledgerOf(id)).toMatchObject({ reservedPence: EACH });
  });

  it('does not offer another amount than was reserved, when the figures changed in between', async () => {
    const id = await withMoneyFor(2, [urn]);
    const commandId = randomId();
    await reserveOnly(id, urn, commandId);
    await funding.census({ [urn]: '60' });
    const refusal = await refused(funding.offer(id, urn, { commandId }));
    expect(refusal.code).toBe('ALLOCATION.RESERVATION_DIFFERS');
    // Given back at once, so that it can be made anew.
    expect(await ledgerOf(id)).toMatchObject({ committedPence: 0 });
    await funding.offer(id, urn);
    expect(await ledgerOf(id)).toMatchObject({ reservedPence: 3_600_000 });
    await funding.census({ [urn]: '50' });
  });
});

describe('an acceptance whose second half never came', () => {
  it('is finished by the policy, as of the acceptance', async () => {
    const urn = URNS[0]!;
    const id = await withMoneyFor(1, [urn]);
    await funding.offer(id, urn);
    const context = funding.context({ by: people.setting });
    const signed = {
      ...{ eventId: randomId(), stream: `participation-${id}.${urn}`, revision: '0' },
      type: 'GrantAgreementSigned',
    };
    const standing = {
      ...{ ended: null, undecided: false, failedChecks: [], reviewOverdueSince: null, toAmend: null },
      ...{ agreement: { version: 1, signature: { event: signed, occurredAt: funding.now } }, clearedAt: {} },
    };
    const request = { type: 'AcceptOffer', data: { standing } } as const;
    await decisions.execute(allocation, `${id}.${urn}`, request, context);
    const acceptedAt = funding.now;
    expect(await ledgerOf(id)).toMatchObject({
      confirmedPence: 0,
      reservedPence: EACH,
      committedPence: EACH,
    });
    funding.pass(60);
    await funding.settle();
    expect(await ledgerOf(id)).toMatchObject({
      confirmedPence: EACH,
      reservedPence: 0,
      committedPence: EACH,
    });
    const { history } = await decisions.load(fund, id);
    expect(history.at(-1)).toMatchObject({
      type: 'CommitmentConfirmed',
      metadata: { occurredAt: acceptedAt },
    });
  });

  it('is finished at once where nothing crashed, and once only', async () => {
    const urn = URNS[0]!;
    const id = await withMoneyFor(1, [urn]);
    await funding.offer(id, urn);
    await Promise.all([funding.accept(id, urn), funding.accept(id, urn), funding.accept(id, urn)]);
    expect(await ledgerOf(id)).toMatchObject({ confirmedPence: EACH, reservedPence: 0 });
    await funding.settle();
    expect(await typesOf(fund, id)).toEqual(['FundOpened', 'FundsReserved', 'CommitmentConfirmed']);
  });
});

describe('simultaneous commands', () => {
  it('offer as many as the fund has money for, no more, and lose none to the crowd', async () => {
    const id = await withMoneyFor(5, URNS);
    const results = await Promise.allSettled(URNS.map((urn) => funding.offer(id, urn)));
    const codes = results.flatMap((one) =>
      one.status === 'rejected' ? [(one.reason as RefusalError).code] : [],
    );
    expect(codes).toEqual(Array.from({ length: 7 }, () => 'FUND.INSUFFICIENT'));
    expect(await ledgerOf(id)).toMatchObject({ reservedPence: 5 * EACH, availablePence: 0 });
  });

  it('offer once to one setting, and keep no money twice for it', async () => {
    const urn = URNS[0]!;
    const id = await withMoneyFor(4, [urn]);
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => funding.offer(id, urn)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await ledgerOf(id)).toMatchObject({ reservedPence: EACH, availablePence: 3 * EACH });
  });

  it('release a tranche once', async () => {
    const urn = URNS[0]!;
    const id = await withMoneyFor(1, [urn]);
    await funding.offer(id, urn);
    await funding.accept(id, urn);
    await funding.approvePlan(id, urn);
    await funding.settle();
    await funding.sign('propose', id, urn, 1);
    await funding.sign('approve', id, urn, 1);
    const payers = ['pat', 'paul', 'petra', 'pia'].map((subject) => ({ ...people.payer, subject }));
    const results = await Promise.allSettled(
      payers.flatMap((by) => [
        funding.sign('release', id, urn, 1, { by }),
        funding.sign('release', id, urn, 1, { by }),
      ]),
    );
    // Each payer asks twice: the one who released is told that it is so, the others that it is done.
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(
      (await typesOf(allocation, `${id}.${urn}`)).filter((type) => type === 'TrancheReleased'),
    ).toHaveLength(1);
    expect(await ledgerOf(id)).toMatchObject({ releasedPence: 1_200_000 });
  });

  it('repeat nothing when the same request is sent again', async () => {
    const urn = URNS[0]!;
    const id = await withMoneyFor(1, [urn]);
    const commandId = randomId();
    const [first, second] = [
      await funding.offer(id, urn, { commandId }),
      await funding.offer(id, urn, { commandId }),
    ];
    expect(second).toMatchObject({
      revision: 0n,
      events: [{ id: (first as { events: { id: string }[] }).events[0]!.id }],
    });
    expect(await typesOf(fund, id)).toEqual(['FundOpened', 'FundsReserved']);
  });
});

describe('an offer that is refused', () => {
  it('when its command id is taken for another setting, whose money it must not offer twice', async () => {
    const [urn, other] = URNS as [string, string];
    const id = await withMoneyFor(2, [urn, other]);
    const commandId = randomId();
    await funding.offer(id, urn, { commandId });
    expect((await refused(funding.offer(id, other, { commandId }))).code).toBe('FUND.RESERVATION_DIFFERS');
    expect(await typesOf(allocation, `${id}.${other}`)).toEqual([]);
    expect(await ledgerOf(id)).toMatchObject({ reservedPence: EACH, availablePence: EACH });
  });

  it('reserves nothing', async () => {
    const urn = URNS[0]!;
    const id = await withMoneyFor(1, [urn]);
    await funding.census({ [urn]: 'x' });
    const refusal = await refused(funding.offer(id, urn));
    expect(refusal.code).toBe('ALLOCATION.FTE_UNKNOWN');
    expect(refusal.message).toContain(`School ${urn} (${urn})`);
    await funding.census({ [urn]: '50' });
    expect((await refused(funding.offer(id, URNS[1]!))).code).toBe('ALLOCATION.NOT_ENROLLED');
    expect((await refused(funding.offer('no-such', urn))).code).toBe('PROGRAMME.NOT_FOUND');
    expect((await refused(funding.offer(id, urn, { at: '2024-02-28' }))).code).toBe('TIME.BEFORE_ITS_FACTS');
    expect((await refused(funding.offer(id, urn, { at: '2024-12-31' }))).code).toBe('TIME.IN_FUTURE');
    expect(await ledgerOf(id)).toMatchObject({ committedPence: 0 });
  });

  it('as stale, when it was decided on another revision', async () => {
    const urn = URNS[0]!;
    const id = await withMoneyFor(1, [urn]);
    const { OfferAllocation } = await import('#domain/funding');
    const context = { ...funding.context(), expectedRevision: 4n };
    const refusal = await refused(funding.run(new OfferAllocation({ programmeId: id, urn }, context)));
    expect(refusal.kind).toBe('stale');
    expect(await ledgerOf(id)).toMatchObject({ committedPence: 0 });
  });
});

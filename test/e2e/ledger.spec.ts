// Any figure on the ledger leads to its events; what does not add up raises an alert.
import {
  alertBreaches,
  CheckLedger,
  ExplainLedger,
  GetLedger,
  ledgerAsOf,
  ledgerCsv,
  trancheReleased,
  type Explanation,
  type Ledger,
  type LedgerCheck,
} from '#domain/funding';
import { participationId, randomId, systemActor } from '#kernel';
import { EventCodec } from '#platform/event-store';
import { JobHandlers } from '#platform/jobs';
import { Outbox } from '#platform/outbox';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { readFile } from 'node:fs/promises';
import { ops } from './api-process.js';
import { Funding } from './funding.harness.js';

const PROGRAMME = 'accounts';
const URN = '100001';
let funding: Funding;
beforeAll(async () => {
  funding = await Funding.open('2024-03-01');
  await funding.register({ [URN]: '50', '100002': '20' });
  await funding.programme(PROGRAMME, 10_000_000);
  for (const urn of [URN, '100002']) {
    await funding.prepare(PROGRAMME, urn);
    await funding.approvePlan(PROGRAMME, urn);
    await funding.offer(PROGRAMME, urn);
  }
  await funding.accept(PROGRAMME, URN);
  await funding.settle();
  await funding.pay(PROGRAMME, URN, 1);
  funding.goTo('2024-09-10');
  await funding.pay(PROGRAMME, URN, 2);
  await funding.settle();
});
afterAll(() => funding.close());

const head = async () => String(await funding.office.stores.events.head());
const ledger = async (): Promise<Ledger> =>
  funding.ask(new GetLedger({ programmeId: PROGRAMME }, await head()));
const explain = (input: Omit<ExplainLedger['input'], 'programmeId'>): Promise<Explanation> =>
  funding.ask(new ExplainLedger({ programmeId: PROGRAMME, ...input }));
const typesIn = ({ event, because }: Explanation): readonly string[] => [
  ...(event === undefined ? [] : [event.type]),
  ...because.flatMap(typesIn),
];

describe('a ledger', () => {
  it('adds up by setting, tranche and academic year, now and from history', async () => {
    const now = await ledger();
    const sum = (pence: readonly number[]): number => pence.reduce((total, one) => total + one, 0);
    expect(now).toMatchObject({
      releasedPence: 3_000_000,
      committedPence: 4_200_000,
      allocatedPence: 4_200_000,
    });
    const tranches = now.settings.flatMap((setting) => setting.tranches);
    expect(tranches).toHaveLength(4);
    expect(sum(tranches.map(({ allocatedPence }) => allocatedPence))).toBe(now.allocatedPence);
    expect(sum(tranches.map(({ releasedPence }) => releasedPence))).toBe(now.releasedPence);
    expect(now.years.map(({ academicYear, moved }) => [academicYear, moved.releasedPence])).toEqual([
      ['2023/24', 1_200_000],
      ['2024/25', 1_800_000],
    ]);
    const { stores, app } = funding.office;
    const again = await ledgerAsOf(stores.events, app.get(EventCodec), PROGRAMME, {}, now.asOf);
    expect(again).toEqual(now);
  });

  it('is exported with the totals of the screen', async () => {
    const now = await ledger();
    const rows: string[][] = parse(ledgerCsv(now, 'setting'));
    const pence = (text: string | undefined): number => Number(text?.replace('.', ''));
    const lines = rows.slice(1, -1);
    const summed = rows[0]!
      .slice(4)
      .map((_, index) => lines.reduce((total, row) => total + pence(row[index + 4]), 0));
    expect(rows.at(-1)?.slice(4).map(pence)).toEqual(summed);
    expect(summed[4]).toBe(now.releasedPence);
  });
});

describe('a figure', () => {
  it('is the sum of what its events add and take', async () => {
    const now = await ledger();
    for (const [figure, pence] of [
      ['budget', now.budgetPence],
      ['committed', now.committedPence],
      ['confirmed', now.confirmedPence],
      ['reserved', now.reservedPence],
      ['available', now.availablePence],
      ['released', now.releasedPence],
      ['allocated', now.allocatedPence],
    ] as const) {
      const { says, because } = await explain({ figure });
      expect(says).toContain(
        `: £${(pence / 100).toLocaleString('en-GB', { minimumFractionDigits: 2 })}, the sum of`,
      );
      const sum = because.reduce((total, line) => total + penceIn(line.says), 0);
      expect([figure, sum]).toEqual([figure, pence]);
    }
  });

  it('of a setting is followed down to the files and the audit', async () => {
    const released = await explain({ figure: 'released', urn: URN, tranche: 2 });
    expect(released.because).toHaveLength(1);
    expect(typesIn(released)).toEqual(
      expect.arrayContaining(['TrancheReleased', 'TrancheApproved', 'ActionPlanApproved', 'AuditCompleted']),
    );
    const reserved = await explain({ figure: 'committed', urn: '100002' });
    expect(typesIn(reserved)).toContain('FundOpened');
  });

  it('is asked for a year, for a setting, and as of a day', async () => {
    expect((await explain({ figure: 'released', academicYear: '2024/25' })).says).toContain('£18,000.00');
    expect((await explain({ figure: 'released', asOf: '2024-08-31' })).says).toContain('£12,000.00');
    expect((await explain({ figure: 'released', urn: '100002' })).says).toContain(
      ': £0.00, the sum of 0 entries',
    );
  });

  it.each([
    [{ figure: 'money' }, 'figure'],
    [{ figure: 'released', tranche: 1 }, 'tranche'],
    [{ figure: 'released', academicYear: '2024' }, 'academicYear'],
    [{ figure: 'released', academicYear: '2024/26' }, 'academicYear'],
  ] as const)('is refused for %j, naming %s', async (input, field) => {
    await expect(explain(input)).rejects.toMatchObject({
      refusal: { code: 'QUERY.BAD_FILTER', details: { field } },
    });
  });
});

describe('a breach of the identities', () => {
  it('has a name that the documentation explains', async () => {
    const check = await funding.ask<LedgerCheck>(new CheckLedger({ programmeId: PROGRAMME }, await head()));
    expect(check).toMatchObject({ holds: true, breaches: [] });
    const documented = await readFile('infra/docs/ledger.md', 'utf8');
    for (const { name } of check.identities) expect(documented).toContain(`- \`${name}\`: `);
  });

  it('is written into the outbox once, naming the event that it came with', async () => {
    const { stores, app } = funding.office;
    const outbox = app.get(Outbox);
    const run = async (): Promise<void> => {
      const [effect] = alertBreaches.react({
        ...(await funding.history()).findLast(({ type }) => type === 'TrancheReleased')!,
      });
      if (effect === undefined || !('enqueue' in effect)) throw new Error('no job');
      await app.get(JobHandlers).get(effect.enqueue.kind)!.run(effect.enqueue, new AbortController().signal);
    };
    const breached = async () => (await outbox.delivered()).filter((id) => id.startsWith('ledger-breach.'));
    await run();
    expect(await breached()).toEqual([]);

    // As no decider would: the second tranche a second time, put into the stream by hand.
    const stream = `allocation-${participationId(PROGRAMME, URN)}`;
    const past = (await funding.history()).filter((event) => event.stream === stream);
    const commandId = randomId();
    const planted = app
      .get(EventCodec)
      .encode(
        trancheReleased({ programmeId: PROGRAMME, urn: URN, number: 2, amountPence: 1_800_000 }),
        randomId(),
        {
          ...{ commandId, correlationId: commandId, causationId: commandId },
          ...{ actor: systemActor('fault'), occurredAt: funding.now, recordedAt: funding.now },
        },
      );
    await stores.events.append(stream, past.at(-1)!.revision, [planted]);
    await run();
    await run();
    expect([...(await breached())].sort()).toEqual([
      `ledger-breach.${PROGRAMME}.${URN}.2.never-over-drawn`,
      `ledger-breach.${PROGRAMME}.${URN}.never-over-drawn`,
      `ledger-breach.${PROGRAMME}.never-over-drawn`,
    ]);
    const checked = await ops(funding.folder, ['check-ledger', PROGRAMME, '--json']);
    expect(checked.code).toBe(1);
    expect(JSON.parse(checked.stdout)).toMatchObject({ holds: false });
    expect(JSON.parse(checked.stderr)).toMatchObject({ error: { code: 'LEDGER.BROKEN' } });
  });
});

/** Of a line that begins `+£1,234.00: …`. */
function penceIn(says: string): number {
  const amount = /^([+-])£([\d,]+)\.(\d\d):/.exec(says);
  if (amount === null) throw new Error(`no amount at the beginning of: ${says}`);
  return Number(`${amount[1]}${amount[2]?.replaceAll(',', '')}${amount[3]}`);
}

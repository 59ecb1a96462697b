import {
  allocationOffered,
  allocationRoundAdopted,
  commitmentConfirmed,
  fundOpened,
  fundsReserved,
  ledgerCsv,
  LedgerFold,
  trancheReleased,
  type Ledger,
} from '#domain/funding';
import { paymentRunReleased, paymentSettled } from '#domain/payments';
import { programmeCreated, settingEnrolled } from '#domain/programme';
import type { AnyEvent } from '#kernel';
import { History, instant } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { ledgerShown } from './ledger-shown.js';

// £100,000, of which one offer of £4,000 was accepted, £1,500 of it paid and £30 back, and £7,000 waits in a round.
const [programmeId, urn] = ['ipswich', '100001'];
const one = { programmeId, urn, number: 1 };
const programme = { eventId: 'e', stream: 's', revision: '0', type: 'T' };
const policy = {
  ...{ kind: 'rate-per-fte' as const, version: 1, ratePencePerFte: 1 },
  ...{ floorPence: 0, capPence: 1 },
};
const run = { programmeId, run: 1 };
const payment = { trancheId: `${programmeId}.${urn}.1`, urn, number: 1, amountPence: 150_000 };
const offer = { programmeId, urn, amountPence: 400_000, reservationId: 'r' };
const share = { shareBasisPoints: 5000, amountPence: 200_000, conditions: [] };
const course: readonly (readonly [string, AnyEvent])[] = [
  [
    '2023-09-01',
    programmeCreated({
      ...{ programmeId, name: 'Ipswich', area: 'Ipswich', budgetPence: 10_000_000, policy },
      ...{ startsOn: '2023-09-01', endsOn: '2025-08-31', tranches: [], reportWindows: [] },
    }),
  ],
  [
    '2023-09-02',
    settingEnrolled({
      ...{ programmeId, urn, settingName: 'Quay School', reportWindows: [], programme, setting: programme },
    }),
  ],
  ['2023-09-03', fundOpened({ programmeId, budgetPence: 10_000_000, programme })],
  ['2024-02-01', fundsReserved({ ...offer, allocationId: 'ipswich.100001' })],
  [
    '2024-02-01',
    allocationOffered({
      ...{ ...offer, settingName: 'Quay School', fte: '1', figure: programme, policy, programme },
      ...{ unclampedPence: 1, remainderPence: 0, round: null, acceptBy: null, carriedOver: null },
      tranches: [
        { ...share, number: 1 },
        { ...share, number: 2 },
      ],
    }),
  ],
  ['2024-02-02', commitmentConfirmed({ ...offer, allocationId: 'ipswich.100001', acceptance: programme })],
  ['2024-03-01', trancheReleased({ ...one, amountPence: 150_000 })],
  [
    '2024-09-02',
    paymentRunReleased({ ...run, payments: [payment], totalPence: 150_000, fileSha256: 'a'.repeat(64) }),
  ],
  ['2024-09-03', paymentSettled({ ...run, ...payment, attempt: 1, bankReference: 'R', responseRow: 2 })],
  [
    '2024-10-01',
    {
      type: 'ReclaimReceived',
      data: { ...one, receipt: 1, reclaim: 1, amountPence: 2000, reference: 'B1' },
    },
  ],
  [
    '2024-10-02',
    {
      type: 'UnderspendReturned',
      data: { ...one, receipt: 2, amountPence: 1000, reference: 'B2', reason: 'unspent' },
    },
  ],
  [
    '2024-11-01',
    allocationRoundAdopted({
      ...{ programmeId, round: 1, hash: 'a'.repeat(64), policy, programme, rate: null, settings: 2 },
      ...{ schedule: null, leftOut: [], cut: { eventId: 'e', count: 1 } },
      ...{ totalPence: 700_000, leftPence: 0 },
    }),
  ],
];

function ledgerNow(): Ledger {
  const history = new History();
  const fold = new LedgerFold(programmeId);
  for (const [at, event] of course) fold.apply(history.record(event, { at }));
  return fold.answer({ asOf: instant('2024-12-01'), recordedAsOf: null })!;
}

/** The amounts of the last line in which something stands, in pence. */
function amountsIn(text: string, has: RegExp): readonly number[] {
  const line = text.split('\n').findLast((one_) => has.test(one_)) ?? '';
  return [...line.matchAll(/(-?)£([\d,]+)\.(\d\d)/g)].map(([, sign, pounds, pence]) =>
    Number(`${sign}${pounds!.replaceAll(',', '')}${pence}`),
  );
}

const pence = (text: string): number => Number(text.replace('.', ''));

describe('a ledger on the screen', () => {
  const ledger = ledgerNow();
  const screen = ledgerShown(ledger);
  /** What the screen says of the whole programme, at its head. */
  const head = (label: string): readonly number[] => amountsIn(screen, new RegExp(`^  ${label}`));
  const [settled, back] = [150_000, 3000];

  it('has settings and academic years that add up to its head, with what waits in a round', () => {
    expect(head('committed')).toEqual([1_100_000, 400_000, 700_000]);
    expect(amountsIn(screen, /Set aside for a round +reserved/)).toEqual([0, 700_000, 0, 0, 0, 0]);
    const [allocated, undrawn] = [400_000, 250_000];
    expect(amountsIn(screen, /^TOTAL +Ipswich/)).toEqual([
      ...[allocated, head('committed')[0], head('released')[0], settled, back, undrawn],
    ]);
    const years = amountsIn(screen, /^TOTAL +£/);
    expect(years).toEqual([
      ...[head('committed')[0], head('released')[0], head('instructed')[0], settled, back],
      ...[head('budget')[0], head('available')[0]],
    ]);
    const each = ['2023/24', '2024/25'].map((year) => amountsIn(screen, new RegExp(`^${year}`)));
    expect(each[0]!.slice(0, 5).map((amount, index) => amount + each[1]![index]!)).toEqual(years.slice(0, 5));
  });

  it.each(['programme', 'setting', 'tranche', 'year'] as const)(
    'agrees with the totals of its CSV by %s, whose lines add up to them',
    (by) => {
      const rows = parse<Record<string, string>>(ledgerCsv(ledger, by), { columns: true, bom: true });
      const total = rows.at(-1)!;
      const lines = by === 'programme' ? rows : rows.slice(0, -1);
      const onScreen: Record<string, number | undefined> = {
        ...{
          Committed: head('committed')[0],
          Confirmed: head('committed')[1],
          Reserved: head('committed')[2],
        },
        ...{ Released: head('released')[0], Instructed: head('instructed')[0], Settled: settled },
        ...{ Reclaimed: head('reclaimed')[0], Returned: head('reclaimed')[1] },
        ...{ Budget: head('budget')[0], 'Budget moved by': head('budget')[0] },
        ...{ Available: head('available')[0], 'Available moved by': head('available')[0] },
      };
      const shown = Object.keys(onScreen).filter((column) => column in total);
      expect(shown.length).toBeGreaterThanOrEqual(6);
      for (const column of shown) {
        expect([column, pence(total[column]!)]).toEqual([column, onScreen[column]]);
        const sum = lines.reduce((so, line) => so + pence(line[column]!), 0);
        expect([column, sum]).toEqual([column, onScreen[column]]);
      }
    },
  );
});

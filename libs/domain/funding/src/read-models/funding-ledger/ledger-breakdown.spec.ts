import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { offerDeclined, trancheReleased } from '../../allocation/allocation.events.js';
import {
  allocationRoundAdopted,
  commitmentConfirmed,
  fundBudgetRaised,
  fundsReserved,
  reservationReleased,
} from '../../fund/fund.events.js';
import { ledgerCsv } from './ledger-csv.js';
import { created, enrolled, ledgerAfter, of, offered, opened, reference } from './ledger.fixture.js';

const urn = '100001';
const released = trancheReleased({ programmeId: 'ipswich', urn, number: 1, amountPence: 150 });
const confirmed = commitmentConfirmed({ ...of(urn, 400), acceptance: reference });
const raised = fundBudgetRaised({
  programmeId: 'ipswich',
  fromPence: 1000,
  budgetPence: 1300,
  reason: 'more',
});
const declined = offerDeclined({
  ...{ programmeId: 'ipswich', urn, amountPence: 400, reservationId: `r-${urn}`, reason: 'too small' },
});
const freed = reservationReleased({ ...of(urn, 400), reason: 'the offer was declined', evidence: null });
const course = [
  ['2023-09-01', created],
  ['2023-09-02', enrolled(urn)],
  ['2023-09-02', opened],
  ['2024-08-31', fundsReserved(of(urn, 400))],
  ['2024-08-31', offered(urn, 400)],
  ['2024-09-01', confirmed],
  ['2024-09-02', released],
  ['2024-09-03', raised],
] as const;
const lines = (csv: string): string[][] => parse(csv);

describe('the breakdown of a ledger', () => {
  it('has what moved in each academic year, from 1 September, and how it stood at the end', () => {
    const { years, ...ledger } = ledgerAfter(...course)!;
    expect(years).toMatchObject([
      {
        academicYear: '2023/24',
        moved: { budgetPence: 1000, allocatedPence: 400, reservedPence: 400, committedPence: 400 },
        atEnd: { budgetPence: 1000, committedPence: 400, availablePence: 600, releasedPence: 0 },
      },
      {
        academicYear: '2024/25',
        moved: {
          budgetPence: 300,
          reservedPence: -400,
          confirmedPence: 400,
          committedPence: 0,
          releasedPence: 150,
        },
        atEnd: { budgetPence: 1300, committedPence: 400, availablePence: 900, releasedPence: 150 },
      },
    ]);
    expect(years.at(-1)?.atEnd).toEqual({
      ...{ budgetPence: ledger.budgetPence, availablePence: ledger.availablePence },
      ...{ allocatedPence: ledger.allocatedPence, releasedPence: ledger.releasedPence },
      ...{ committedPence: 400, confirmedPence: 400, reservedPence: 0 },
      ...{ instructedPence: 0, settledPence: 0, reclaimedPence: 0, returnedPence: 0 },
    });
  });

  it('goes by the day in London: half past eleven in the evening of 31 August UTC is 1 September', () => {
    const night = ledgerAfter(['2024-08-31T23:30:00Z', created])!;
    expect(night.years.map(({ academicYear }) => academicYear)).toEqual(['2024/25']);
  });

  it('has each tranche of an offer, until the offer is declined', () => {
    const tranche = {
      ...{ number: 1, allocatedPence: 400, committedPence: 400, releasedPence: 150, undrawnPence: 250 },
      ...{ instructedPence: 0, settledPence: 0, reclaimedPence: 0, returnedPence: 0 },
    };
    expect(ledgerAfter(...course)?.settings[0]?.tranches).toEqual([tranche]);
    const before = course.slice(0, 5);
    const after = ledgerAfter(...before, ['2024-09-01', declined], ['2024-09-01', freed])!;
    expect(after.settings[0]).toMatchObject({ tranches: [], allocatedPence: 0, committedPence: 0 });
    expect(after).toMatchObject({ allocatedPence: 0, availablePence: 1000 });
  });
});

/** Instructed, settled, reclaimed and returned. */
const none = ['0.00', '0.00', '0.00', '0.00'];

describe('a ledger as CSV', () => {
  const ledger = ledgerAfter(...course)!;

  it('has a line for each setting in pounds, and the totals of the ledger', () => {
    expect(lines(ledgerCsv(ledger, 'setting')).slice(1)).toEqual([
      [urn, `School ${urn}`, 'offered', 'enrolled', '4.00', '4.00', '0.00', '4.00', '1.50', ...none, '2.50'],
      ['TOTAL', 'Ipswich', '', '', '4.00', '4.00', '0.00', '4.00', '1.50', ...none, '2.50'],
    ]);
  });

  it('has a line for each tranche, and one for each academic year', () => {
    expect(lines(ledgerCsv(ledger, 'tranche')).slice(1)).toEqual([
      [urn, `School ${urn}`, '1', '4.00', '4.00', '1.50', ...none, '2.50'],
      ['TOTAL', 'Ipswich', '', '4.00', '4.00', '1.50', ...none, '2.50'],
    ]);
    expect(lines(ledgerCsv(ledger, 'year')).slice(1)).toEqual([
      ['2023/24', '10.00', '4.00', '0.00', '4.00', '4.00', '0.00', ...none, '6.00', '10.00', '6.00'],
      ['2024/25', '3.00', '0.00', '4.00', '-4.00', '0.00', '1.50', ...none, '3.00', '13.00', '9.00'],
      ['TOTAL', '13.00', '4.00', '4.00', '0.00', '4.00', '1.50', ...none, '9.00', '13.00', '9.00'],
    ]);
  });

  it('shows what a round has set aside and not yet offered, so that the lines add up', () => {
    const policy = {
      kind: 'rate-per-fte' as const,
      version: 1,
      ratePencePerFte: 1,
      floorPence: 0,
      capPence: 1,
    };
    const round = allocationRoundAdopted({
      ...{ schedule: null, leftOut: [] },
      ...{ programmeId: 'ipswich', round: 1, hash: 'a'.repeat(64), policy, programme: reference, rate: null },
      ...{ cut: { eventId: 'e', count: 1 }, settings: 2, totalPence: 700, leftPence: 300 },
    });
    const rows = lines(ledgerCsv(ledgerAfter(created, enrolled(urn), opened, round)!, 'setting'));
    const zero = '0.00';
    expect(rows.at(-2)).toEqual([
      ...['', 'Set aside for a round', 'reserved', '', zero, zero, '7.00', '7.00', zero, ...none, zero],
    ]);
    expect(rows.at(-1)).toEqual([
      ...['TOTAL', 'Ipswich', '', '', zero, zero, '7.00', '7.00', zero, ...none, zero],
    ]);
  });

  it('leaves no formula to a spreadsheet, and a negative amount a number', () => {
    const line = { ...ledger.settings[0]!, name: '=HYPERLINK("http://x")' };
    const [, row] = lines(ledgerCsv({ ...ledger, settings: [line] }, 'setting'));
    expect(row?.[1]).toBe(`'=HYPERLINK("http://x")`);
    const years = ledger.years.map((year) => ({ ...year, moved: { ...year.moved, budgetPence: -105 } }));
    expect(lines(ledgerCsv({ ...ledger, years }, 'year'))[1]?.[1]).toBe('-1.05');
  });
});

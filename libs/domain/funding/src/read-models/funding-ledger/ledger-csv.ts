import { refusal, RefusalError, type Pence } from '#kernel';
import { stringify } from 'csv-stringify/sync';
import type { Ledger } from './ledger-answer.js';

/** By what the lines of an export go. */
export const LEDGER_LINES = ['setting', 'tranche', 'year'] as const;
export type LedgerLines = (typeof LEDGER_LINES)[number];

/** @throws RefusalError `QUERY.BAD_FILTER` */
export function parseLedgerLines(text: string): LedgerLines {
  const lines = LEDGER_LINES.find((one) => one === text);
  if (lines !== undefined) return lines;
  throw new RefusalError(
    refusal('QUERY.BAD_FILTER', 'invalid', `lines must be one of ${LEDGER_LINES.join(', ')}`, {
      field: 'lines',
    }),
  );
}

/** `1234.50`: pounds with two decimals, as spreadsheets read them. */
function pounds(pence: Pence): string {
  const digits = String(Math.abs(pence)).padStart(3, '0');
  return `${pence < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

type Row = readonly (string | number)[];

function bySetting(ledger: Ledger): readonly Row[] {
  const moneyOf = (
    of: Pick<
      Ledger,
      'allocatedPence' | 'confirmedPence' | 'reservedPence' | 'committedPence' | 'releasedPence'
    >,
  ) =>
    [
      of.allocatedPence,
      of.confirmedPence,
      of.reservedPence,
      of.committedPence,
      of.releasedPence,
      of.allocatedPence - of.releasedPence,
    ].map(pounds);
  // A round sets money aside before its offers are made: of the programme, and of no setting yet.
  const inRounds = ledger.settings.reduce(
    (left, { reservedPence }) => left - reservedPence,
    ledger.reservedPence,
  );
  return [
    ['URN', 'Setting', 'Status', 'Allocated', 'Confirmed', 'Reserved', 'Committed', 'Released', 'Undrawn'],
    ...ledger.settings.map((line) => [line.urn, line.name, line.status, ...moneyOf(line)]),
    ...(inRounds === 0
      ? []
      : [
          [
            '',
            'Set aside for a round',
            'reserved',
            '0.00',
            '0.00',
            pounds(inRounds),
            pounds(inRounds),
            '0.00',
            '0.00',
          ],
        ]),
    ['TOTAL', ledger.name, '', ...moneyOf(ledger)],
  ];
}

function byTranche(ledger: Ledger): readonly Row[] {
  return [
    ['URN', 'Setting', 'Tranche', 'Allocated', 'Released', 'Undrawn'],
    ...ledger.settings.flatMap(({ urn, name, tranches }) =>
      tranches.map((one) => [
        ...[urn, name, one.number],
        ...[one.allocatedPence, one.releasedPence, one.undrawnPence].map(pounds),
      ]),
    ),
    [
      ...['TOTAL', ledger.name, ''],
      ...[ledger.allocatedPence, ledger.releasedPence, ledger.allocatedPence - ledger.releasedPence].map(
        pounds,
      ),
    ],
  ];
}

function byYear(ledger: Ledger): readonly Row[] {
  const moneyOf = (of: Ledger | Ledger['years'][number]['moved']) =>
    [of.budgetPence, of.allocatedPence, of.committedPence, of.releasedPence, of.availablePence].map(pounds);
  return [
    ['Academic year', 'Budget', 'Allocated', 'Committed', 'Released', 'Available'],
    ...ledger.years.map(({ academicYear, moved }) => [academicYear, ...moneyOf(moved)]),
    ['TOTAL', ...moneyOf(ledger)],
  ];
}

const ROWS: Readonly<Record<LedgerLines, (ledger: Ledger) => readonly Row[]>> = {
  setting: bySetting,
  tranche: byTranche,
  year: byYear,
};

/** A ledger as CSV (RFC 4180): a line for each setting, tranche or academic year, and at the end the totals of the screen. */
export function ledgerCsv(ledger: Ledger, lines: LedgerLines): string {
  // A name that begins like a formula is data to whoever opens the file in a spreadsheet.
  return stringify(
    ROWS[lines](ledger).map((row) => row.map(harmless)),
    { record_delimiter: '\r\n' },
  );
}

const LIKE_A_FORMULA = /^[=+@\t\r]|^-(?!\d)/;
function harmless(value: string | number): string | number {
  return typeof value === 'string' && LIKE_A_FORMULA.test(value) ? `'${value}` : value;
}

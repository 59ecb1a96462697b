import { refusal, RefusalError, type Pence } from '#kernel';
import { csvText } from '#platform/csv';
import { NOTHING, type Balances } from './balances.js';
import {
  setAsideForRounds,
  type Ledger,
  type LedgerTranche,
  type ProgrammeBalances,
} from './ledger-answer.js';

/** By what the lines of an export go. */
export const LEDGER_LINES = ['programme', 'setting', 'tranche', 'year'] as const;
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

/** The columns of money that a line has, in order, by the heading of each. */
type MoneyColumns<L> = readonly (readonly [heading: string, of: (line: L) => Pence])[];

const OF_SETTING: MoneyColumns<Balances> = [
  ['Allocated', ({ allocatedPence }) => allocatedPence],
  ['Confirmed', ({ confirmedPence }) => confirmedPence],
  ['Reserved', ({ reservedPence }) => reservedPence],
  ['Committed', ({ committedPence }) => committedPence],
  ['Released', ({ releasedPence }) => releasedPence],
  ['Instructed', ({ instructedPence }) => instructedPence],
  ['Settled', ({ settledPence }) => settledPence],
  ['Reclaimed', ({ reclaimedPence }) => reclaimedPence],
  ['Returned', ({ returnedPence }) => returnedPence],
  ['Undrawn', ({ allocatedPence, releasedPence }) => allocatedPence - releasedPence],
];
const OF_TRANCHE: MoneyColumns<Omit<LedgerTranche, 'number' | 'undrawnPence'>> = [
  ['Allocated', ({ allocatedPence }) => allocatedPence],
  ['Committed', ({ committedPence }) => committedPence],
  ['Released', ({ releasedPence }) => releasedPence],
  ['Instructed', ({ instructedPence }) => instructedPence],
  ['Settled', ({ settledPence }) => settledPence],
  ['Reclaimed', ({ reclaimedPence }) => reclaimedPence],
  ['Returned', ({ returnedPence }) => returnedPence],
  ['Undrawn', ({ allocatedPence, releasedPence }) => allocatedPence - releasedPence],
];
const OF_PROGRAMME: MoneyColumns<ProgrammeBalances> = [
  ['Budget', ({ budgetPence }) => budgetPence],
  ...OF_SETTING,
  ['Available', ({ availablePence }) => availablePence],
];
const OF_YEAR: MoneyColumns<ProgrammeBalances> = [
  ['Budget moved by', ({ budgetPence }) => budgetPence],
  ...OF_SETTING.filter(([heading]) => heading !== 'Undrawn'),
  ['Available moved by', ({ availablePence }) => availablePence],
];
const AT_END: MoneyColumns<ProgrammeBalances> = [
  ['Budget at its end', ({ budgetPence }) => budgetPence],
  ['Available at its end', ({ availablePence }) => availablePence],
];

function headings(of: MoneyColumns<never>): readonly string[] {
  return of.map(([heading]) => heading);
}
function amounts<L>(line: L, of: MoneyColumns<L>): readonly string[] {
  return of.map(([, pence]) => pounds(pence(line)));
}

function ofProgramme(ledger: Ledger): readonly Row[] {
  return [
    ['Programme', 'Name', ...headings(OF_PROGRAMME)],
    [ledger.programmeId, ledger.name, ...amounts(ledger, OF_PROGRAMME)],
  ];
}

function bySetting(ledger: Ledger): readonly Row[] {
  const inRounds = setAsideForRounds(ledger);
  return [
    ['URN', 'Setting', 'Status', 'Part', ...headings(OF_SETTING)],
    ...ledger.settings.map((line) => [
      ...[line.urn, line.name, line.status, line.part],
      ...amounts(line, OF_SETTING),
    ]),
    ...(inRounds.committedPence === 0
      ? []
      : [['', 'Set aside for a round', 'reserved', '', ...amounts(inRounds, OF_SETTING)]]),
    ['TOTAL', ledger.name, '', '', ...amounts(ledger, OF_SETTING)],
  ];
}

function byTranche(ledger: Ledger): readonly Row[] {
  // Of a round, or of what is carried over, and of no tranche before it is offered.
  const committedPence = ledger.settings
    .flatMap(({ tranches }) => tranches)
    .reduce((left, one) => left - one.committedPence, ledger.committedPence);
  const notOffered = { ...NOTHING, committedPence };
  return [
    ['URN', 'Setting', 'Tranche', ...headings(OF_TRANCHE)],
    ...ledger.settings.flatMap(({ urn, name, tranches }) =>
      tranches.map((one) => [urn, name, one.number, ...amounts(one, OF_TRANCHE)]),
    ),
    ...(committedPence === 0
      ? []
      : [['', 'Set aside and not yet offered', '', ...amounts(notOffered, OF_TRANCHE)]]),
    ['TOTAL', ledger.name, '', ...amounts(ledger, OF_TRANCHE)],
  ];
}

function byYear(ledger: Ledger): readonly Row[] {
  return [
    ['Academic year', ...headings(OF_YEAR), ...headings(AT_END)],
    ...ledger.years.map(({ academicYear, moved, atEnd }) => [
      ...[academicYear, ...amounts(moved, OF_YEAR), ...amounts(atEnd, AT_END)],
    ]),
    ['TOTAL', ...amounts(ledger, OF_YEAR), ...amounts(ledger, AT_END)],
  ];
}

const ROWS: Readonly<Record<LedgerLines, (ledger: Ledger) => readonly Row[]>> = {
  programme: ofProgramme,
  setting: bySetting,
  tranche: byTranche,
  year: byYear,
};

/**
 * A ledger as CSV (RFC 4180): one line of the programme; or a line for each setting, tranche or academic year, and at the end
 * the totals of the screen.
 */
export function ledgerCsv(ledger: Ledger, lines: LedgerLines): string {
  return csvText(ROWS[lines](ledger));
}

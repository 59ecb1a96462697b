import { setAsideForRounds, type Ledger, type LedgerLine, type SettingsLine } from '#domain/funding';
import { formatPence, inLondon, type Pence } from '#kernel';
import { table } from '../table.js';

/** One setting's line, one figure below the other. */
export function lineShown({ urn, name, status, part, asOf, recordedAsOf, ...line }: SettingsLine): string {
  const known = recordedAsOf === null ? '' : `, as it was known on ${inLondon(recordedAsOf)}`;
  const figures = Object.entries({
    allocated: line.allocatedPence,
    committed: line.committedPence,
    released: line.releasedPence,
    instructed: line.instructedPence,
    settled: line.settledPence,
    reclaimed: line.reclaimedPence,
    returned: line.returnedPence,
    undrawn: line.undrawnPence,
  });
  const standing = part === 'enrolled' || part === status ? status : `${status}, its part ${part}`;
  return [
    `${name} (${urn}), ${standing}: its line of the ledger as of ${inLondon(asOf)}${known}`,
    ...figures.map(([figure, pence]) => `  ${figure.padEnd(10)} ${formatPence(pence)}`),
  ].join('\n');
}

/** A ledger as it is read at a desk: the programme's totals, then each academic year, then each setting. */
export function ledgerShown(ledger: Ledger): string {
  const known = ledger.recordedAsOf === null ? '' : `, as it was known on ${inLondon(ledger.recordedAsOf)}`;
  const { budgetPence, committedPence, confirmedPence, reservedPence, availablePence, releasedPence } =
    ledger;
  const { instructedPence, settledPence, reclaimedPence, returnedPence } = ledger;
  return [
    `${ledger.name}: the ledger as of ${inLondon(ledger.asOf)}${known}`,
    `  budget     ${formatPence(budgetPence)}`,
    `  committed  ${formatPence(committedPence)}  (accepted ${formatPence(confirmedPence)}, reserved for offers ${formatPence(reservedPence)})`,
    `  available  ${formatPence(availablePence)}`,
    `  released   ${formatPence(releasedPence)}`,
    `  instructed ${formatPence(instructedPence)}  (settled ${formatPence(settledPence)})`,
    `  reclaimed  ${formatPence(reclaimedPence)}  (and returned ${formatPence(returnedPence)})`,
    '',
    yearsShown(ledger),
    '',
    ledger.settings.length === 0 ? 'No setting is enrolled.' : settingsShown(ledger),
  ].join('\n');
}

type Moved = Pick<
  Ledger,
  'committedPence' | 'releasedPence' | 'instructedPence' | 'settledPence' | 'reclaimedPence' | 'returnedPence'
>;

/** What moved in each, and in all of them: the figures of the programme. */
function yearsShown(ledger: Ledger): string {
  const moved = (by: Moved): readonly Pence[] => [
    ...[by.committedPence, by.releasedPence, by.instructedPence, by.settledPence],
    by.reclaimedPence + by.returnedPence,
  ];
  const rows = [
    ...ledger.years.map((year) => [year.academicYear, moved(year.moved), year.atEnd] as const),
    ['TOTAL', moved(ledger), ledger] as const,
  ];
  return table(
    [
      ...['Academic year', 'Committed', 'Released', 'Instructed', 'Settled', 'Back'],
      ...['Budget at its end', 'Available at its end'],
    ],
    1,
    rows.map(([of, pence, { budgetPence, availablePence }]) => [
      of,
      ...[...pence, budgetPence, availablePence].map(formatPence),
    ]),
  );
}

type Amounts = Omit<Moved, 'instructedPence'> & Pick<LedgerLine, 'allocatedPence'>;

/** Each setting, what is set aside for a round and of no setting yet, and all of it: the figures of the programme. */
function settingsShown(ledger: Ledger): string {
  const amounts = (of: Amounts): readonly string[] =>
    [
      ...[of.allocatedPence, of.committedPence, of.releasedPence, of.settledPence],
      ...[of.reclaimedPence + of.returnedPence, of.allocatedPence - of.releasedPence],
    ].map(formatPence);
  const inRounds = setAsideForRounds(ledger);
  return table(
    [
      ...['URN', 'Setting', 'Status', 'Part', 'Allocated'],
      ...['Committed', 'Released', 'Settled', 'Back', 'Undrawn'],
    ],
    4,
    [
      ...ledger.settings.map((line) => [line.urn, line.name, line.status, line.part, ...amounts(line)]),
      ...(inRounds.committedPence === 0
        ? []
        : [['', 'Set aside for a round', 'reserved', '', ...amounts(inRounds)]]),
      ['TOTAL', ledger.name, '', '', ...amounts(ledger)],
    ],
  );
}

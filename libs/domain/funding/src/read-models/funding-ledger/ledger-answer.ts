import type { Instant, Pence } from '#kernel';
import { NOTHING, type Balances } from './balances.js';
import type {
  BudgetChange,
  LedgerDocument,
  ProgrammeLedger,
  SettingLedger,
} from './funding-ledger.projection.js';
import type { BreakdownDocument, TrancheLedger, YearLedger } from './ledger-breakdown.projection.js';

/** One tranche of a setting's line. */
export interface LedgerTranche {
  readonly number: number;
  readonly allocatedPence: Pence;
  /** Kept for it: what is allocated; of an allocation that was closed, less what came back. */
  readonly committedPence: Pence;
  readonly releasedPence: Pence;
  readonly instructedPence: Pence;
  readonly settledPence: Pence;
  readonly reclaimedPence: Pence;
  readonly returnedPence: Pence;
  /** Allocated and not yet released. */
  readonly undrawnPence: Pence;
}

/** One setting's line in a ledger. */
export interface LedgerLine extends Balances {
  readonly urn: string;
  readonly name: string;
  /** Of what is allocated to it; while nothing is, how its part stands. */
  readonly status: SettingLedger['status'] | SettingLedger['part'];
  /** Whether it takes part (`enrolled`), or how that ended. */
  readonly part: SettingLedger['part'];
  /** Allocated and not yet released. */
  readonly undrawnPence: Pence;
  /** By number; none while nothing is offered. */
  readonly tranches: readonly LedgerTranche[];
}

/** The money of a programme, or of one of its academic years. */
export interface ProgrammeBalances extends Balances {
  readonly budgetPence: Pence;
  /** Budget less committed. */
  readonly availablePence: Pence;
}

/** One academic year of a ledger. */
export interface LedgerYear {
  /** `2023/24`, from 1 September in Europe/London. */
  readonly academicYear: string;
  /** What moved in it, by when it happened; may be negative. */
  readonly moved: ProgrammeBalances;
  /** How the programme stood at its end, or stands in the last one. */
  readonly atEnd: ProgrammeBalances;
}

/** A programme's ledger as people read it; settings by URN, all that are enrolled. */
export interface Ledger extends ProgrammeBalances {
  readonly programmeId: string;
  readonly name: string;
  /** What had happened by then is in it. */
  readonly asOf: Instant;
  /** What was recorded by then is in it; `null`: everything recorded until now. */
  readonly recordedAsOf: Instant | null;
  /** Raised and lowered, oldest first. */
  readonly budgetChanges: readonly BudgetChange[];
  readonly settings: readonly LedgerLine[];
  /** Those in which anything moved, oldest first. */
  readonly years: readonly LedgerYear[];
}

function balancesOf(balances: Balances): Balances {
  const { allocatedPence, committedPence, confirmedPence, reservedPence } = balances;
  const { releasedPence, instructedPence, settledPence, reclaimedPence, returnedPence } = balances;
  return {
    ...{ allocatedPence, committedPence, confirmedPence, reservedPence },
    ...{ releasedPence, instructedPence, settledPence, reclaimedPence, returnedPence },
  };
}

function withAvailable(budgetPence: Pence, balances: Balances): ProgrammeBalances {
  const availablePence = budgetPence - balances.committedPence;
  return { budgetPence, ...balancesOf(balances), availablePence };
}

function trancheLine(tranche: TrancheLedger, { status }: SettingLedger): LedgerTranche {
  const { number, allocatedPence, releasedPence, instructedPence, settledPence } = tranche;
  const { reclaimedPence, returnedPence } = tranche;
  const committedPence = allocatedPence - (status === 'closed' ? reclaimedPence + returnedPence : 0);
  const paid = { allocatedPence, committedPence, releasedPence, instructedPence, settledPence };
  return { number, ...paid, reclaimedPence, returnedPence, undrawnPence: allocatedPence - releasedPence };
}

function lineOf(setting: SettingLedger, tranches: readonly TrancheLedger[]): LedgerLine {
  const { urn, name, part, allocatedPence, releasedPence } = setting;
  const status = setting.status === 'enrolled' ? part : setting.status;
  return {
    ...{ urn, name, status, part, ...balancesOf(setting), undrawnPence: allocatedPence - releasedPence },
    tranches: tranches.map((one) => trancheLine(one, setting)).sort((a, b) => a.number - b.number),
  };
}

function summed(a: Balances, b: Balances): Balances {
  return {
    allocatedPence: a.allocatedPence + b.allocatedPence,
    committedPence: a.committedPence + b.committedPence,
    confirmedPence: a.confirmedPence + b.confirmedPence,
    reservedPence: a.reservedPence + b.reservedPence,
    releasedPence: a.releasedPence + b.releasedPence,
    instructedPence: a.instructedPence + b.instructedPence,
    settledPence: a.settledPence + b.settledPence,
    reclaimedPence: a.reclaimedPence + b.reclaimedPence,
    returnedPence: a.returnedPence + b.returnedPence,
  };
}

/** Every year's own movement, and all of them up to it. */
function yearsOf(years: readonly YearLedger[]): readonly LedgerYear[] {
  let budgetPence = 0;
  let balances = NOTHING;
  return years
    .toSorted((a, b) => (a.academicYear < b.academicYear ? -1 : 1))
    .map((year) => {
      budgetPence += year.budgetPence;
      balances = summed(balances, year);
      const moved = withAvailable(year.budgetPence, year);
      return { academicYear: year.academicYear, moved, atEnd: withAvailable(budgetPence, balances) };
    });
}

/** The same answer from the read models and from a fold of history. */
export function ledgerAnswer(
  programme: ProgrammeLedger,
  documents: Iterable<LedgerDocument>,
  breakdown: Iterable<BreakdownDocument>,
  cut: Pick<Ledger, 'asOf' | 'recordedAsOf'>,
): Ledger {
  const { programmeId, name, budgetPence, budgetChanges } = programme;
  const parts = [...breakdown];
  const tranches = Map.groupBy(
    parts.filter((part) => part.kind === 'tranche'),
    ({ urn }) => urn,
  );
  const settings = [...documents]
    .filter((document) => document.kind === 'setting')
    .map((setting) => lineOf(setting, tranches.get(setting.urn) ?? []));
  return {
    ...{ programmeId, name, ...cut, ...withAvailable(budgetPence, programme), budgetChanges },
    settings: settings.sort((a, b) => (a.urn < b.urn ? -1 : a.urn > b.urn ? 1 : 0)),
    years: yearsOf(parts.filter((part) => part.kind === 'year')),
  };
}

/** What rounds hold before their offers are made: of the programme, and of no setting yet. */
export function setAsideForRounds({ reservedPence, settings }: Ledger): Balances {
  const left = settings.reduce((rest, line) => rest - line.reservedPence, reservedPence);
  return { ...NOTHING, reservedPence: left, committedPence: left };
}

/** Whether what the two read models say is of one moment: they are brought up to date apart from each other. */
export function ofOneMoment({ years, ...ledger }: Ledger): boolean {
  const { budgetPence, committedPence, releasedPence, instructedPence, settledPence } = ledger;
  const last = years.at(-1)?.atEnd;
  return (
    last?.budgetPence === budgetPence &&
    last.committedPence === committedPence &&
    last.releasedPence === releasedPence &&
    last.instructedPence === instructedPence &&
    last.settledPence === settledPence
  );
}

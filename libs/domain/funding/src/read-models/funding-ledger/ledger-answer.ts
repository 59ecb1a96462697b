import type { Instant, Pence } from '#kernel';
import type {
  BudgetChange,
  LedgerDocument,
  ProgrammeLedger,
  SettingLedger,
} from './funding-ledger.projection.js';

/** One setting's line in a ledger. */
export interface LedgerLine {
  readonly urn: string;
  readonly name: string;
  readonly status: SettingLedger['status'];
  readonly allocatedPence: Pence;
  readonly committedPence: Pence;
  readonly confirmedPence: Pence;
  readonly reservedPence: Pence;
  readonly releasedPence: Pence;
  /** Allocated and not yet released. */
  readonly undrawnPence: Pence;
}

/** A programme's ledger as people read it; settings by URN, all that are enrolled. */
export interface Ledger {
  readonly programmeId: string;
  readonly name: string;
  /** What had happened by then is in it. */
  readonly asOf: Instant;
  /** What was recorded by then is in it; `null`: everything recorded until now. */
  readonly recordedAsOf: Instant | null;
  readonly budgetPence: Pence;
  readonly committedPence: Pence;
  readonly confirmedPence: Pence;
  readonly reservedPence: Pence;
  readonly releasedPence: Pence;
  readonly availablePence: Pence;
  /** Raised and lowered, oldest first. */
  readonly budgetChanges: readonly BudgetChange[];
  readonly settings: readonly LedgerLine[];
}

function lineOf(setting: SettingLedger): LedgerLine {
  const { urn, name, status, allocatedPence } = setting;
  const { committedPence, confirmedPence, reservedPence, releasedPence } = setting;
  return {
    ...{ urn, name, status, allocatedPence, committedPence, confirmedPence, reservedPence, releasedPence },
    undrawnPence: allocatedPence - releasedPence,
  };
}

/** The same answer from the read model and from a fold of history. */
export function ledgerAnswer(
  programme: ProgrammeLedger,
  documents: Iterable<LedgerDocument>,
  cut: Pick<Ledger, 'asOf' | 'recordedAsOf'>,
): Ledger {
  const { programmeId, name, budgetPence, availablePence, budgetChanges } = programme;
  const { committedPence, confirmedPence, reservedPence, releasedPence } = programme;
  const settings = [...documents].filter((document) => document.kind === 'setting').map(lineOf);
  return {
    ...{ programmeId, name, ...cut, budgetPence, committedPence, confirmedPence, reservedPence },
    ...{ releasedPence, availablePence, budgetChanges },
    settings: settings.sort((a, b) => (a.urn < b.urn ? -1 : a.urn > b.urn ? 1 : 0)),
  };
}

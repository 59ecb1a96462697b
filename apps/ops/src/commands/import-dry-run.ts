import {
  ConfirmImport,
  DryRunImport,
  type Importable,
  type ImportConfirmed,
  type ImportDryRun,
  type SettingFlag,
} from '#domain/settings';
import { inLondon, parseInstant } from '#kernel';
import type { Command } from 'commander';
import { UsageError } from '../failure.js';
import { withImportProgress } from '../import-progress.js';
import { withGlobals, type GlobalOptions, type OpsSession } from '../session.js';
import { typedNext } from '../typed-next.js';

export interface DryRunOptions {
  readonly dryRun?: true;
  readonly confirm?: string;
}

/** The options of a command that imports a file. */
export function withDryRun(command: Command): Command {
  return withGlobals(
    command
      .option(
        '--dry-run',
        'say what would be new, changed, unchanged and rejected, write nothing, and give a token',
      )
      .option(
        '--confirm <token>',
        'do exactly what the dry run with this token said, if nothing has changed since',
      ),
  );
}

/** @throws UsageError for both at once */
export function isDryRun({ dryRun, confirm }: DryRunOptions): boolean {
  if (dryRun === true && confirm !== undefined) {
    throw new UsageError('--dry-run says what would be done and --confirm does it: give one of them');
  }
  return dryRun === true || confirm !== undefined;
}

interface NamedFile {
  readonly file: string;
  readonly content: Uint8Array;
}

/** What the progress of each import is called. */
export const IMPORT_LABELS: Readonly<Record<Importable, string>> = {
  ...{ settings: 'Settings', workforce: 'Teacher numbers', links: 'Successors' },
};

/** @param path of the file, as it was given */
export async function dryRunOrConfirm(
  ops: OpsSession,
  what: Importable,
  path: string,
  input: NamedFile,
  command: Command,
): Promise<void> {
  const { confirm: token, ...said } = command.optsWithGlobals<DryRunOptions & GlobalOptions>();
  const label = IMPORT_LABELS[what];
  if (token === undefined) {
    const dryRun = await withImportProgress(ops, `${label}, dry run`, (progress) =>
      ops.commands.execute<DryRunImport, ImportDryRun>(
        new DryRunImport({ import: what, ...input, progress }, ops.context()),
      ),
    );
    ops.print(dryRun, () => dryRunInWords(dryRun, path, said));
    return;
  }
  const confirmed = await withImportProgress(ops, label, (progress) =>
    ops.commands.execute<ConfirmImport, ImportConfirmed>(
      new ConfirmImport({ import: what, token, content: input.content, progress }, ops.context()),
    ),
  );
  ops.print(confirmed, () => `${counted(confirmed)}: as the dry run said.`);
}

const MOST_SHOWN = 20;

const FLAGS: Readonly<Record<SettingFlag, string>> = {
  'proposed-to-open': 'proposed to open',
  'proposed-to-close': 'open, but proposed to close',
  closed: 'closed',
};

function counted(of: ImportDryRun | ImportConfirmed): string {
  const elsewhere = of.notRegistered === 0 ? '' : `, ${of.notRegistered} not in the register`;
  return `${of.file}: ${of.rows} rows; ${of.new} new, ${of.changed} changed, ${of.unchanged} as they were, ${of.rejected} rejected${elsewhere}`;
}

function dryRunInWords(dryRun: ImportDryRun, path: string, said: GlobalOptions): string {
  const { token, expiresAt, told, encoding } = dryRun;
  const confirm = typedNext(['import', dryRun.import, path, '--confirm', token], said);
  const lines = [
    `${counted(dryRun)}${encoding === 'utf-8' ? '' : '; read as Windows-1252'}. Nothing was written.`,
    ...shown('New', told.new, dryRun.new, ({ row, urn, name }) => `row ${row}: ${urn} ${name}`),
    ...shown('Changed', told.changed, dryRun.changed, ({ row, urn, changes }) => {
      const fields = changes.map(({ field, from, to }) => `${field} ${valueOf(from)} to ${valueOf(to)}`);
      return `row ${row}: ${urn}, ${fields.join('; ')}`;
    }),
    ...shown('Rejected', told.rejected, told.rejected.length, ({ row, message }) => `row ${row}: ${message}`),
    ...shown(
      'Not simply open, and so not to be enrolled',
      told.flagged,
      told.flagged.length,
      ({ row, urn, name, flag }) => `row ${row}: ${urn} ${name}, ${FLAGS[flag]}`,
    ),
    dryRun.new + dryRun.changed === 0
      ? 'There is nothing to confirm.'
      : `To do exactly this, by ${inLondon(parseInstant(expiresAt))}:\n  ${confirm}`,
  ];
  return lines.join('\n');
}

function shown<T>(title: string, some: readonly T[], all: number, line: (one: T) => string): string[] {
  if (some.length === 0) return [];
  const lines = some.slice(0, MOST_SHOWN).map((one) => `  ${line(one)}`);
  const more = all - lines.length;
  return [`${title}:`, ...lines, ...(more > 0 ? [`  and ${more} more`] : [])];
}

function valueOf(text: string | null): string {
  return text === null ? 'unknown' : `'${text}'`;
}

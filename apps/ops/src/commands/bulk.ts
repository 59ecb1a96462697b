import {
  BULK_ACTIONS,
  BULK_FILTERS,
  ConfirmBulk,
  DryRunBulk,
  LARGEST_BULK_BYTES,
  ShowBulk,
  type BulkAction,
  type BulkAnswer,
  type BulkDefaults,
  type BulkProgress,
  type BulkShown,
} from '#domain/bulk';
import { refusal, RefusalError } from '#kernel';
import type { Command } from 'commander';
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { UsageError } from '../failure.js';
import { withImportProgress } from '../import-progress.js';
import { readInput } from '../input-file.js';
import { withGlobals, type OpsSession, type Register } from '../session.js';

interface Options extends BulkDefaults {
  readonly file?: string;
  readonly filter?: string;
  readonly confirm?: string;
  readonly errors?: string;
}

const SAYS: Readonly<Record<BulkAction, string>> = {
  enrol: 'enrol many settings',
  extend: 'extend the deadline of a report for many settings',
  remind: 'remind many settings now of a report that they owe',
  approve: 'approve many proposed tranches',
};

/** `bulk enrol|extend|remind|approve <programme>` and `bulk show <programme> <token>`. */
export const registerBulk: Register = (program, session) => {
  const bulk = program.command('bulk').description('the same for many settings: dry run first, then confirm');
  for (const action of BULK_ACTIONS) {
    withGlobals(withDefaults(bulk.command(`${action} <programme>`), action))
      .description(`${SAYS[action]}: a dry run, or with its token exactly that`)
      .option('--file <csv>', 'one row a setting, with the column urn')
      .option('--filter <which>', BULK_FILTERS[action].join(' or '))
      .option('--confirm <token>', 'do what the dry run said; again, it finishes what was interrupted')
      .option('--errors <file>', 'write the refused rows, with why, to be mended and sent again')
      .action(async (programmeId: string, options: Options, command: Command) => {
        if ([options.file, options.filter, options.confirm].filter((one) => one !== undefined).length !== 1) {
          throw new UsageError('give one of --file, --filter and --confirm');
        }
        const ops = await session(command);
        const answer = await run(ops, action, programmeId, options);
        if (options.errors !== undefined) await writeErrors(ops, answer, options.errors);
        ops.print(answer, () => inWords(answer));
      });
  }
  withGlobals(bulk.command('show <programme> <token>'))
    .description('how far it is, and what came of each row')
    .option('--errors <file>', 'write the refused rows, with why')
    .action(async (programmeId: string, token: string, { errors }: Options, command: Command) => {
      const ops = await session(command);
      const { answer } = await ops.queries.execute<ShowBulk, BulkShown>(new ShowBulk({ programmeId, token }));
      if (errors !== undefined) await writeErrors(ops, answer, errors);
      ops.print(answer, () => inWords(answer));
    });
};

function withDefaults(command: Command, action: BulkAction): Command {
  if (action === 'remind' || action === 'extend') command.option('--window <number>', 'of the report');
  if (action !== 'extend') return command;
  return command
    .option('--due-on <date>', 'the new due day')
    .option('--closes-on <date>', 'until when it is taken as late')
    .option('--reason <text>', 'why');
}

async function run(
  ops: OpsSession,
  action: BulkAction,
  programmeId: string,
  options: Options,
): Promise<BulkAnswer> {
  const { confirm: token, file, filter } = options;
  if (token !== undefined) {
    return withImportProgress(ops, `Bulk ${action}`, (progress: BulkProgress) =>
      ops.commands.execute<ConfirmBulk, BulkAnswer>(
        new ConfirmBulk({ programmeId, action, token, progress }, ops.context()),
      ),
    );
  }
  const of =
    file === undefined ? { filter: filter ?? '' } : { file: basename(file), content: await read(file) };
  const { window, dueOn, closesOn, reason } = options;
  const defaults = {
    ...(window === undefined ? {} : { window }),
    ...(dueOn === undefined ? {} : { dueOn }),
    ...(closesOn === undefined ? {} : { closesOn }),
    ...(reason === undefined ? {} : { reason }),
  };
  return withImportProgress(ops, `Bulk ${action}, dry run`, (progress: BulkProgress) =>
    ops.commands.execute<DryRunBulk, BulkAnswer>(
      new DryRunBulk({ programmeId, action, of, defaults, progress }, ops.context()),
    ),
  );
}

function read(path: string): Promise<Buffer> {
  const message = `${path} is larger than ${LARGEST_BULK_BYTES / 1024} KiB: send it in parts`;
  return readInput(
    path,
    LARGEST_BULK_BYTES,
    () => new RefusalError(refusal('BULK.TOO_LARGE', 'invalid', message, { field: 'file' })),
  );
}

async function writeErrors(ops: OpsSession, { programmeId, token }: BulkAnswer, path: string): Promise<void> {
  const shown = await ops.queries.execute<ShowBulk, BulkShown>(new ShowBulk({ programmeId, token }));
  await writeFile(path, shown.errorFile);
}

const MOST_SHOWN = 20;

function inWords(answer: BulkAnswer): string {
  const { action, programmeId, token, rows, carriedOut, counts, told, expiresAt, status } = answer;
  const isDry = status === 'dry run';
  const refused = told.filter(({ code }) => code !== null);
  const shown = refused.slice(0, MOST_SHOWN).map(({ code, message }) => `  ${message ?? ''} [${code ?? ''}]`);
  const more = refused.length - shown.length;
  return [
    `${rows} rows: ${counts.done} ${isDry ? 'would be done' : 'done'}, ${counts.nothingToDo} with nothing to do, ${counts.refused} refused.${isDry ? ' Nothing was written.' : ''}`,
    ...(shown.length === 0 ? [] : ['Refused:', ...shown, ...(more > 0 ? [`  and ${more} more`] : [])]),
    ...(status === 'under way' ? [`${carriedOut} of ${rows} rows have been carried out.`] : []),
    ...(status === 'finished'
      ? []
      : [`To do it, by ${expiresAt}:\n  npm run -s ops -- bulk ${action} ${programmeId} --confirm ${token}`]),
  ].join('\n');
}

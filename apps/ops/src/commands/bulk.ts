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
import { bulkInWords, failIfRefused } from '../bulk-in-words.js';
import { UsageError } from '../failure.js';
import { followBulk } from '../follow-bulk.js';
import { withImportProgress } from '../import-progress.js';
import { readInput } from '../input-file.js';
import { withGlobals, type GlobalOptions, type OpsSession, type Register } from '../session.js';

interface Options extends BulkDefaults {
  readonly file?: string;
  readonly filter?: string;
  readonly list?: string;
  readonly item?: string;
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
      .option('--list <desk>', 'every setting with something on this work list, such as setting')
      .option(
        '--item <what>',
        'with --list: only what is of this kind, such as report, is to be done, such as submit-report, or has these words',
      )
      .option('--confirm <token>', 'do what the dry run said; again, it goes on with what was interrupted')
      .option('--errors <file>', 'write the refused rows, with why, to be mended and sent again')
      .action(async (programmeId: string, options: Options, command: Command) => {
        requireOneWay(options);
        const ops = await session(command);
        const answer = await run(ops, action, programmeId, options);
        await told(ops, answer, options.errors, command.optsWithGlobals<GlobalOptions>());
      });
  }
  withGlobals(bulk.command('show <programme> <token>'))
    .description('how far it is, and what came of each row')
    .option('--errors <file>', 'write the refused rows, with why')
    .action(async (programmeId: string, token: string, { errors }: Options, command: Command) => {
      const ops = await session(command);
      const { answer, errorFile } = await shownBy(ops, programmeId, token);
      if (errors !== undefined) await writeFile(errors, errorFile());
      ops.print(answer, () => bulkInWords(answer, command.optsWithGlobals<GlobalOptions>()));
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

/** @throws UsageError naming the options that say it in two ways */
function requireOneWay(options: Options): void {
  const ways = (['file', 'filter', 'list', 'confirm'] as const).filter((one) => options[one] !== undefined);
  const given = ways.map((one) => `--${one}`).join(' and ');
  if (ways.length === 0) throw new UsageError('give one of --file, --filter, --list and --confirm');
  if (ways.length > 1)
    throw new UsageError(`give one of --file, --filter, --list and --confirm, not ${given}`);
  if (options.item !== undefined && options.list === undefined) {
    throw new UsageError(`--item goes with --list, not with ${given}`);
  }
}

function defaultsFrom({ window, dueOn, closesOn, reason }: Options): BulkDefaults {
  return {
    ...(window === undefined ? {} : { window }),
    ...(dueOn === undefined ? {} : { dueOn }),
    ...(closesOn === undefined ? {} : { closesOn }),
    ...(reason === undefined ? {} : { reason }),
  };
}

async function run(
  ops: OpsSession,
  action: BulkAction,
  programmeId: string,
  options: Options,
): Promise<BulkAnswer> {
  const { confirm: token } = options;
  const defaults = defaultsFrom(options);
  if (token !== undefined) {
    const input = { programmeId, action, token, defaults };
    return followBulk(
      ops,
      await ops.commands.execute<ConfirmBulk, BulkAnswer>(new ConfirmBulk(input, ops.context())),
    );
  }
  const of = await whichOf(options);
  return withImportProgress(ops, `Bulk ${action}, dry run`, (progress: BulkProgress) =>
    ops.commands.execute<DryRunBulk, BulkAnswer>(
      new DryRunBulk({ programmeId, action, of, defaults, progress }, ops.context()),
    ),
  );
}

async function whichOf({ file, filter = '', list, item }: Options): Promise<DryRunBulk['input']['of']> {
  if (file !== undefined) return { file: basename(file), content: await read(file) };
  return list === undefined ? { filter } : { list, ...(item === undefined ? {} : { item }) };
}

function read(path: string): Promise<Buffer> {
  const message = `${path} is larger than ${LARGEST_BULK_BYTES / 1024 / 1024} MiB: send it in parts`;
  return readInput(
    path,
    LARGEST_BULK_BYTES,
    () => new RefusalError(refusal('BULK.TOO_LARGE', 'invalid', message, { field: 'file' })),
  );
}

function shownBy(ops: OpsSession, programmeId: string, token: string): Promise<BulkShown> {
  return ops.queries.execute<ShowBulk, BulkShown>(new ShowBulk({ programmeId, token }));
}

/** The answer first, then the exit code that it comes to. */
async function told(
  ops: OpsSession,
  answer: BulkAnswer,
  errors: string | undefined,
  by: GlobalOptions,
): Promise<void> {
  if (errors !== undefined) {
    await writeFile(errors, (await shownBy(ops, answer.programmeId, answer.token)).errorFile());
  }
  ops.print(answer, () => bulkInWords(answer, by));
  failIfRefused(answer);
}

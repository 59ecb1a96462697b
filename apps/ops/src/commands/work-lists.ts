import {
  GetWorkList,
  ListWorkLists,
  SAYING_WHOSE_TURN,
  type WorkItem,
  type WorkList,
  type WorkListCount,
} from '#domain/work-lists';
import { dateInLondon } from '#kernel';
import { LARGEST_FIND, pageLimit, ReadModels } from '#platform/read-store';
import type { Command } from 'commander';
import { dayIn } from '../day-in.js';
import { withGlobals, type OpsSession, type Register } from '../session.js';
import { table } from '../table.js';
import { commandFor } from './work-commands.js';

interface Asked {
  readonly urn?: string;
  readonly action?: string;
  readonly limit?: string;
}

/** @throws RefusalError `QUERY.BAD_LIMIT` */
function linesIn(limit: string | undefined): number | 'all' {
  return limit === 'all' ? limit : (pageLimit(limit).limit ?? LARGEST_FIND);
}

/** `work <programme> [desk]`. */
export const registerWorkLists: Register = (program, session) => {
  withGlobals(program.command('work <programme> [desk]'))
    .description(
      'what waits for setting, adviser, operations, approver, payer, board or bank; without one, how much for each',
    )
    .option('--urn <urn>', 'what waits on this setting only')
    .option('--action <action>', 'what waits for this to be done only, such as submit-report')
    .option(
      '--limit <number>',
      `how many lines, 1 to ${LARGEST_FIND} (which it is if nothing is said), or all`,
    )
    .action(
      async (programmeId: string, desk: string | undefined, { limit, ...asked }: Asked, command: Command) => {
        const ops = await session(command);
        for (const projection of SAYING_WHOSE_TURN) await ops.app.get(ReadModels).upToHead(projection);
        await (desk === undefined
          ? printCounts(ops, programmeId)
          : printList(ops, { programmeId, desk, ...asked, limit: linesIn(limit) }));
      },
    );
};

async function printCounts(ops: OpsSession, programmeId: string): Promise<void> {
  const counts = await ops.queries.execute<ListWorkLists, readonly WorkListCount[]>(
    new ListWorkLists({ programmeId }),
  );
  const lines = counts.map(({ desk, oldestSince, waiting, overdue }) => [
    ...[desk, oldestSince === null ? '' : dayIn(oldestSince)],
    ...[waiting, overdue].map(String),
  ]);
  ops.print(counts, () => table(['Desk', 'Oldest since', 'Waiting', 'Overdue'], 2, lines));
}

async function printList(ops: OpsSession, input: GetWorkList['input']): Promise<void> {
  const list = await ops.queries.execute<GetWorkList, WorkList>(new GetWorkList(input));
  ops.print(list, () => listInWords(list));
}

function listInWords({ desk, waiting, overdue, items, asOf }: WorkList): string {
  if (waiting === 0) return `Nothing waits for ${desk}.`;
  const rest =
    waiting > items.length ? `\n… and ${waiting - items.length} more: with --limit all they are shown.` : '';
  const head = `${waiting} on the list of ${desk} on ${dateInLondon(asOf)}, ${overdue} overdue`;
  const columns = ['Since', 'Until', 'Id', 'Setting', 'To do', 'Command'];
  return `${head}\n\n${table(columns, columns.length, items.map(lineOf))}${rest}`;
}

function lineOf(item: WorkItem): readonly string[] {
  const { since, until, overdue, id, name, toDo } = item;
  return [dayIn(since), overdue ? `${until} OVERDUE` : (until ?? ''), id, name, toDo, commandFor(item)];
}

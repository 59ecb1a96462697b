import { ExtendReportDeadlines, type DeadlinesExtended } from '#domain/programme';
import { refusal, RefusalError } from '#kernel';
import type { Command } from 'commander';
import { PartlyRefused, UsageError } from '../failure.js';
import { withImportProgress } from '../import-progress.js';
import { withGlobals, type Register } from '../session.js';

interface Extended {
  readonly urn?: readonly string[];
  readonly all?: true;
  readonly dueOn: string;
  readonly closesOn?: string;
  readonly reason: string;
}

/** `deadline extend`. */
export const registerDeadlines: Register = (program, session) => {
  const deadline = program.command('deadline').description('by when a report is due');
  withGlobals(deadline.command('extend <programme> <window>'))
    .description('extend it for some settings or for all that are enrolled, and say what came of each')
    .option('--urn <urn...>', 'for these settings')
    .option('--all', 'for every setting that is enrolled')
    .requiredOption('--due-on <date>', 'the new due day')
    .option('--closes-on <date>', 'default: as long after the due day as before')
    .requiredOption('--reason <text>', 'why')
    .action(async (programmeId: string, window: string, said: Extended, command: Command) => {
      const { urn, all, dueOn, closesOn, reason } = said;
      if ((urn === undefined) === (all === undefined)) {
        throw new UsageError('name settings with --urn, or say --all');
      }
      const ops = await session(command);
      const input = {
        ...{ programmeId, window: Number(window), dueOn, reason, urns: urn ?? ('all' as const) },
        ...(closesOn === undefined ? {} : { closesOn }),
      };
      const done = await withImportProgress(ops, 'Deadlines', (progress) =>
        ops.commands.execute<ExtendReportDeadlines, DeadlinesExtended>(
          new ExtendReportDeadlines({ ...input, progress }, ops.context()),
        ),
      );
      ops.print(done, () => extendedInWords(done));
      if (done.refused > 0 && done.extended + done.alreadySo === 0) throw noneExtended(done);
      if (done.refused > 0) {
        const message = `${done.refused} of ${done.refused + done.extended + done.alreadySo} settings were refused`;
        throw new PartlyRefused('EXTENSION.PARTLY_REFUSED', message);
      }
    });
};

function extendedInWords({
  window,
  dueOn,
  extended,
  alreadySo,
  refused,
  settings,
}: DeadlinesExtended): string {
  const lines = settings.flatMap(({ urn, outcome, message }) =>
    outcome === 'refused' ? [`${urn}: ${message}`] : [],
  );
  const counts = `${extended} extended, ${alreadySo} already so, ${refused} refused`;
  const due = extended + alreadySo;
  const whose = refused === 0 ? '' : ` for ${due} of ${due + refused} settings`;
  const head =
    due === 0
      ? `No deadline of report ${window} was extended: ${counts}.`
      : `Report ${window} is due on ${dueOn} now${whose}: ${counts}.`;
  const more = refused - lines.length;
  return [head, ...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

/** Nothing that was asked for has come about, and whatever runs this must be able to tell. */
function noneExtended({ window, refused }: DeadlinesExtended): RefusalError {
  const whose = refused === 1 ? 'the only setting' : `each of ${refused} settings`;
  return new RefusalError(
    refusal(
      'EXTENSION.ALL_REFUSED',
      'wrong-state',
      `no deadline of report ${window} was extended: ${whose} was refused`,
    ),
  );
}

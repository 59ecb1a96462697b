import {
  AcceptPartOfReport,
  AcceptProgressReport,
  GetReport,
  REPORT_TURNS_FROM,
  ReturnProgressReport,
  windowNumber,
  type AcceptPartOfReportInput,
  type ReportDocument,
  type ReturnProgressReportInput,
} from '#domain/reporting';
import { refusal, RefusalError } from '#kernel';
import type { CommandContext } from '#platform/event-store';
import { ReadModels } from '#platform/read-store';
import type { Command } from 'commander';
import { readBody } from '../json-file.js';
import { carryOut } from '../outcome.js';
import { withGlobals, type OpsSession, type Register } from '../session.js';
import { reportShown } from './report-shown.js';

interface OfReport {
  readonly programmeId: string;
  readonly urn: string;
  readonly window: number;
}

async function newest(ops: OpsSession, of: OfReport): Promise<ReportDocument> {
  for (const projection of REPORT_TURNS_FROM) await ops.app.get(ReadModels).upToHead(projection);
  return ops.queries.execute<GetReport, ReportDocument>(new GetReport(of));
}

/**
 * Which revision is judged: the one that was read. Without it the report is shown and nothing is decided, so that
 * nobody accepts unseen what was sent again meanwhile.
 * @throws RefusalError `REPORT.REVISION`, `REPORT.REVISION_NOT_NAMED` with the report
 */
async function asRead(
  ops: OpsSession,
  of: OfReport,
  revision: string | undefined,
): Promise<{ readonly expectedRevision?: bigint }> {
  if (revision !== undefined) {
    if (/^\d{1,18}$/.test(revision)) return { expectedRevision: BigInt(revision) };
    const message = `--revision '${revision}' must be the number of a revision, as \`report show\` says it`;
    throw new RefusalError(refusal('REPORT.REVISION', 'invalid', message, { field: 'revision' }));
  }
  const report = await newest(ops, of);
  if (report.revision === null) return {}; // nothing was sent yet: whoever decides says so
  const message = `read it first, and say --revision ${report.revision} to judge exactly this:\n${reportShown(report)}`;
  throw new RefusalError(
    refusal('REPORT.REVISION_NOT_NAMED', 'invalid', message, {
      field: 'revision',
      revision: report.revision,
    }),
  );
}

const revisionOf = (command: Command): Command =>
  command.option('--revision <number>', 'of the report that was read; without it, it is shown');

interface Said {
  readonly revision?: string;
}

function registerVerdict<I>(
  report: Command,
  session: Parameters<Register>[1],
  verb: string,
  description: string,
  fields: readonly string[],
  made: (input: I, context: CommandContext) => object,
): void {
  withGlobals(revisionOf(report.command(`${verb} <programme> <urn> <window> <file>`)))
    .description(description)
    .action(
      async (
        programmeId: string,
        urn: string,
        window: string,
        file: string,
        { revision }: Said,
        command: Command,
      ) => {
        const of = { programmeId, urn, window: windowNumber(window) };
        const { body, said } = await readBody(file, fields);
        const ops = await session(command);
        const read = await asRead(ops, of, revision);
        await carryOut(ops, made({ ...body, ...of } as I, { ...ops.context(said), ...read }));
      },
    );
}

/** `report show`, `accept`, `accept-part` and `return`. */
export function registerReportVerdicts(report: Command, session: Parameters<Register>[1]): void {
  withGlobals(report.command('show <programme> <urn> <window>'))
    .description('one report whole: status, spend and evidence of each action, and its revision')
    .action(async (programmeId: string, urn: string, window: string, _options, command: Command) => {
      const ops = await session(command);
      const shown = await newest(ops, { programmeId, urn, window: windowNumber(window) });
      ops.print(shown, () => reportShown(shown));
    });

  withGlobals(revisionOf(report.command('accept <programme> <urn> <window>')))
    .description('accept a submitted report as it was read; never by somebody who submitted it')
    .action(
      async (programmeId: string, urn: string, window: string, { revision }: Said, command: Command) => {
        const of = { programmeId, urn, window: windowNumber(window) };
        const ops = await session(command);
        const read = await asRead(ops, of, revision);
        await carryOut(ops, new AcceptProgressReport(of, { ...ops.context(), ...read }));
      },
    );

  registerVerdict<AcceptPartOfReportInput>(
    report,
    session,
    'accept-part',
    'accept a report but for some of its actions: notAccepted, tranche (may-be-paid or waits) and effect from a JSON file',
    ['notAccepted', 'tranche', 'effect'],
    (input, context) => new AcceptPartOfReport(input, context),
  );
  registerVerdict<ReturnProgressReportInput>(
    report,
    session,
    'return',
    'give a report back to its setting: comments, and actions with a comment each, from a JSON file',
    ['comments', 'actions'],
    (input, context) => new ReturnProgressReport(input, context),
  );
}

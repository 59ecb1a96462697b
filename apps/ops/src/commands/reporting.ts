import {
  AcceptProgressReport,
  ListReminders,
  ListReports,
  remindersProjection,
  reportsProjection,
  SubmitProgressReport,
  windowNumber,
  WithdrawReportAcceptance,
  type ReminderDocument,
  type ReportDocument,
  type SubmitProgressReportInput,
} from '#domain/reporting';
import { formatPence } from '#kernel';
import { ReadModels, type Page } from '#platform/read-store';
import type { Command } from 'commander';
import { readBody } from '../json-file.js';
import { carryOut } from '../outcome.js';
import { withGlobals, type Register } from '../session.js';

type Said<I> = Omit<I, 'programmeId' | 'urn' | 'window'>;

async function allOf<D>(page: (cursor: string | undefined) => Promise<Page<D>>): Promise<readonly D[]> {
  const all: D[] = [];
  let cursor: string | undefined;
  do {
    const next: Page<D> = await page(cursor);
    all.push(...next.documents);
    cursor = next.cursor;
  } while (cursor !== undefined);
  return all;
}

function reportLine({ dueOn, urn, settingName, window, status, late, spentPence }: ReportDocument): string {
  const when = late === true ? `${status}, late` : status;
  return `due ${dueOn}  report ${window}  ${urn} ${settingName}: ${when}, ${formatPence(spentPence)} spent`;
}

function reminderLine({ sentAt, urn, window, moment, file }: ReminderDocument): string {
  return `${sentAt}  ${urn}  report ${window} ${moment}  ${file}`;
}

/** `report submit`, `report accept` and `report withdraw-acceptance`. */
const registerReport: Register = (program, session) => {
  const report = program.command('report').description("a setting's progress report");

  withGlobals(report.command('submit <programme> <urn> <window> <file>'))
    .description('report progress against the approved plan: summary and actions from a JSON file')
    .action(
      async (programmeId: string, urn: string, window: string, file: string, _options, command: Command) => {
        const number = windowNumber(window);
        const { body, said } = await readBody(file, ['summary', 'actions']);
        const ops = await session(command);
        const contents = body as unknown as Said<SubmitProgressReportInput>;
        const input = { ...contents, programmeId, urn, window: number };
        await carryOut(ops, new SubmitProgressReport(input, ops.context(said)));
      },
    );

  withGlobals(report.command('accept <programme> <urn> <window>'))
    .description('accept a submitted report; never by somebody who submitted it')
    .action(async (programmeId: string, urn: string, window: string, _options, command: Command) => {
      const input = { programmeId, urn, window: windowNumber(window) };
      const ops = await session(command);
      await carryOut(ops, new AcceptProgressReport(input, ops.context()));
    });

  withGlobals(report.command('withdraw-acceptance <programme> <urn> <window>'))
    .description('withdraw the acceptance of a report, to be corrected or accepted again')
    .requiredOption('--reason <text>', 'why')
    .action(
      async (
        programmeId: string,
        urn: string,
        window: string,
        { reason }: { reason: string },
        command: Command,
      ) => {
        const input = { programmeId, urn, window: windowNumber(window), reason };
        const ops = await session(command);
        await carryOut(ops, new WithdrawReportAcceptance(input, ops.context()));
      },
    );
};

/** `report …`, `reports` and `reminders`. */
export const registerReporting: Register = (program, session) => {
  registerReport(program, session);

  withGlobals(program.command('reports <programme>'))
    .description('the reports of a programme by due date, also those that have not come yet')
    .option('--status <status>', 'only those awaited, submitted, accepted or withdrawn')
    .action(async (programmeId: string, { status }: { status?: string }, command: Command) => {
      const ops = await session(command);
      await ops.app.get(ReadModels).upToHead(reportsProjection);
      const found = await allOf<ReportDocument>((cursor) =>
        ops.queries.execute(
          new ListReports({
            programmeId,
            ...(status === undefined ? {} : { status }),
            ...(cursor === undefined ? {} : { cursor }),
          }),
        ),
      );
      ops.print(found, () => (found.length === 0 ? 'No reports.' : found.map(reportLine).join('\n')));
    });

  withGlobals(program.command('reminders <programme>'))
    .description('the reminders that were sent, the newest first')
    .action(async (programmeId: string, _options, command: Command) => {
      const ops = await session(command);
      await ops.app.get(ReadModels).upToHead(remindersProjection);
      const sent = await allOf<ReminderDocument>((cursor) =>
        ops.queries.execute(new ListReminders({ programmeId, ...(cursor === undefined ? {} : { cursor }) })),
      );
      ops.print(sent, () =>
        sent.length === 0 ? 'No reminder has been sent.' : sent.map(reminderLine).join('\n'),
      );
    });
};

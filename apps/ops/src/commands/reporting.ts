import {
  AttachFile,
  ListReminders,
  ListReports,
  remindersProjection,
  RemindSetting,
  REPORT_TURNS_FROM,
  SubmitProgressReport,
  windowNumber,
  WithdrawReportAcceptance,
  type ReminderDocument,
  type ReportDocument,
  type SubmitProgressReportInput,
} from '#domain/reporting';
import { refusal, RefusalError } from '#kernel';
import { LARGEST_ATTACHMENT_BYTES, type KeptAttachment } from '#platform/attachments';
import { ReadModels, type Page } from '#platform/read-store';
import { Option, type Command } from 'commander';
import { basename } from 'node:path';
import { dayIn } from '../day-in.js';
import { readInput } from '../input-file.js';
import { readBody } from '../json-file.js';
import { carryOut } from '../outcome.js';
import { withGlobals, type Register } from '../session.js';
import { table } from '../table.js';
import { registerEvidence } from './evidence.js';
import { registerReportForm } from './forms.js';
import { reportLine } from './report-shown.js';
import { registerReportVerdicts } from './report-verdicts.js';

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

function tooLarge(path: string, bytes: number): RefusalError {
  const most = `${LARGEST_ATTACHMENT_BYTES / 1024 / 1024} MiB`;
  return new RefusalError(
    refusal('ATTACHMENT.TOO_LARGE', 'invalid', `${path} is larger than ${most}`, { field: 'file', bytes }),
  );
}

const BECAUSE: Readonly<Record<ReminderDocument['moment'], string>> = {
  opens: 'it can be sent',
  due: 'it is due that day',
  passed: 'it is overdue',
};

function remindersInWords(sent: readonly ReminderDocument[]): string {
  const head = ['Sent on', 'URN', 'Report', 'Because', 'File'];
  const rows = sent.map(({ sentAt, urn, window, moment, file }) => [
    ...[dayIn(sentAt), urn, String(window), BECAUSE[moment], file],
  ]);
  return table(head, head.length, rows);
}

/** `report form`, `submit`, `show`, `accept`, `accept-part`, `return`, `remind` and `withdraw-acceptance`. */
const registerReport: Register = (program, session) => {
  const report = program.command('report').description("a setting's progress report");

  registerReportForm(report, session);

  withGlobals(report.command('submit <programme> <urn> <window> <file>'))
    .description(
      'report progress against the approved plan: summary and actions from a JSON file, evidence by the SHA-256 that `attach` gives; arrival (how, why) if it came on an earlier day than it is recorded',
    )
    .action(
      async (programmeId: string, urn: string, window: string, file: string, _options, command: Command) => {
        const number = windowNumber(window);
        const { body, said } = await readBody(file, ['summary', 'actions', 'arrival']);
        const ops = await session(command);
        const contents = body as unknown as Said<SubmitProgressReportInput>;
        const input = { ...contents, programmeId, urn, window: number };
        await carryOut(ops, new SubmitProgressReport(input, ops.context(said)));
      },
    );

  registerReportVerdicts(report, session);
  registerEvidence(program, report, session);

  withGlobals(report.command('remind <programme> <urn> <window>'))
    .description('have a setting reminded now of a report that it owes, at most once a day')
    .action(async (programmeId: string, urn: string, window: string, _options, command: Command) => {
      const input = { programmeId, urn, window: windowNumber(window) };
      const ops = await session(command);
      await carryOut(ops, new RemindSetting(input, ops.context()));
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

/** `attach`, `report …`, `reports` and `reminders`. */
export const registerReporting: Register = (program, session) => {
  registerReport(program, session);

  withGlobals(program.command('attach <file>'))
    .description('keep a file, which a report then cites as evidence by its SHA-256')
    .action(async (path: string, _options, command: Command) => {
      const content = await readInput(path, LARGEST_ATTACHMENT_BYTES, (bytes) => tooLarge(path, bytes));
      const ops = await session(command);
      const kept = await ops.commands.execute<AttachFile, KeptAttachment>(
        new AttachFile({ file: basename(path), content }, ops.context()),
      );
      ops.print(kept, () => `${kept.sha256}  ${kept.fileName} (${kept.bytes} bytes)`);
    });

  withGlobals(program.command('reports <programme>'))
    .description('the reports of a programme by due date, also those that have not come yet')
    .option(
      '--status <status>',
      'only those awaited, submitted, accepted, partly-accepted, returned or withdrawn',
    )
    .addOption(new Option('--urn <urn>', 'only those of this setting').conflicts('status'))
    .action(async (programmeId: string, said: { status?: string; urn?: string }, command: Command) => {
      const { status, urn } = said;
      const ops = await session(command);
      for (const projection of REPORT_TURNS_FROM) await ops.app.get(ReadModels).upToHead(projection);
      const found = await allOf<ReportDocument>((cursor) =>
        ops.queries.execute(
          new ListReports({
            programmeId,
            ...(status === undefined ? {} : { status }),
            ...(urn === undefined ? {} : { urn }),
            ...(cursor === undefined ? {} : { cursor }),
          }),
        ),
      );
      ops.print(found, () => (found.length === 0 ? 'No reports.' : found.map(reportLine).join('\n')));
    });

  withGlobals(program.command('reminders <programme>'))
    .description('the reminders that were sent, the newest first')
    .option('--urn <urn>', 'only those of this setting')
    .action(async (programmeId: string, { urn }: { urn?: string }, command: Command) => {
      const ops = await session(command);
      await ops.app.get(ReadModels).upToHead(remindersProjection);
      const sent = await allOf<ReminderDocument>((cursor) =>
        ops.queries.execute(
          new ListReminders({
            programmeId,
            ...(urn === undefined ? {} : { urn }),
            ...(cursor === undefined ? {} : { cursor }),
          }),
        ),
      );
      ops.print(sent, () => (sent.length === 0 ? 'No reminder has been sent.' : remindersInWords(sent)));
    });
};

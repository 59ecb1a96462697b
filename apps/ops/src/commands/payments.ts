import {
  DiscardPaymentRun,
  EnterPayeeDetails,
  GetPaymentFile,
  ImportBankResponse,
  ListPaymentRuns,
  ListPayments,
  MakePaymentRun,
  paymentsProjection,
  ReconcilePayments,
  RejectPayeeDetails,
  ReleasePaymentRun,
  ReversePayment,
  runNumber,
  saidInWords,
  ShowPayee,
  VerifyPayeeDetails,
  type PayeeShown,
  type PaymentDocument,
  type PaymentFile,
  type Reconciliation,
  type ResponseImported,
  type RunMade,
  type RunShown,
} from '#domain/payments';
import { settingsProjection } from '#domain/settings';
import { counted, formatPence, inLondon, parseInstant } from '#kernel';
import { outcomeAnswer } from '#platform/http';
import { ReadModels } from '#platform/read-store';
import { Option, type Command } from 'commander';
import { basename } from 'node:path';
import { importedFile } from '../input-file.js';
import { readBody } from '../json-file.js';
import { carryOut } from '../outcome.js';
import { writeOut } from '../output.js';
import { withGlobals, type Register } from '../session.js';
import { table } from '../table.js';
import { turnInWords } from './work-commands.js';

type Session = Parameters<Register>[1];

/** `payee …`, `payment-run …`, `payments`, `payment reverse`, `bank-response import` and `reconcile`. */
export const registerPayments: Register = (program, session) => {
  registerPayee(program, session);
  registerRuns(program, session);
  registerAnswers(program, session);
};

function registerPayee(program: Command, session: Session): void {
  const payee = program.command('payee').description('the account that a setting is paid to');
  withGlobals(payee.command('enter <urn> <file>'))
    .description('enter it: accountName, sortCode and accountNumber from a JSON file')
    .action(async (urn: string, file: string, _options, command: Command) => {
      const { body, said } = await readBody(file, ['accountName', 'sortCode', 'accountNumber']);
      const ops = await session(command);
      await carryOut(ops, new EnterPayeeDetails({ ...body, urn } as never, ops.context(said)));
    });
  withGlobals(payee.command('show <urn>'))
    .description('show it masked, with the reference to verify or reject it by')
    .action(async (urn: string, _options, command: Command) => {
      const ops = await session(command);
      const shown = await ops.queries.execute<ShowPayee, PayeeShown>(new ShowPayee({ urn }));
      ops.print(shown, () => payeeInWords(shown));
    });
  withGlobals(payee.command('verify <urn>'))
    .description('verify it; never by who entered it')
    .requiredOption('--reference <reference>', 'of the details that were looked at')
    .action(async (urn: string, { reference }: { reference: string }, command: Command) => {
      const ops = await session(command);
      await carryOut(ops, new VerifyPayeeDetails({ urn, reference }, ops.context()));
    });
  withGlobals(payee.command('reject <urn>'))
    .description('find it to be wrong; never by who entered it')
    .requiredOption('--reference <reference>', 'of the details that were looked at')
    .requiredOption('--reason <text>', 'why')
    .action(async (urn: string, said: { reference: string; reason: string }, command: Command) => {
      const ops = await session(command);
      const { reference, reason } = said;
      await carryOut(ops, new RejectPayeeDetails({ urn, reference, reason }, ops.context()));
    });
}

function registerRuns(program: Command, session: Session): void {
  const run = program.command('payment-run').description('what is sent to the bank, and by whom');
  withGlobals(run.command('make <programme>'))
    .description(
      'put everything that is ready to be paid into a run; never by who proposed or approved a tranche of it',
    )
    .option('--tranche <id...>', 'only these, each of which must be ready')
    .action(async (programmeId: string, { tranche }: { tranche?: string[] }, command: Command) => {
      const ops = await session(command);
      const input = { programmeId, ...(tranche === undefined ? {} : { tranches: tranche }) };
      const made = await ops.commands.execute<MakePaymentRun, RunMade>(
        new MakePaymentRun(input, ops.context()),
      );
      await ops.settle();
      ops.print(outcomeAnswer(made), () => madeInWords(made));
    });
  withGlobals(run.command('list <programme>'))
    .description('every payment run, the newest first')
    .action(async (programmeId: string, _options, command: Command) => {
      const ops = await session(command);
      const runs = await ops.queries.execute<ListPaymentRuns, readonly RunShown[]>(
        new ListPaymentRuns({ programmeId }),
      );
      ops.print(runs, () => runsInWords(runs));
    });
  withGlobals(run.command('file <programme> <run>'))
    .description('the file for the bank on stdout; refused if it is not what was recorded')
    .action(async (programmeId: string, run: string, _options, command: Command) => {
      const number = runNumber(run);
      const ops = await session(command);
      const file = await ops.queries.execute<GetPaymentFile, PaymentFile>(
        new GetPaymentFile({ programmeId, run: number }),
      );
      if (command.optsWithGlobals()['json'] === true) ops.print(file, () => '');
      else await writeOut(file.content);
    });
  withGlobals(run.command('release <programme> <run>'))
    .description('release a run; never by who made it, or proposed or approved a tranche in it')
    .requiredOption('--sha256 <hash>', 'of the file that was looked at')
    .action(async (programmeId: string, run: string, { sha256 }: { sha256: string }, command: Command) => {
      const input = { programmeId, run: runNumber(run), fileSha256: sha256 };
      const ops = await session(command);
      await carryOut(ops, new ReleasePaymentRun(input, ops.context()));
    });
  withGlobals(run.command('discard <programme> <run>'))
    .description('discard a run before it is released; its tranches can be put into another')
    .requiredOption('--reason <text>', 'why')
    .action(async (programmeId: string, run: string, { reason }: { reason: string }, command: Command) => {
      const input = { programmeId, run: runNumber(run), reason };
      const ops = await session(command);
      await carryOut(ops, new DiscardPaymentRun(input, ops.context()));
    });
}

function registerAnswers(program: Command, session: Session): void {
  const response = program.command('bank-response').description("the bank's answer to a payment run");
  withGlobals(response.command('import <programme> <run> <file>'))
    .description(
      'reference, amount, status and reason from a CSV file: all of it or nothing; a payment of another amount stays instructed',
    )
    .action(async (programmeId: string, run: string, path: string, _options, command: Command) => {
      const number = runNumber(run);
      const content = await importedFile(path);
      const ops = await session(command);
      const input = { programmeId, run: number, file: basename(path), content };
      await carryOut<ResponseImported>(ops, new ImportBankResponse(input, ops.context()), differingInWords);
    });
  withGlobals(program.command('payments <programme>'))
    .description('every payment by tranche and run, and who acts next on it')
    .option('--status <status>', 'in-run, instructed, settled, failed or discarded')
    .action(async (programmeId: string, { status }: { status?: string }, command: Command) => {
      const ops = await session(command);
      await ops.app.get(ReadModels).upToHead(paymentsProjection);
      await ops.app.get(ReadModels).upToHead(settingsProjection);
      const input = { programmeId, ...(status === undefined ? {} : { status }) };
      const all = await ops.queries.execute<ListPayments, readonly PaymentDocument[]>(
        new ListPayments(input),
      );
      ops.print(all, () => paymentsInWords(all));
    });
  const payment = program.command('payment').description('one payment');
  withGlobals(payment.command('reverse <programme> <tranche>'))
    .description('reverse what was recorded of it: it came back, or had not failed')
    .addOption(
      new Option('--becomes <status>', 'failed: all of it came back; instructed: it had not failed')
        .choices(['failed', 'instructed'])
        .makeOptionMandatory(),
    )
    .requiredOption('--reason <text>', 'why')
    .action(async (programmeId: string, trancheId: string, said: Reversal, command: Command) => {
      const { becomes, reason } = said;
      const ops = await session(command);
      await carryOut(ops, new ReversePayment({ programmeId, trancheId, becomes, reason }, ops.context()));
    });
  withGlobals(program.command('reconcile <programme>'))
    .description('what was approved, sent and settled, to the penny, and every difference')
    .action(async (programmeId: string, _options, command: Command) => {
      const ops = await session(command);
      const found = await ops.queries.execute<ReconcilePayments, Reconciliation>(
        new ReconcilePayments({ programmeId }),
      );
      ops.print(found, () => reconciledInWords(found));
    });
}

interface Reversal {
  readonly becomes: 'failed' | 'instructed';
  readonly reason: string;
}

function payeeInWords(payee: PayeeShown): string {
  const { urn, status, reference, details, enteredBy, enteredAt, lookedAtBy, because } = payee;
  const by = lookedAtBy === null ? '' : ` by ${lookedAtBy}`;
  return [
    `${urn}: ${details.accountName}, ${details.sortCode}, ${details.accountNumber}`,
    `  ${status}${by}${because === null ? '' : `: ${because}`}`,
    `  entered by ${enteredBy} on ${inLondon(parseInstant(enteredAt))}, reference ${reference}`,
  ].join('\n');
}

function madeInWords({ events, stream, leftOut }: RunMade): string {
  const made = events.find(({ type }) => type === 'PaymentRunMade');
  const data = made?.data as
    { run: number; totalPence: number; items: readonly unknown[]; file: { sha256: string } } | undefined;
  const said =
    data === undefined
      ? `Already so: nothing was written to ${stream}.`
      : `Payment run ${data.run}: ${counted(data.items.length, 'payment')}, ${formatPence(data.totalPence)}; the file has the SHA-256 ${data.file.sha256}.`;
  return [said, ...leftOut.map(({ trancheId, because }) => `Left out: ${trancheId}, ${because}.`)].join('\n');
}

function runsInWords(runs: readonly RunShown[]): string {
  if (runs.length === 0) return 'There has been no payment run yet.';
  const lines = runs.map(({ run, status, madeBy, endedBy, file, payments, totalPence }) => [
    ...[String(run), status, madeBy, endedBy ?? '', file.sha256],
    ...[String(payments), formatPence(totalPence)],
  ]);
  return table(
    ['Run', 'Status', 'Made by', 'Ended by', 'SHA-256 of the file', 'Payments', 'Total'],
    5,
    lines,
  );
}

function paymentsInWords(all: readonly PaymentDocument[]): string {
  if (all.length === 0) return 'There is none.';
  const lines = all.map((one) => {
    const { trancheId, settingName, run, attempt, status, because, differs, amountPence } = one;
    const how = [String(run), String(attempt), status, turnInWords(one)];
    const why = differs === null ? (because ?? '') : saidInWords(differs);
    return [trancheId, settingName, ...how, why, formatPence(amountPence)];
  });
  return table(['Tranche', 'Setting', 'Run', 'Attempt', 'Status', 'Next', 'Because', 'Amount'], 7, lines);
}

function differingInWords({ differing }: ResponseImported): readonly string[] {
  return differing.map(({ row, trancheId, says }) => `Row ${row}, ${trancheId}, stays instructed: ${says}.`);
}

function reconciledInWords({ approvedPence, sentPence, settledPence, differences }: Reconciliation): string {
  const lines = differences.map((one) => [
    ...[one.trancheId, one.difference ?? ''],
    ...[one.approvedPence, one.sentPence, one.settledPence].map(formatPence),
  ]);
  return [
    `approved ${formatPence(approvedPence)}, sent ${formatPence(sentPence)}, settled ${formatPence(settledPence)}`,
    lines.length === 0
      ? 'They agree, tranche by tranche.'
      : table(['Tranche', 'Difference', 'Approved', 'Sent', 'Settled'], 2, lines),
  ].join('\n');
}

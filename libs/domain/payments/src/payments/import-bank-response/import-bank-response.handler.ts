import { fileNameFrom, Problems, readCsv } from '#platform/csv';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import type { Pence } from '#kernel';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { BankAnswer } from '../bank-responses.js';
import { differenceInWords, TO_CLEAR_UP } from '../differing-answers.js';
import type { PaymentsState } from '../payments-state.js';
import { payments } from '../payments.js';
import { answerFrom, RESPONSE_COLUMNS } from './response-columns.js';

/** Imports the bank's answer to a payment run: all of the file, or nothing. */
export class ImportBankResponse {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly run: number;
      /** The name to cite the file by; of a path the last part counts. */
      readonly file: string;
      readonly content: Uint8Array;
    },
    readonly context: CommandContext,
  ) {}
}

/** A row of the file in which the bank names another amount than was instructed. */
export interface DifferingRow {
  /** Of the file; 1 is the header. */
  readonly row: number;
  readonly trancheId: string;
  readonly bankReference: string;
  readonly instructedPence: Pence;
  readonly answeredPence: Pence;
  /** `null`: the bank says that it paid this. */
  readonly failedBecause: string | null;
  /** What the bank says and what was instructed, and what is to be done about it. */
  readonly says: string;
}

/** The rows that settle and fail nothing, because of their amount; also those of a file that was imported before, while they stand. */
export interface ResponseImported extends Outcome {
  readonly differing: readonly DifferingRow[];
}

@CommandHandler(ImportBankResponse)
export class ImportBankResponseHandler implements ICommandHandler<ImportBankResponse, ResponseImported> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `IMPORT.*`, `BANK_RESPONSE.*` naming the row */
  async execute({ input, context }: ImportBankResponse): Promise<ResponseImported> {
    const { programmeId, run, content } = input;
    const name = fileNameFrom(input.file);
    const problems = new Problems(name);
    const answers: BankAnswer[] = [];
    const { sha256 } = await readCsv(content, RESPONSE_COLUMNS, problems, (row) => {
      const answer = answerFrom(row, problems);
      if (answer !== undefined) answers.push(answer);
    });
    problems.throwIfFound();
    const file = { name, bytes: content.byteLength, sha256 };
    const data = { programmeId, run, file, answers };
    const command = { type: 'ImportBankResponse', data } as const;
    const outcome = await this.decisions.execute(payments, programmeId, command, context);
    const { state } = await this.decisions.load(payments, programmeId);
    return { ...outcome, differing: differingRows(run, answers, state) };
  }
}

/** Told of what is, not of what was written just now: a file that was imported before has them still, until they are cleared up. */
function differingRows(
  number: number,
  answers: readonly BankAnswer[],
  { runs, payments: all }: PaymentsState,
): readonly DifferingRow[] {
  const items = runs.find(({ run }) => run === number)?.items ?? [];
  return answers.flatMap(({ row, bankReference, amountPence: answeredPence, failedBecause }) => {
    const item = items.find((one) => one.bankReference === bankReference);
    const payment = item && all[item.trancheId];
    if (item === undefined || payment?.run !== number || payment.differs === null) return [];
    const said = payment.differs;
    if (said.answeredPence !== answeredPence || said.failedBecause !== failedBecause) return [];
    const { trancheId, amountPence: instructedPence } = item;
    const says = `${differenceInWords({ ...item, run: number }, said)}: ${TO_CLEAR_UP}`;
    return [{ row, trancheId, bankReference, instructedPence, answeredPence, failedBecause, says }];
  });
}

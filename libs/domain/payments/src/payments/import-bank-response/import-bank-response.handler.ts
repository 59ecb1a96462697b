import { fileNameFrom, Problems, readCsv } from '#platform/csv';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { BankAnswer } from '../bank-responses.js';
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

@CommandHandler(ImportBankResponse)
export class ImportBankResponseHandler implements ICommandHandler<ImportBankResponse, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `IMPORT.*`, `BANK_RESPONSE.*` naming the row */
  async execute({ input, context }: ImportBankResponse): Promise<Outcome> {
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
    return this.decisions.execute(payments, programmeId, { type: 'ImportBankResponse', data }, context);
  }
}

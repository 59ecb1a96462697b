import { Decisions } from '#platform/event-store';
import { RECORDS, type Records } from '#platform/records';
import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { answerOf, errorFileOf, type BulkAnswer } from '../keep-bulk/bulk-answer.js';
import { bulkOf } from '../keep-bulk/kept-bulk.js';

/** How far it is and what came of each row, with the error file. */
export class ShowBulk {
  constructor(readonly input: { readonly programmeId: string; readonly token: string }) {}
}

export interface BulkShown {
  readonly answer: BulkAnswer;
  readonly errorFile: string;
}

@QueryHandler(ShowBulk)
export class ShowBulkHandler implements IQueryHandler<ShowBulk, BulkShown> {
  constructor(
    private readonly decisions: Decisions,
    @Inject(RECORDS) private readonly records: Records,
  ) {}

  /** @throws RefusalError `BULK.UNKNOWN` */
  async execute({ input }: ShowBulk): Promise<BulkShown> {
    const { bulk, rows } = await bulkOf(this.records, input, this.decisions.now());
    return { answer: answerOf(input.token, bulk, rows), errorFile: errorFileOf(bulk, rows) };
  }
}

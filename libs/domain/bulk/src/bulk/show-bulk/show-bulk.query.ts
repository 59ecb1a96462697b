import { Decisions } from '#platform/event-store';
import { JOB_STORE, type JobStore } from '#platform/jobs';
import { RECORDS, type Records } from '#platform/records';
import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { bulkJobId } from '../carry-out-bulk/bulk-job.js';
import { answerOf, errorFileOf, type BulkAnswer } from '../keep-bulk/bulk-answer.js';
import { BulkRecords } from '../keep-bulk/kept-bulk.js';

/** How far it is and what came of each row, with the error file. */
export class ShowBulk {
  constructor(readonly input: { readonly programmeId: string; readonly token: string }) {}
}

export interface BulkShown {
  readonly answer: BulkAnswer;
  /** Made when it is asked for: most who look ask how far it is. */
  readonly errorFile: () => string;
}

@QueryHandler(ShowBulk)
export class ShowBulkHandler implements IQueryHandler<ShowBulk, BulkShown> {
  constructor(
    private readonly decisions: Decisions,
    @Inject(RECORDS) private readonly records: Records,
    @Inject(JOB_STORE) private readonly jobs: Pick<JobStore, 'get'>,
  ) {}

  /** @throws RefusalError `BULK.UNKNOWN` */
  async execute({ input }: ShowBulk): Promise<BulkShown> {
    const { token } = input;
    const records = new BulkRecords(this.records, () => this.decisions.now());
    const bulk = await records.bulk(input);
    const run = (await records.run(token))?.value;
    const rows = await records.rows(token, bulk);
    const job = run && (await this.jobs.get(bulkJobId(token, run.slice)));
    return { answer: answerOf(token, { bulk, rows, run, job }), errorFile: () => errorFileOf(bulk, rows) };
  }
}

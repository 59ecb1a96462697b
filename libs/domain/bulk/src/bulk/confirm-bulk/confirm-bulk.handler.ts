import { refusal, RefusalError, samePerson } from '#kernel';
import { Decisions, type CommandContext } from '#platform/event-store';
import { JOB_STORE, type JobStore } from '#platform/jobs';
import { RECORDS, type Records } from '#platform/records';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { bulkJob, bulkJobId } from '../carry-out-bulk/bulk-job.js';
import { answerOf, type BulkAnswer } from '../keep-bulk/bulk-answer.js';
import { BULK_COLUMNS, isoDayOf, type BulkAction, type BulkDefaults } from '../read-rows/bulk-columns.js';
import {
  BulkRecords,
  unknownBulk,
  type KeptBulk,
  type KeptRun,
  type Versioned,
} from '../keep-bulk/kept-bulk.js';

/** Has what a dry run said done, by a job: the answer is how far that is. */
export class ConfirmBulk {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly action: BulkAction;
      readonly token: string;
      /** What is said for all beside the token: refused if the dry run had it otherwise. */
      readonly defaults?: BulkDefaults;
    },
    readonly context: CommandContext,
  ) {}
}

/** Confirmed again, it is gone on with if it had stopped; there is never more than one of it. */
@CommandHandler(ConfirmBulk)
export class ConfirmBulkHandler implements ICommandHandler<ConfirmBulk, BulkAnswer> {
  constructor(
    private readonly decisions: Decisions,
    @Inject(RECORDS) private readonly records: Records,
    @Inject(JOB_STORE) private readonly jobs: JobStore,
  ) {}

  /** @throws RefusalError `BULK.UNKNOWN`, `BULK.ANOTHER_ACTION`, `BULK.ANOTHER_PERSON`, `BULK.OTHER_THAN_DRY_RUN`, `BULK.CHANGED_SINCE_DRY_RUN` */
  async execute({ input, context }: ConfirmBulk): Promise<BulkAnswer> {
    const { token } = input;
    const records = new BulkRecords(this.records, () => this.decisions.now());
    const bulk = await records.bulk(input);
    refuseOther(bulk, input, context);
    const run = await this.runOf(records, bulk, token, context);
    const { refusal: why } = run.value;
    if (why !== null) throw new RefusalError(refusal(why.code, 'stale', why.message, why.details));
    const rows = await records.rows(token, bulk);
    const isOver = rows.every(({ result }) => result !== null);
    const { value } = isOver ? run : await this.enqueue(records, bulk, token, run);
    const job = await this.jobs.get(bulkJobId(token, value.slice));
    return answerOf(token, { bulk, rows, run: value, job });
  }

  private async runOf(
    records: BulkRecords,
    bulk: KeptBulk,
    token: string,
    { actor }: CommandContext,
  ): Promise<Versioned<KeptRun>> {
    const known = await records.run(token);
    if (known !== undefined) return known;
    const at = this.decisions.now();
    if (at >= bulk.expiresAt) throw unknownBulk();
    const value: KeptRun = { by: actor, at, checked: 0, slice: 0, refusal: null };
    return records.keepRun(token, { value, expected: 'none', until: bulk.keptUntil });
  }

  /** The job there is, or after one that was given up for good a new one. */
  private async enqueue(
    records: BulkRecords,
    bulk: KeptBulk,
    token: string,
    run: Versioned<KeptRun>,
  ): Promise<Versioned<KeptRun>> {
    const now = this.decisions.now();
    const { slice } = run.value;
    if (await this.jobs.enqueue(bulkJob(bulk, token, slice), now)) return run;
    const job = await this.jobs.get(bulkJobId(token, slice));
    if (job?.status === 'dead') await this.jobs.redrive(job.id, now);
    if (job?.status !== 'cancelled' && job?.status !== 'expired') return run;
    const value = { ...run.value, slice: slice + 1 };
    const next = await records.keepRun(token, { value, expected: run.version, until: bulk.keptUntil });
    await this.jobs.enqueue(bulkJob(bulk, token, next.value.slice), now);
    return next;
  }
}

function refuseOther(
  bulk: KeptBulk,
  { action, defaults = {} }: ConfirmBulk['input'],
  { actor, occurredAt }: CommandContext,
): void {
  if (bulk.action !== action) {
    const message = `the dry run was to ${bulk.action}, and this is to ${action}`;
    throw new RefusalError(refusal('BULK.ANOTHER_ACTION', 'stale', message, { field: 'token' }));
  }
  if (!samePerson(bulk.by, actor)) {
    const message = `${bulk.by.subject} made the dry run: what somebody else may do has to be looked at anew, make your own`;
    throw new RefusalError(refusal('BULK.ANOTHER_PERSON', 'not-allowed', message, { field: 'token' }));
  }
  const others: { field: string; words: string }[] = Object.entries({ ...defaults }).flatMap(
    ([field, value]) => {
      const had = bulk.defaults[field as keyof BulkDefaults];
      if (isoDayOf(value) === (had === undefined ? undefined : isoDayOf(had))) return [];
      const name = BULK_COLUMNS[field as keyof BulkDefaults].names[0];
      return [{ field: name, words: `${name} is '${value}', and in the dry run it was ${shown(had)}` }];
    },
  );
  if (occurredAt !== undefined && occurredAt !== bulk.occurredAt) {
    const words = `occurredAt is ${occurredAt}, and in the dry run it was ${bulk.occurredAt ?? 'not said'}`;
    others.push({ field: 'occurredAt', words });
  }
  const [first] = others;
  if (first === undefined) return;
  const message = `a token confirms what its dry run said: ${others.map(({ words }) => words).join('; ')}. Nothing was written: leave that out, or make the dry run again`;
  const details = { field: first.field, fields: others.map(({ field }) => field) };
  throw new RefusalError(refusal('BULK.OTHER_THAN_DRY_RUN', 'stale', message, details));
}

function shown(had: string | undefined): string {
  return had === undefined ? 'not said' : `'${had}'`;
}

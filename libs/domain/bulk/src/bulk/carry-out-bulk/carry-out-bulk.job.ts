import { refusal, RefusalError, refuseShape } from '#kernel';
import { forEachOf } from '#platform/csv';
import { Decisions } from '#platform/event-store';
import { HandlesJob, JOB_STORE, type JobHandler, type JobStore } from '#platform/jobs';
import { RECORDS, type Records } from '#platform/records';
import { Inject, Injectable } from '@nestjs/common';
import { Type, type Static } from 'typebox';
import {
  BulkRecords,
  type KeptBulk,
  type KeptRow,
  type KeptRun,
  type Versioned,
} from '../keep-bulk/kept-bulk.js';
import {
  NOBODY_ASKED,
  ROWS_AT_ONCE,
  RowCommands,
  type OfRow,
  type RowOutcome,
} from '../run-row/row-commands.js';
import type { Looking } from '../run-row/looking-store.js';
import { bulkJob, CARRY_OUT_BULK } from './bulk-job.js';

const Payload = Type.Object({ programmeId: Type.String(), token: Type.String() });

/** Well within the time that a job is given. */
const SLICE_MILLISECONDS = 20_000;
const CHECKED_AT_ONCE = 20;
const MOST_NAMED = 20;

/** One attempt at it: what is worked at, and until when. */
interface Attempt {
  readonly token: string;
  readonly bulk: KeptBulk;
  readonly records: BulkRecords;
  readonly signal: AbortSignal;
  readonly isOver: () => boolean;
}

/**
 * Carries out what was confirmed. First every row is looked at again: if one rests on something that has changed since
 * the dry run, none is carried out. Then each is one command, whose id is derived from token and row, so that whoever
 * is killed when, the next attempt goes on where this one was and does nothing twice.
 */
@Injectable()
@HandlesJob(CARRY_OUT_BULK)
export class CarryOutBulk implements JobHandler {
  constructor(
    private readonly decisions: Decisions,
    private readonly commands: RowCommands,
    @Inject(RECORDS) private readonly records: Records,
    @Inject(JOB_STORE) private readonly jobs: Pick<JobStore, 'enqueue'>,
  ) {}

  async run(job: { readonly payload: unknown }, signal: AbortSignal): Promise<void> {
    const malformed = refuseShape('BULK.MALFORMED', Payload, job.payload);
    if (malformed !== undefined) throw new RefusalError(malformed);
    const payload = job.payload as Static<typeof Payload>;
    const records = new BulkRecords(this.records, () => this.decisions.now());
    const bulk = await records.bulk(payload);
    const confirmed = await records.run(payload.token);
    if (confirmed === undefined || confirmed.value.refusal !== null) return;
    const until = performance.now() + SLICE_MILLISECONDS;
    const isOver = () => performance.now() > until;
    const attempt = { token: payload.token, bulk, records, signal, isOver };
    const run = await this.check(attempt, confirmed);
    if (run.value.refusal !== null) return;
    if (run.value.checked === bulk.parts && (await this.carryOut(attempt, run.value))) return;
    const next = await this.keep(attempt, run, { slice: run.value.slice + 1 });
    await this.jobs.enqueue(bulkJob(bulk, payload.token, next.value.slice), this.decisions.now());
  }

  /** Once it has begun to carry rows out this is over: each row is then looked at again in its turn. */
  private async check(attempt: Attempt, run: Versioned<KeptRun>): Promise<Versioned<KeptRun>> {
    const { bulk, records, token, isOver, signal } = attempt;
    const looking = this.commands.looking();
    let now = run;
    for (let part = now.value.checked; part < bulk.parts && !isOver(); part = now.value.checked) {
      signal.throwIfAborted();
      const to = Math.min(part + CHECKED_AT_ONCE, bulk.parts);
      const changed: KeptRow[] = [];
      for (let one = part; one < to; one += 1) {
        const { value: rows } = await records.part(token, one);
        await forEachOf(rows, ROWS_AT_ONCE, async (row) => {
          if (await this.hasChanged(this.ofRow(attempt, row, now.value), row, looking)) changed.push(row);
        });
      }
      // One that was killed before it could say so has found and written nothing: it is found again.
      if (changed.length > 0) return this.keep(attempt, now, { refusal: refusalOf(changed, bulk.rows) });
      now = await this.keep(attempt, now, { checked: to });
      if (now.value.refusal !== null) return now;
    }
    return now;
  }

  private async hasChanged(of: OfRow, { said }: KeptRow, looking: Looking): Promise<boolean> {
    if (said.digest === NOBODY_ASKED) return false;
    return (await this.commands.lookAt(of, looking)).digest !== said.digest;
  }

  /** @returns whether every row has been */
  private async carryOut(attempt: Attempt, run: KeptRun): Promise<boolean> {
    const { bulk, records, token, isOver, signal } = attempt;
    for (let part = 0; part < bulk.parts; part += 1) {
      const { value: rows, version } = await records.part(token, part);
      if (rows.every(({ result }) => result !== null)) continue;
      if (isOver()) return false;
      signal.throwIfAborted();
      const results = new Map<KeptRow, RowOutcome>();
      // Rows about one setting one after the other: at once they would only be in each other's way.
      const settings = Map.groupBy(rows, ({ row }) => row.urn);
      await forEachOf([...settings.values()], ROWS_AT_ONCE, async (ofSetting) => {
        for (const row of ofSetting) results.set(row, await this.resultOf(attempt, row, run));
      });
      const kept = rows.map((row) => ({ ...row, result: results.get(row)! }));
      await records.keepResults(token, part, { rows: kept, version, until: bulk.keptUntil });
    }
    return true;
  }

  private async resultOf(attempt: Attempt, row: KeptRow, run: KeptRun): Promise<RowOutcome> {
    if (row.result !== null) return row.result;
    const { outcome, code, field, message } = row.said;
    if (outcome !== 'done') return { outcome, code, field, message };
    return this.commands.carryOut(this.ofRow(attempt, row, run), row.said);
  }

  private ofRow({ bulk, token }: Attempt, { row }: KeptRow, { by }: KeptRun): OfRow {
    const { action, programmeId, occurredAt } = bulk;
    const ids = { commandId: token, correlationId: token, causationId: token };
    const context = { ...ids, actor: by, ...(occurredAt === null ? {} : { occurredAt }) };
    return { action, programmeId, row, token, context };
  }

  private keep(
    { records, token, bulk }: Attempt,
    { value, version }: Versioned<KeptRun>,
    changes: Partial<KeptRun>,
  ): Promise<Versioned<KeptRun>> {
    const next = { value: { ...value, ...changes }, expected: version, until: bulk.keptUntil };
    return records.keepRun(token, next);
  }
}

function refusalOf(changed: readonly KeptRow[], rows: number): NonNullable<KeptRun['refusal']> {
  const named = changed.slice(0, MOST_NAMED).map(({ row }) => ({ row: row.row, urn: row.urn }));
  const more = changed.length > named.length ? ` and ${changed.length - named.length} more` : '';
  const words = named.map(({ row, urn }) => `row ${row} (${urn})`).join(', ');
  const message = `since the dry run something has changed that these rest on: ${words}${more}. Nothing was written, of ${rows} rows: make the dry run again`;
  const { code, details } = refusal('BULK.CHANGED_SINCE_DRY_RUN', 'stale', message, { rows: named });
  return { code, message, details };
}

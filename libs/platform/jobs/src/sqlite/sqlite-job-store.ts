import {
  instantFromMillis,
  millisOf,
  refusal,
  RefusalError,
  systemClock,
  type Clock,
  type Instant,
  type Position,
} from '#kernel';
import { LeaseLost, type Lease } from '#platform/read-store';
import { openDatabase, transaction, translated } from '#platform/sqlite';
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as otherWork } from 'node:timers/promises';
import { backOffMilliseconds, checkedJob, keptSince, LONGEST_ERROR, requireLimit } from '../job-rules.js';
import { ofAnotherStore } from '../job-refusals.js';
import type { ClaimedJob, Job, JobStatus, JobStore, NewJob, PolicyEffect, Schedule } from '../job-store.js';
import { jobOfMoment, latestMoment } from '../schedule.js';
import { Completions } from './completions.js';
import { claimedJobOf, jobOf, type JobRow } from './job-row.js';
import { JobTable, MOST_ENDED_AT_ONCE } from './job-table.js';
import { LeaseTable } from './lease-table.js';
import { Owner, PolicyTable, ScheduleTable } from './progress-tables.js';
import { FORGET_ALL, JOBS_FILE } from './schema.js';

export interface SqliteJobStoreOptions {
  readonly path: string;
  /** `max_page_count`; default: SQLite's own. */
  readonly maxPages?: number;
  readonly busyMilliseconds?: number;
  /** What holds and leases are measured by; only tests give another. */
  readonly wallClock?: Clock;
}

/**
 * Opens the jobs file, making it if it is not there.
 * @throws RefusalError `STORE.FOREIGN_FILE`, `STORE.FULL`, `STORE.BUSY`
 */
export async function openSqliteJobStore(options: SqliteJobStoreOptions): Promise<SqliteJobStore> {
  const { path, wallClock, ...rest } = options;
  return new SqliteJobStore(openDatabase(path, JOBS_FILE, rest), wallClock ?? systemClock);
}

/**
 * Jobs in one SQLite file. Each write is a transaction of its own, but for jobs that end in one moment; durable when it returns
 * (`synchronous=FULL`).
 * SQLite runs on the calling thread: use it where nobody waits for an answer within milliseconds.
 */
export class SqliteJobStore implements JobStore {
  private readonly jobs: JobTable;
  private readonly leases: LeaseTable;
  private readonly policies: PolicyTable;
  private readonly schedules: ScheduleTable;
  private readonly owner: Owner;
  private readonly completions = new Completions((ended) =>
    this.write(() => ended.map(({ job, now }) => this.jobs.complete(job.id, job.fence, now))),
  );

  constructor(
    private readonly database: DatabaseSync,
    private readonly wallClock: Clock,
  ) {
    this.jobs = new JobTable(database);
    this.leases = new LeaseTable(database, () => this.jobs.nextFence());
    this.policies = new PolicyTable(database);
    this.schedules = new ScheduleTable(database);
    this.owner = new Owner(database);
  }

  async enqueue(job: NewJob, now: Instant): Promise<boolean> {
    const checked = checkedJob(job, now);
    return this.write(() => this.jobs.insert(checked, now, keptSince(now)));
  }

  async cancel(id: string, now: Instant): Promise<boolean> {
    return this.write(() => this.jobs.cancel(id, now));
  }

  async get(id: string): Promise<Job | undefined> {
    const row = this.read(() => this.jobs.get(id));
    return row === undefined ? undefined : jobOf(row);
  }

  async list(options: { status: JobStatus; limit?: number; after?: string }): Promise<readonly Job[]> {
    const { status, limit = 100, after } = options;
    const rows = this.read(() => this.jobs.list(status, requireLimit(limit), after));
    if (rows !== undefined) return rows.map(jobOf);
    throw new RefusalError(
      refusal('JOB.UNKNOWN', 'not-found', `there is no job ${after}: list again from the beginning`, {
        field: 'after',
      }),
    );
  }

  async claim(options: {
    now: Instant;
    limit: number;
    holdMilliseconds: number;
    kinds?: readonly string[];
  }): Promise<readonly ClaimedJob[]> {
    const limit = requireLimit(options.limit);
    const kinds = options.kinds === undefined ? null : JSON.stringify(options.kinds);
    // Polling costs no write while there is nothing to do.
    if (!this.read(() => this.jobs.anyDue({ now: options.now, wall: this.wall(), kinds }))) return [];
    const attempt = (): JobRow[] | undefined => {
      const due = { now: options.now, wall: this.wall(), kinds };
      if (this.jobs.endOverdue(due)) return undefined; // Many were: a transaction of their own.
      return this.jobs.take(due, limit, options.holdMilliseconds);
    };
    let rows = this.write(attempt);
    for (; rows === undefined; rows = this.write(attempt)) await otherWork();
    return rows.map(claimedJobOf);
  }

  async complete(job: ClaimedJob, now: Instant): Promise<boolean> {
    return this.completions.add(job, now);
  }

  async fail(job: ClaimedJob, error: string, now: Instant): Promise<boolean> {
    const message = error.slice(0, LONGEST_ERROR);
    return this.write(() =>
      this.jobs.fail(job.id, job.fence, message, now, (row) =>
        instantFromMillis(millisOf(now) + backOffMilliseconds(row.id, Number(row.attempts_made))),
      ),
    );
  }

  async extend(job: ClaimedJob, holdMilliseconds: number): Promise<boolean> {
    return this.write(() => this.jobs.extend(job.id, job.fence, this.wall(), holdMilliseconds));
  }

  async redrive(id: string, now: Instant): Promise<boolean> {
    return this.write(() => this.jobs.redrive(id, now));
  }

  async nextDue(kinds?: readonly string[]): Promise<Instant | undefined> {
    return this.read(() => this.jobs.nextDue(kinds === undefined ? null : JSON.stringify(kinds)));
  }

  async runSchedules(schedules: readonly Schedule[], now: Instant): Promise<void> {
    const moments = schedules.map((schedule) => ({ schedule, moment: latestMoment(schedule, now) }));
    const news = moments.filter((each) => this.read(() => this.schedules.wouldAdvance(each)));
    if (news.length === 0) return;
    this.write(() => {
      for (const { schedule, moment } of news) {
        if (!this.schedules.advance({ schedule, moment }, now) || moment === undefined) continue;
        this.jobs.insert(checkedJob(jobOfMoment(schedule, moment), now), now, keptSince(now));
      }
    });
  }

  async prune(now: Instant): Promise<number> {
    for (let total = 0; ; await otherWork()) {
      const pruned = this.write(() => this.jobs.prune(keptSince(now)));
      total += pruned;
      if (pruned < MOST_ENDED_AT_ONCE) return total;
    }
  }

  async belongsTo(eventStore: string): Promise<void> {
    const bound = this.read(() => this.owner.get()) ?? this.write(() => this.owner.bind(eventStore));
    if (bound !== eventStore) throw ofAnotherStore(bound, eventStore);
  }

  async reset(): Promise<void> {
    this.write(() => this.database.exec(FORGET_ALL));
  }

  async policyCheckpoint(policy: string): Promise<Position | undefined> {
    return this.read(() => this.policies.checkpoint(policy));
  }

  async applyPolicy(
    policy: string,
    effects: readonly PolicyEffect[],
    checkpoint: Position,
    now: Instant,
    lease: Lease,
  ): Promise<void> {
    this.write(() => {
      if (!this.leases.isNewest(lease)) throw new LeaseLost(lease);
      if (!this.policies.advance(policy, checkpoint)) return;
      for (const effect of effects) {
        if ('cancel' in effect) this.jobs.cancel(effect.cancel, now);
        else this.jobs.insert(checkedJob(effect.enqueue, now), now, keptSince(now));
      }
    });
  }

  async acquireLease(name: string, holder: string, milliseconds: number): Promise<Lease | undefined> {
    const held = (): boolean => this.leases.heldByOther(name, holder, this.wall());
    if (this.read(held)) return undefined; // Waiting for a lease costs no write.
    return this.write(() =>
      held() ? undefined : this.leases.acquire(name, holder, this.wall(), milliseconds),
    );
  }

  async renewLease(lease: Lease, milliseconds: number): Promise<boolean> {
    return this.write(() => this.leases.hold(lease, this.wall(), milliseconds));
  }

  async releaseLease(lease: Lease): Promise<void> {
    this.write(() => this.leases.hold(lease, this.wall(), 0));
  }

  async close(): Promise<void> {
    if (!this.database.isOpen) return;
    this.completions.flush();
    this.database.close();
  }

  private wall(): number {
    return millisOf(this.wallClock.now());
  }

  private read<T>(work: () => T): T {
    if (!this.database.isOpen) {
      throw new RefusalError(refusal('STORE.CLOSED', 'unavailable', 'the jobs store has been closed'));
    }
    try {
      return work();
    } catch (error) {
      throw translated(error, JOBS_FILE.name);
    }
  }

  private write<T>(work: () => T): T {
    return this.read(() => transaction(this.database, work));
  }
}

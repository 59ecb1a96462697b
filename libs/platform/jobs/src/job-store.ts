import type { Instant, JsonObject, Position } from '#kernel';
import type { Lease } from '#platform/read-store';

/** Work to be done once, later or now, by whichever worker is free. */
export interface NewJob {
  /**
   * Deterministic: derived from what asks for the job. While a job of this id is kept, and for 30 days after it
   * ended, enqueueing the id again does nothing, whatever the rest says. Begins with a letter or digit, then also
   * `.`, `-`, `_`; at most 200 characters (no `:`), so that it is also a safe file name.
   */
  readonly id: string;
  /** Names the handler; the same characters as an id, at most 100. */
  readonly kind: string;
  /** At most {@link LARGEST_PAYLOAD_BYTES} as JSON. */
  readonly payload: JsonObject;
  /** Not before this; default: at once. */
  readonly runAt?: Instant;
  /** A job that could not start by then decides nothing: it ends as `expired`. That holds for a retry too. */
  readonly notAfter?: Instant;
  /** Attempts in all before it is a dead letter, 1 to {@link MOST_ATTEMPTS}; default {@link DEFAULT_ATTEMPTS}. */
  readonly attempts?: number;
}
export const DEFAULT_ATTEMPTS = 8;
export const MOST_ATTEMPTS = 100;
export const KEPT_DAYS = 30;
export const LARGEST_PAYLOAD_BYTES = 64 * 1024;
/** Most jobs in one answer of {@link JobStore.list} and one {@link JobStore.claim}. */
export const LARGEST_LIST = 1000;

export type JobStatus = 'waiting' | 'running' | 'done' | 'dead' | 'cancelled' | 'expired';

export interface Job extends NewJob {
  readonly status: JobStatus;
  readonly runAt: Instant;
  readonly attempts: number;
  /** Attempts begun, so that a job which kills its worker is a dead letter one day, too. */
  readonly attemptsMade: number;
  readonly lastError?: string;
  readonly enqueuedAt: Instant;
  readonly endedAt?: Instant;
}

/** A job that this worker holds until `heldUntil`; a later attempt's fence makes an earlier one's word count for nothing. */
export interface ClaimedJob extends Job {
  readonly fence: bigint;
  /** By the wall clock: see {@link JobStore}. */
  readonly heldUntil: Instant;
}

/** A job made anew at each moment of a cron pattern (Europe/London); its id is `<name>.<moment>`, so several workers make one. */
export interface Schedule {
  /** The same characters as a job id, at most 100. */
  readonly name: string;
  readonly cron: string;
  readonly kind: string;
  readonly payload: JsonObject;
}

/**
 * What a policy makes of events: jobs to enqueue and jobs to cancel. One policy's effects happen in log order,
 * two policies' in any: what enqueues a job and what cancels it belong in one policy.
 */
export type PolicyEffect = { readonly enqueue: NewJob } | { readonly cancel: string };

/**
 * Guarantees of every engine:
 * - What `enqueue` acknowledged is durable. An id is accepted once (see {@link NewJob.id}).
 * - A job is run by one worker at a time. A worker that dies loses it once its hold runs out; it is run again.
 *   So a handler may run twice and must be idempotent.
 *
 * Two clocks. What a job *means* (`runAt`, `notAfter`, back-off, when it was enqueued and ended, how long its id
 * is kept) is measured by the `now` that the caller gives, so that a demonstration can run on a simulated clock.
 * What shows that a *process lives* (holds of jobs, leases) is measured by the engine's wall clock: a simulated
 * clock that jumps a month must not take running jobs away from their worker, and one that stands still must not
 * leave a dead worker's jobs held for ever.
 *
 * Every write may be refused with `STORE.FULL` or `STORE.BUSY`; nothing was written then.
 */
export interface JobStore {
  /**
   * @returns false if the id was already known
   * @throws RefusalError `JOB.BAD_ID`, `JOB.BAD_KIND`, `JOB.BAD_ATTEMPTS`, `JOB.PAYLOAD_TOO_LARGE`
   */
  enqueue(job: NewJob, now: Instant): Promise<boolean>;
  /**
   * Cancels a job that waits, or a dead letter, which must not be redriven any more.
   * A running one is let finish, but should this attempt fail, no other is made: it ends as cancelled.
   * @returns false if none waiting or dead has this id
   */
  cancel(id: string, now: Instant): Promise<boolean>;
  get(id: string): Promise<Job | undefined>;
  /** Oldest `runAt` first; `after` is the id of the last one of the page before. */
  list(options: {
    readonly status: JobStatus;
    /** 1 to {@link LARGEST_LIST}; default 100. */
    readonly limit?: number;
    readonly after?: string;
  }): Promise<readonly Job[]>;
  /**
   * The next due jobs, oldest `runAt` first, held for `holdMilliseconds`; those past their `notAfter` end as
   * expired instead, and those whose worker died in the last attempt as dead.
   */
  claim(options: {
    readonly now: Instant;
    /** 1 to {@link LARGEST_LIST}. */
    readonly limit: number;
    readonly holdMilliseconds: number;
    /** Only jobs of these kinds are looked at. Default: all. */
    readonly kinds?: readonly string[];
  }): Promise<readonly ClaimedJob[]>;
  /** @returns false if the hold was lost: another attempt has begun, or the job has ended */
  complete(job: ClaimedJob, now: Instant): Promise<boolean>;
  /**
   * Back to waiting with exponential back-off (see {@link backOffMilliseconds}), or a dead letter after the last
   * attempt. @returns false if the hold was lost
   */
  fail(job: ClaimedJob, error: string, now: Instant): Promise<boolean>;
  /** Extends the hold of a job that takes long to this much from now. @returns false if it was lost */
  extend(job: ClaimedJob, holdMilliseconds: number): Promise<boolean>;
  /** A dead letter waits again with fresh attempts. @returns false if no dead job has this id */
  redrive(id: string, now: Instant): Promise<boolean>;
  /** The earliest `runAt` of the jobs that wait; `undefined` if none does. Those being run do not count. */
  nextDue(kinds?: readonly string[]): Promise<Instant | undefined>;
  /**
   * Makes the due jobs of these schedules, at most one for a moment however many workers ask. A schedule begins
   * with the first moment after it was first given here (with this pattern); after a time without workers only
   * the latest of the moments missed is made.
   * @throws RefusalError `SCHEDULE.BAD_CRON`, `JOB.BAD_ID`
   */
  runSchedules(schedules: readonly Schedule[], now: Instant): Promise<void>;
  /**
   * Forgets jobs that are done, cancelled or expired since more than {@link KEPT_DAYS} days. A dead letter is
   * kept until somebody redrives or cancels it. @returns how many
   */
  prune(now: Instant): Promise<number>;

  /**
   * Jobs are made from the events of one event store, named here the first time and then for good. Cheap to ask
   * again: an engine that has lost everything is bound anew.
   * @throws RefusalError `JOBS.OF_ANOTHER_STORE` naming the command that makes them anew
   */
  belongsTo(eventStore: string): Promise<void>;
  /**
   * Forgets every job, how far policies and schedules have come, and whose they are; leases stay with their holders.
   * Policies then make from the log what is still wanted.
   */
  reset(): Promise<void>;

  /** How far a policy has turned events into jobs; kept with the jobs, so that losing them loses both. */
  policyCheckpoint(policy: string): Promise<Position | undefined>;
  /**
   * Effects and checkpoint together; nothing at all if the checkpoint is not beyond the one kept.
   * @throws LeaseLost the lease was taken over; RefusalError as `enqueue`: nothing of this batch was written
   */
  applyPolicy(
    policy: string,
    effects: readonly PolicyEffect[],
    checkpoint: Position,
    now: Instant,
    lease: Lease,
  ): Promise<void>;
  /** `undefined` while another holder's lease has not run out. */
  acquireLease(name: string, holder: string, milliseconds: number): Promise<Lease | undefined>;
  /** @returns false if it was taken over */
  renewLease(lease: Lease, milliseconds: number): Promise<boolean>;
  releaseLease(lease: Lease): Promise<void>;
  close(): Promise<void>;
}

import type { Instant, JsonObject, Position } from '#kernel';

/** Work to be done once, later or now, by whichever worker is free. */
export interface NewJob {
  /**
   * Deterministic: derived from what asks for the job. While a job of this id is kept, and for 30 days after it
   * ended, enqueueing the id again does nothing. Letters, digits, `.`, `-`, `_`, at most 200 (no `:`).
   */
  readonly id: string;
  readonly kind: string;
  readonly payload: JsonObject;
  /** Not before this; default: at once. */
  readonly runAt?: Instant;
  /** A job that could not start by then decides nothing: it ends as `expired` without being run. */
  readonly notAfter?: Instant;
  /** Attempts in all before it is a dead letter; default {@link DEFAULT_ATTEMPTS}. */
  readonly attempts?: number;
}
export const DEFAULT_ATTEMPTS = 8;
export const KEPT_DAYS = 30;

export type JobStatus = 'waiting' | 'running' | 'done' | 'dead' | 'cancelled' | 'expired';

export interface Job extends NewJob {
  readonly status: JobStatus;
  readonly runAt: Instant;
  readonly attemptsMade: number;
  readonly lastError?: string;
  readonly enqueuedAt: Instant;
  readonly endedAt?: Instant;
}

/** A job that this worker holds until `heldUntil`; a later attempt's fence makes an earlier one's word count for nothing. */
export interface ClaimedJob extends Job {
  readonly fence: bigint;
  readonly heldUntil: Instant;
}

/** A job made anew at each moment of a cron pattern (Europe/London); its id is `<name>.<moment>`, so several workers make one. */
export interface Schedule {
  readonly name: string;
  readonly cron: string;
  readonly kind: string;
  readonly payload: JsonObject;
}

/** What a policy makes of events: jobs to enqueue and waiting jobs to cancel. */
export type PolicyEffect = { readonly enqueue: NewJob } | { readonly cancel: string };

/**
 * Guarantees of every engine:
 * - What `enqueue` acknowledged is durable. An id is accepted once (see {@link NewJob.id}).
 * - A job is run by one worker at a time. A worker that dies loses it once its hold runs out; it is run again.
 *   So a handler may run twice and must be idempotent.
 * - `now` comes from the caller, so that a demonstration can run on a simulated clock.
 */
export interface JobStore {
  /** @returns false if the id was already known */
  enqueue(job: NewJob, now: Instant): Promise<boolean>;
  /** Cancels a job that waits. @returns false if there is none waiting with this id */
  cancel(id: string, now: Instant): Promise<boolean>;
  get(id: string): Promise<Job | undefined>;
  /** Oldest `runAt` first; `after` is the id of the last one of the page before. */
  list(options: {
    readonly status: JobStatus;
    readonly limit?: number;
    readonly after?: string;
  }): Promise<readonly Job[]>;
  /** The next due jobs, held for `holdMilliseconds`; those past their `notAfter` end as expired instead. */
  claim(options: {
    readonly now: Instant;
    readonly limit: number;
    readonly holdMilliseconds: number;
  }): Promise<readonly ClaimedJob[]>;
  /** @returns false if the hold was lost: another attempt has begun */
  complete(job: ClaimedJob, now: Instant): Promise<boolean>;
  /** Back to waiting with exponential back-off, or a dead letter after the last attempt. */
  fail(job: ClaimedJob, error: string, now: Instant): Promise<boolean>;
  /** Extends the hold of a job that takes long. @returns false if it was lost */
  extend(job: ClaimedJob, now: Instant, holdMilliseconds: number): Promise<boolean>;
  /** A dead letter waits again with fresh attempts. @returns false if no dead job has this id */
  redrive(id: string, now: Instant): Promise<boolean>;
  /** When the next waiting or held job can be claimed; `undefined` if there is none. */
  nextDue(): Promise<Instant | undefined>;
  /** Makes the due jobs of these schedules, at most one for a moment however many workers ask. */
  runSchedules(schedules: readonly Schedule[], now: Instant): Promise<void>;
  /** Forgets jobs that ended more than {@link KEPT_DAYS} days ago. */
  prune(now: Instant): Promise<number>;

  /** How far a policy has turned events into jobs; kept with the jobs, so that losing them loses both. */
  policyCheckpoint(policy: string): Promise<Position | undefined>;
  /** Effects and checkpoint together; nothing at all if the checkpoint is not beyond the one kept. */
  applyPolicy(
    policy: string,
    effects: readonly PolicyEffect[],
    checkpoint: Position,
    now: Instant,
  ): Promise<void>;
  close(): Promise<void>;
}

import { instantFromMillis, type Instant, type JsonObject } from '#kernel';
import type { ClaimedJob, Job, JobStatus } from '../job-store.js';

/** A row of `jobs`, with all integers read as bigint. */
export interface JobRow {
  readonly seq: bigint;
  readonly id: string;
  readonly kind: string;
  readonly payload: string;
  readonly status: JobStatus;
  readonly run_at: Instant;
  readonly not_after: Instant | null;
  readonly attempts: bigint;
  readonly attempts_made: bigint;
  readonly last_error: string | null;
  readonly enqueued_at: Instant;
  readonly ended_at: Instant | null;
  readonly cancelling: bigint;
  readonly fence: bigint;
  readonly held_until: bigint | null;
}

export function jobOf(row: JobRow): Job {
  return {
    id: row.id,
    kind: row.kind,
    payload: JSON.parse(row.payload) as JsonObject,
    status: row.status,
    runAt: row.run_at,
    attempts: Number(row.attempts),
    attemptsMade: Number(row.attempts_made),
    enqueuedAt: row.enqueued_at,
    ...(row.not_after === null ? {} : { notAfter: row.not_after }),
    ...(row.last_error === null ? {} : { lastError: row.last_error }),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
  };
}

export function claimedJobOf(row: JobRow): ClaimedJob {
  return { ...jobOf(row), fence: row.fence, heldUntil: instantFromMillis(Number(row.held_until)) };
}

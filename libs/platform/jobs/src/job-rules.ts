import { instantFromMillis, millisOf, refusal, RefusalError, type Instant } from '#kernel';
import { createHash } from 'node:crypto';
import {
  DEFAULT_ATTEMPTS,
  KEPT_DAYS,
  LARGEST_LIST,
  LARGEST_PAYLOAD_BYTES,
  MOST_ATTEMPTS,
  type NewJob,
} from './job-store.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const DAY = 86_400_000;

function refuse(code: string, message: string, field: string): never {
  throw new RefusalError(refusal(code, 'invalid', message, { field }));
}

/** @throws RefusalError `JOB.BAD_ID` */
export function requireJobId(id: string): string {
  if (id.length > 0 && id.length <= 200 && NAME.test(id)) return id;
  const shown = JSON.stringify(id.slice(0, 100));
  return refuse(
    'JOB.BAD_ID',
    `job id ${shown} must begin with a letter or digit and hold only letters, digits, '.', '-' and '_', at most 200`,
    'id',
  );
}

/** @throws RefusalError `JOB.BAD_KIND` */
export function requireKind(kind: string): string {
  if (kind.length <= 100 && NAME.test(kind)) return kind;
  return refuse(
    'JOB.BAD_KIND',
    `job kind ${JSON.stringify(kind.slice(0, 100))} must begin with a letter or digit and hold only letters, digits, '.', '-' and '_', at most 100`,
    'kind',
  );
}

/** A job in the form in which every engine keeps it. */
export interface CheckedJob {
  readonly id: string;
  readonly kind: string;
  readonly payload: string;
  readonly runAt: Instant;
  readonly notAfter: Instant | null;
  readonly attempts: number;
}

/** @throws RefusalError `JOB.BAD_ID`, `JOB.BAD_KIND`, `JOB.BAD_ATTEMPTS`, `JOB.PAYLOAD_TOO_LARGE` */
export function checkedJob(job: NewJob, now: Instant): CheckedJob {
  requireJobId(job.id);
  requireKind(job.kind);
  const attempts = job.attempts ?? DEFAULT_ATTEMPTS;
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > MOST_ATTEMPTS) {
    refuse('JOB.BAD_ATTEMPTS', `attempts of job ${job.id} must be 1 to ${MOST_ATTEMPTS}`, 'attempts');
  }
  const payload = JSON.stringify(job.payload);
  if (Buffer.byteLength(payload) > LARGEST_PAYLOAD_BYTES) {
    refuse(
      'JOB.PAYLOAD_TOO_LARGE',
      `payload of job ${job.id} is larger than ${LARGEST_PAYLOAD_BYTES} bytes; let it name what it is about instead`,
      'payload',
    );
  }
  const { id, kind, notAfter = null, runAt = now } = job;
  return { id, kind, payload, runAt, notAfter, attempts };
}

/** @throws RefusalError `JOB.BAD_LIMIT` */
export function requireLimit(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= LARGEST_LIST) return limit;
  return refuse('JOB.BAD_LIMIT', `limit must be 1 to ${LARGEST_LIST}`, 'limit');
}

/** A job that ended before this is forgotten: its id may be enqueued again. */
export function keptSince(now: Instant): Instant {
  return instantFromMillis(millisOf(now) - KEPT_DAYS * DAY);
}

const FIRST_BACK_OFF = 1000;
const BACK_OFF_FACTOR = 4;
const LONGEST_BACK_OFF = 3_600_000;

/**
 * How long a job waits after its `attemptsMade`-th attempt failed: 1 s, 4 s, 16 s … up to 1 h, of which a part
 * between 0 and a quarter is taken off. That part comes from a hash of id and attempt, not from chance, so that
 * jobs which failed together do not return together, and yet a run can be repeated exactly.
 */
export function backOffMilliseconds(id: string, attemptsMade: number): number {
  const whole = Math.min(FIRST_BACK_OFF * BACK_OFF_FACTOR ** (attemptsMade - 1), LONGEST_BACK_OFF);
  const spread = createHash('sha256').update(`${id} ${attemptsMade}`).digest().readUInt32BE(0) / 2 ** 32;
  return Math.round(whole * (1 - spread / 4));
}

/** What a job says whose worker stopped in the middle of an attempt. */
export const LOST = 'the worker stopped or stalled during this attempt';
/** Most characters that are kept of why an attempt failed. */
export const LONGEST_ERROR = 2000;

import { instantFromMillis, type Instant, type JsonObject } from '#kernel';
import type { ClaimedJob, Job, JobStatus } from '../job-store.js';

/** What a script answers for a job: its id, then BullMQ's hash of it as field, value, field, value … */
export type JobAnswer = readonly [id: string, fields: readonly string[]];

type Fields = Readonly<Record<string, string | undefined>>;

function fieldsOf(list: readonly string[]): Fields {
  const fields: Record<string, string | undefined> = {};
  for (let at = 0; at < list.length; at += 2) fields[list[at]!] = list[at + 1];
  return fields;
}

function jobOfFields(id: string, fields: Fields): Job {
  const notAfter = fields['_notAfter'] as Instant | undefined;
  const lastError = fields['_error'];
  const endedAt = fields['_endedAt'] as Instant | undefined;
  return {
    id,
    kind: fields['name']!,
    payload: JSON.parse(fields['data']!) as JsonObject,
    status: fields['_status'] as JobStatus,
    runAt: fields['_runAt'] as Instant,
    attempts: Number(fields['_attempts']),
    attemptsMade: Number(fields['_made']),
    enqueuedAt: fields['_enqueuedAt'] as Instant,
    ...(notAfter === undefined ? {} : { notAfter }),
    ...(lastError === undefined ? {} : { lastError }),
    ...(endedAt === undefined ? {} : { endedAt }),
  };
}

export function jobOf([id, list]: JobAnswer): Job {
  return jobOfFields(id, fieldsOf(list));
}

export function claimedJobOf([id, list]: JobAnswer): ClaimedJob {
  const fields = fieldsOf(list);
  return {
    ...jobOfFields(id, fields),
    fence: BigInt(fields['_fence']!),
    heldUntil: instantFromMillis(Number(fields['_heldUntil'])),
  };
}

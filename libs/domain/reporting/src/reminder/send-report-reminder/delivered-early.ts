import type { JobStatus, JobStore } from '#platform/jobs';
import type { Outbox } from '#platform/outbox';

/** Of a job that no attempt will come back to, though it was not done. */
const ENDED_EARLY: ReadonlySet<JobStatus> = new Set(['cancelled', 'expired', 'dead']);

/** The messages in the outbox whose jobs have ended without recording them, or may have: an attempt died in between. */
export async function* deliveredEarly(
  outbox: Outbox,
  jobs: Pick<JobStore, 'get'>,
  kind: string,
): AsyncGenerator<{ readonly jobId: string; readonly payload: unknown; readonly file: string }> {
  for (const jobId of await outbox.delivered()) {
    const job = await jobs.get(jobId);
    if (job?.kind !== kind || !ENDED_EARLY.has(job.status)) continue;
    const file = await outbox.find(jobId);
    if (file !== undefined) yield { jobId, payload: job.payload, file };
  }
}

import { instantFromMillis, millisOf, refusal, RefusalError, type Instant, type Position } from '#kernel';
import { LeaseLost, type Lease } from '#platform/read-store';
import { setImmediate as otherWork } from 'node:timers/promises';
import { ofAnotherStore } from '../job-refusals.js';
import {
  backOffMilliseconds,
  checkedJob,
  keptSince,
  LONGEST_ERROR,
  LOST,
  requireLimit,
} from '../job-rules.js';
import type { ClaimedJob, Job, JobStatus, JobStore, NewJob, PolicyEffect, Schedule } from '../job-store.js';
import { jobOfMoment, latestMoment } from '../schedule.js';
import { claimedJobOf, jobOf, type JobAnswer } from './job-hash.js';
import { MOST_AT_ONCE } from './lua/job-scripts.js';
import type { RedisConnection } from './redis-connection.js';
import type { Scripts } from './scripts.js';

/** What a reset that has not come to its end says whose the jobs are. */
const NOBODY = 'a reset that was not finished';
const STATUSES: readonly JobStatus[] = ['waiting', 'running', 'done', 'dead', 'cancelled', 'expired'];
/** Every key that BullMQ may keep for a queue besides its jobs. */
const QUEUE_KEYS = [
  ...['wait', 'active', 'prioritized', 'events', 'stalled', 'stalled-check', 'limiter', 'delayed', 'paused'],
  ...['meta', 'pc', 'marker', 'id', 'completed', 'failed', 'waiting-children', 'repeat'],
  ...['metrics:completed', 'metrics:completed:data', 'metrics:failed', 'metrics:failed:data'],
] as const;

/** As scripts take it: text for order, milliseconds where a score is needed. */
interface Moment {
  readonly iso: Instant;
  readonly ms: number;
}

function moment(instant: Instant): Moment {
  return { iso: instant, ms: millisOf(instant) };
}

function newJob(job: NewJob, now: Instant): object {
  const { runAt, notAfter, ...rest } = checkedJob(job, now);
  if (notAfter === null) return { ...rest, runAt: moment(runAt) };
  return { ...rest, runAt: moment(runAt), notAfter, notAfterMs: millisOf(notAfter) };
}

/** Text that sorts as the number does, which Lua could not hold exactly. */
function padded(position: Position): string {
  return position.toString().padStart(20, '0');
}

/**
 * Jobs in BullMQ's queues on Redis, one queue for each kind. Each operation is one Lua script built around BullMQ's
 * own, so that a job's place in its queue, what the port asks beyond BullMQ and a policy's checkpoint change together
 * (ADR 8). Durable as Redis is: with `appendfsync always` when it returns, with `everysec` up to a second later;
 * policies make anew what was lost with their checkpoint. Holds and leases are measured by Redis's clock.
 */
export class BullJobStore implements JobStore {
  constructor(
    private readonly connection: RedisConnection,
    private readonly scripts: Scripts,
  ) {}

  async enqueue(job: NewJob, now: Instant): Promise<boolean> {
    return this.did('enqueue', { job: newJob(job, now), now: moment(now), keptSince: keptSince(now) });
  }

  async cancel(id: string, now: Instant): Promise<boolean> {
    return this.did('cancel', { id, now: moment(now) });
  }

  async get(id: string): Promise<Job | undefined> {
    const answer = (await this.scripts.run('get', { id })) as JobAnswer | null;
    return answer === null ? undefined : jobOf(answer);
  }

  async list(options: { status: JobStatus; limit?: number; after?: string }): Promise<readonly Job[]> {
    const { status, limit = 100, after } = options;
    const answer = (await this.scripts.run('list', { status, limit: requireLimit(limit), after })) as
      readonly JobAnswer[] | 'unknown';
    if (answer !== 'unknown') return answer.map(jobOf);
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
    const { now, holdMilliseconds: hold, kinds } = options;
    const args = { now: moment(now), limit: requireLimit(options.limit), hold, kinds, lost: LOST };
    for (; ; await otherWork()) {
      const answer = (await this.scripts.run('claim', args)) as readonly JobAnswer[] | 'more';
      if (answer !== 'more') return answer.map(claimedJobOf);
    }
  }

  async complete(job: ClaimedJob, now: Instant): Promise<boolean> {
    return this.did('complete', { id: job.id, fence: job.fence.toString(), now: moment(now) });
  }

  async fail(job: ClaimedJob, error: string, now: Instant): Promise<boolean> {
    const retryAt = instantFromMillis(millisOf(now) + backOffMilliseconds(job.id, job.attemptsMade));
    return this.did('fail', {
      id: job.id,
      fence: job.fence.toString(),
      // Half a surrogate pair is nothing that a script could read.
      failure: error.slice(0, LONGEST_ERROR).toWellFormed(),
      now: moment(now),
      retryAt: moment(retryAt),
    });
  }

  async extend(job: ClaimedJob, holdMilliseconds: number): Promise<boolean> {
    return this.did('extend', { id: job.id, fence: job.fence.toString(), hold: holdMilliseconds });
  }

  async redrive(id: string, now: Instant): Promise<boolean> {
    return this.did('redrive', { id, now: moment(now) });
  }

  async nextDue(kinds?: readonly string[]): Promise<Instant | undefined> {
    return ((await this.scripts.run('nextDue', { kinds })) as Instant | null) ?? undefined;
  }

  async runSchedules(schedules: readonly Schedule[], now: Instant): Promise<void> {
    const moments = schedules.map((schedule) => {
      const { name, cron } = schedule;
      const latest = latestMoment(schedule, now);
      if (latest === undefined) return { name, cron };
      return { name, cron, moment: latest, job: newJob(jobOfMoment(schedule, latest), now) };
    });
    if (moments.length === 0) return;
    await this.scripts.run('runSchedules', { moments, now: moment(now), keptSince: keptSince(now) });
  }

  async prune(now: Instant): Promise<number> {
    const keptSinceMs = millisOf(keptSince(now));
    for (let total = 0; ; await otherWork()) {
      const pruned = (await this.scripts.run('prune', { keptSinceMs })) as number;
      total += pruned;
      if (pruned < MOST_AT_ONCE) return total;
    }
  }

  async belongsTo(eventStore: string): Promise<void> {
    const bound = (await this.scripts.run('belongsTo', { eventStore })) as string;
    if (bound !== eventStore) throw ofAnotherStore(bound, eventStore);
  }

  async reset(): Promise<void> {
    const args = { nobody: NOBODY, statuses: STATUSES, queueKeys: QUEUE_KEYS };
    while ((await this.scripts.run('reset', args)) === 'more') await otherWork();
  }

  async policyCheckpoint(policy: string): Promise<Position | undefined> {
    const kept = (await this.scripts.run('policyCheckpoint', { policy })) as string | null;
    return kept === null ? undefined : BigInt(kept);
  }

  async applyPolicy(
    policy: string,
    effects: readonly PolicyEffect[],
    checkpoint: Position,
    now: Instant,
    lease: Lease,
  ): Promise<void> {
    const answer = await this.scripts.run('applyPolicy', {
      policy,
      effects: effects.map((effect) =>
        'cancel' in effect ? effect : { enqueue: newJob(effect.enqueue, now) },
      ),
      checkpoint: padded(checkpoint),
      now: moment(now),
      keptSince: keptSince(now),
      lease: lease.name,
      fence: lease.fence.toString(),
    });
    if (answer === 'lost') throw new LeaseLost(lease);
  }

  async acquireLease(name: string, holder: string, milliseconds: number): Promise<Lease | undefined> {
    const fence = (await this.scripts.run('acquireLease', { name, holder, milliseconds })) as string | null;
    return fence === null ? undefined : { name, holder, fence: BigInt(fence) };
  }

  async renewLease(lease: Lease, milliseconds: number): Promise<boolean> {
    return this.did('holdLease', { name: lease.name, fence: lease.fence.toString(), milliseconds });
  }

  async releaseLease(lease: Lease): Promise<void> {
    await this.renewLease(lease, 0);
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private async did(...call: Parameters<Scripts['run']>): Promise<boolean> {
    return (await this.scripts.run(...call)) === 1;
  }
}

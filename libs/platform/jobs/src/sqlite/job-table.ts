import type { Instant } from '#kernel';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { LOST, type CheckedJob } from '../job-rules.js';
import type { JobStatus } from '../job-store.js';
import type { JobRow } from './job-row.js';

const OF_KINDS = '(:kinds IS NULL OR kind IN (SELECT value FROM json_each(:kinds)))';
export const MOST_ENDED_AT_ONCE = 1000;

/** Every statement, prepared once. */
export function statementsOn(database: DatabaseSync) {
  const one = (sql: string): StatementSync => database.prepare(sql);
  return {
    ...claimingOn(database),
    forget: one(`DELETE FROM jobs WHERE id = ? AND status <> 'dead' AND ended_at < ?`),
    insert: one(`INSERT INTO jobs (id, kind, payload, run_at, not_after, attempts, enqueued_at)
                 VALUES (:id, :kind, :payload, :runAt, :notAfter, :attempts, :now) ON CONFLICT (id) DO NOTHING`),
    cancel: one(
      `UPDATE jobs SET status = 'cancelled', ended_at = ? WHERE id = ? AND status IN ('waiting', 'dead')`,
    ),
    cancelLater: one(`UPDATE jobs SET cancelling = 1 WHERE id = ? AND status = 'running'`),
    get: one('SELECT * FROM jobs WHERE id = ?'),
    list: one(`SELECT * FROM jobs WHERE status = ? ORDER BY run_at, seq LIMIT ?`),
    place: one('SELECT run_at, seq FROM jobs WHERE id = ?'),
    listAfter: one(
      `SELECT * FROM jobs WHERE status = ? AND (run_at, seq) > (?, ?) ORDER BY run_at, seq LIMIT ?`,
    ),
    complete: one(`UPDATE jobs SET status = 'done', ended_at = ?, held_until = NULL
                   WHERE id = ? AND status = 'running' AND fence = ?`),
    held: one(`SELECT * FROM jobs WHERE id = ? AND status = 'running' AND fence = ?`),
    endFailed: one(
      `UPDATE jobs SET status = ?, last_error = ?, ended_at = ?, held_until = NULL WHERE seq = ?`,
    ),
    retry: one(
      `UPDATE jobs SET status = 'waiting', last_error = ?, run_at = ?, held_until = NULL WHERE seq = ?`,
    ),
    extend: one(
      `UPDATE jobs SET held_until = ?, granted = ? WHERE id = ? AND status = 'running' AND fence = ?`,
    ),
    redrive:
      one(`UPDATE jobs SET status = 'waiting', attempts_made = 0, run_at = ?, ended_at = NULL, last_error = NULL
                  WHERE id = ? AND status = 'dead'`),
    nextDue: one(`SELECT run_at AS runAt FROM jobs WHERE status = 'waiting' AND ${OF_KINDS}
                  ORDER BY run_at LIMIT 1`),
    prune: one(`DELETE FROM jobs WHERE seq IN
                (SELECT seq FROM jobs WHERE ended_at < ? AND status <> 'dead' LIMIT ${MOST_ENDED_AT_ONCE})`),
    nextFence: one('UPDATE fences SET newest = newest + 1 RETURNING newest'),
  };
}

function claimingOn(database: DatabaseSync) {
  const one = (sql: string): StatementSync => database.prepare(sql);
  /** Ends up to 1,000 jobs that match. */
  const end = (status: JobStatus, rest: string, where: string, by = ''): StatementSync =>
    one(`UPDATE jobs SET status = '${status}', ended_at = :now, held_until = NULL${rest}
         WHERE seq IN (SELECT seq FROM jobs ${by} WHERE ${where} AND ${OF_KINDS} LIMIT ${MOST_ENDED_AT_ONCE})`);
  // Or held longer than was ever granted: the clock has gone back, and a living worker would have extended it since.
  const lapsed = `status = 'running' AND (held_until <= :wall OR held_until > :wall + granted)`;
  return {
    anyDue: one(`SELECT
        EXISTS (SELECT 1 FROM jobs WHERE status = 'waiting' AND run_at <= :now AND ${OF_KINDS})
        OR EXISTS (SELECT 1 FROM jobs WHERE ${lapsed} AND ${OF_KINDS}) AS due`),
    endLapsedCancelled: end('cancelled', '', `${lapsed} AND cancelling = 1`),
    endLapsedDead: end('dead', `, last_error = '${LOST}'`, `${lapsed} AND attempts_made >= attempts`),
    endLapsedExpired: end('expired', '', `${lapsed} AND not_after < :now`),
    endExpired: end(
      'expired',
      '',
      // By the index on not_after: a long queue that is in time is not looked through for each claim.
      `status = 'waiting' AND not_after IS NOT NULL AND not_after < :now AND run_at <= :now`,
      'INDEXED BY jobs_expiring',
    ),
    // Two ordered stretches of an index, not an OR: a long queue is not sorted for each claim.
    take: one(`SELECT seq FROM (
        SELECT * FROM (SELECT seq, run_at FROM jobs
          WHERE status = 'waiting' AND run_at <= :now AND ${OF_KINDS} ORDER BY run_at, seq LIMIT :limit)
        UNION ALL
        SELECT * FROM (SELECT seq, run_at FROM jobs WHERE ${lapsed} AND ${OF_KINDS} ORDER BY held_until LIMIT :limit)
      ) ORDER BY run_at, seq LIMIT :limit`),
    hold: one(`UPDATE jobs SET status = 'running', attempts_made = attempts_made + 1, fence = ?, held_until = ?, granted = ?,
               last_error = CASE status WHEN 'running' THEN '${LOST}' ELSE last_error END
               WHERE seq = ? RETURNING *`),
  };
}

/** Which due jobs: of these kinds (JSON array, or null for all), by the caller's clock and by the wall clock. */
export interface Due {
  readonly now: Instant;
  readonly wall: number;
  readonly kinds: string | null;
}

function changed(result: { readonly changes: number | bigint }): number {
  return Number(result.changes);
}

/** The rows of jobs. Begins no transaction: whoever calls it does. */
export class JobTable {
  private readonly sql;

  constructor(database: DatabaseSync) {
    this.sql = statementsOn(database);
    for (const statement of Object.values(this.sql)) statement.setReadBigInts(true);
  }

  /** @param keptSince an id whose job ended before this is as good as unknown */
  insert(job: CheckedJob, now: Instant, keptSince: Instant): boolean {
    this.sql.forget.run(job.id, keptSince);
    return changed(this.sql.insert.run({ ...job, now })) === 1;
  }

  cancel(id: string, now: Instant): boolean {
    if (changed(this.sql.cancel.run(now, id)) === 1) return true;
    this.sql.cancelLater.run(id);
    return false;
  }

  get(id: string): JobRow | undefined {
    return this.sql.get.get(id) as JobRow | undefined;
  }

  list(status: JobStatus, limit: number, after: string | undefined): JobRow[] | undefined {
    if (after === undefined) return this.sql.list.all(status, limit) as unknown as JobRow[];
    const place = this.sql.place.get(after) as { run_at: string; seq: bigint } | undefined;
    if (place === undefined) return undefined;
    return this.sql.listAfter.all(status, place.run_at, place.seq, limit) as unknown as JobRow[];
  }

  anyDue(due: Due): boolean {
    return (this.sql.anyDue.get({ ...due }) as { due: bigint }).due === 1n;
  }

  /** Ends what must not be run any more. @returns whether there may be more of that */
  endOverdue({ now, wall, kinds }: Due): boolean {
    const ended = [
      this.sql.endLapsedCancelled.run({ now, wall, kinds }),
      this.sql.endLapsedDead.run({ now, wall, kinds }),
      this.sql.endLapsedExpired.run({ now, wall, kinds }),
      this.sql.endExpired.run({ now, kinds }),
    ];
    return ended.some((result) => changed(result) === MOST_ENDED_AT_ONCE);
  }

  take(due: Due, limit: number, holdMilliseconds: number): JobRow[] {
    const taken = this.sql.take.all({ ...due, limit }) as { seq: bigint }[];
    const until = due.wall + holdMilliseconds;
    return taken.map(
      ({ seq }) => this.sql.hold.get(this.nextFence(), until, holdMilliseconds, seq) as unknown as JobRow,
    );
  }

  nextFence(): bigint {
    return (this.sql.nextFence.get() as { newest: bigint }).newest;
  }

  complete(id: string, fence: bigint, now: Instant): boolean {
    return changed(this.sql.complete.run(now, id, fence)) === 1;
  }

  /** @param retryAt given what the row says, when to try again */
  fail(id: string, fence: bigint, error: string, now: Instant, retryAt: (job: JobRow) => Instant): boolean {
    const row = this.sql.held.get(id, fence) as JobRow | undefined;
    if (row === undefined) return false;
    if (row.cancelling === 1n) this.sql.endFailed.run('cancelled', error, now, row.seq);
    else if (row.attempts_made >= row.attempts) this.sql.endFailed.run('dead', error, now, row.seq);
    else this.sql.retry.run(error, retryAt(row), row.seq);
    return true;
  }

  extend(id: string, fence: bigint, wall: number, holdMilliseconds: number): boolean {
    return changed(this.sql.extend.run(wall + holdMilliseconds, holdMilliseconds, id, fence)) === 1;
  }

  redrive(id: string, now: Instant): boolean {
    return changed(this.sql.redrive.run(now, id)) === 1;
  }

  nextDue(kinds: string | null): Instant | undefined {
    return (this.sql.nextDue.get({ kinds }) as { runAt: Instant } | undefined)?.runAt;
  }

  /** @returns how many, at most 1,000 */
  prune(keptSince: Instant): number {
    return changed(this.sql.prune.run(keptSince));
  }
}

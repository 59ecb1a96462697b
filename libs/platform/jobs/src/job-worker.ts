import type { Clock, Instant } from '#kernel';
import { Logger } from '@nestjs/common';
import { messageOf } from './failure.js';
import type { JobHandlers } from './job-handlers.js';
import { LARGEST_LIST, type ClaimedJob, type JobStore, type Schedule } from './job-store.js';
import { Bell, pause } from './waiting.js';

export interface JobWorkerOptions {
  /** Jobs run at once. Default 8; 1 runs them in order. */
  readonly concurrency?: number;
  /** Most time between looks for due jobs. Default 250. */
  readonly pollMilliseconds?: number;
  /** How long a job stays held after its worker died; extended while it runs. Default 15,000. */
  readonly holdMilliseconds?: number;
  /** A job that runs longer is told to stop, and failed. Default 60,000. */
  readonly timeLimitMilliseconds?: number;
  /** How long a job that was told to stop may take to do so. Default 5,000. */
  readonly graceMilliseconds?: number;
  /** How long a stopping worker lets its jobs run before it tells them to stop. Default 10,000. */
  readonly stopMilliseconds?: number;
  /** How long {@link JobWorker.runDue} waits for jobs that another process runs. Default 30,000. */
  readonly waitMilliseconds?: number;
}

const DEFAULTS: Required<JobWorkerOptions> = {
  concurrency: 8,
  pollMilliseconds: 250,
  holdMilliseconds: 15_000,
  timeLimitMilliseconds: 60_000,
  graceMilliseconds: 5000,
  stopMilliseconds: 10_000,
  waitMilliseconds: 30_000,
};
const SCHEDULES_EVERY = 1000;
const PRUNE_EVERY = 3_600_000;
const MOST_WRITES_TRIED = 5;

/** What {@link JobWorker.runDue} did. */
export interface RanDue {
  readonly done: number;
  /** Attempts that failed; each waits for its next one or is a dead letter. */
  readonly failed: number;
  /** Jobs that another process still ran when waiting for it came to its end. */
  readonly stillRunning: number;
}

type Ended = 'done' | 'failed' | 'lost';

/** Runs due jobs with their handlers. */
export class JobWorker {
  private readonly options: Required<JobWorkerOptions>;
  private readonly running = new Map<ClaimedJob, Promise<void>>();
  private readonly stops = new Set<AbortController>();
  private readonly bell = new Bell();
  private schedulesNext = 0;
  private pruneNext = 0;

  constructor(
    private readonly store: JobStore,
    private readonly handlers: JobHandlers,
    private readonly clock: Clock,
    options: JobWorkerOptions = {},
    private readonly schedules: readonly Schedule[] = [],
    private readonly log: Pick<Logger, 'warn' | 'error'> = new Logger('JobWorker'),
  ) {
    this.options = { ...DEFAULTS, ...options };
  }

  /** Looks for due jobs at once instead of at the next poll. */
  wake(): void {
    this.bell.ring();
  }

  /** Runs jobs as they fall due until `signal` is aborted; then waits for those that run. */
  async run(signal: AbortSignal): Promise<void> {
    await this.recover(signal);
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.keepHouse();
        await this.startDue(() => this.clock.now());
        failures = 0;
        await this.bell.wait(this.options.pollMilliseconds, signal);
      } catch (error) {
        failures += 1;
        this.log.warn(`looking for jobs failed, tries again: ${messageOf(error)}`);
        await pause(Math.min(100 * 2 ** failures, 5000), signal);
      }
    }
    await this.drain();
  }

  /**
   * Runs everything that is due, and what falls due meanwhile, until nothing is: also waits for due jobs that
   * another process runs.
   * @param now a moment that stands still; default: the clock's
   * @param told is told whenever one is done how many have been
   */
  async runDue(now?: Instant, told?: (done: number) => void): Promise<RanDue> {
    const at = (): Instant => now ?? this.clock.now();
    const counts = { done: 0, failed: 0, lost: 0 };
    const deadline = performance.now() + this.options.waitMilliseconds;
    if (this.schedules.length > 0) await this.store.runSchedules(this.schedules, at());
    try {
      for (;;) {
        const started = await this.startDue(at, (ended) => {
          counts[ended] += 1;
          if (ended === 'done') told?.(counts.done);
        });
        if (this.running.size > 0) await Promise.race(this.running.values());
        else if (started === 0) {
          const stillRunning = await this.runningElsewhere();
          const { done, failed } = counts;
          if (stillRunning === 0 || performance.now() > deadline) return { done, failed, stillRunning };
          await pause(25);
        }
      }
    } finally {
      await this.drain(); // Only after an error is there anything to wait for.
    }
  }

  private async runningElsewhere(): Promise<number> {
    const { kinds } = this.handlers;
    const running = await this.store.list({ status: 'running', limit: LARGEST_LIST });
    return running.filter((job) => kinds.includes(job.kind)).length;
  }

  /** What fails here is tried again when a worker next starts; it keeps no job from being run. */
  private async recover(signal: AbortSignal): Promise<void> {
    for (const kind of this.handlers.kinds) {
      try {
        await this.handlers.get(kind)?.recover?.(signal);
      } catch (error) {
        this.log.error(`what jobs of kind ${kind} left half done could not be ended: ${messageOf(error)}`);
      }
    }
  }

  private async keepHouse(): Promise<void> {
    if (performance.now() >= this.schedulesNext && this.schedules.length > 0) {
      await this.store.runSchedules(this.schedules, this.clock.now());
      this.schedulesNext = performance.now() + SCHEDULES_EVERY;
    }
    if (performance.now() >= this.pruneNext) {
      await this.store.prune(this.clock.now());
      this.pruneNext = performance.now() + PRUNE_EVERY;
    }
  }

  private async startDue(now: () => Instant, ended?: (how: Ended) => void): Promise<number> {
    const { concurrency, holdMilliseconds } = this.options;
    const limit = concurrency - this.running.size;
    if (limit <= 0) return 0;
    const { kinds } = this.handlers;
    const jobs = await this.store.claim({ now: now(), limit, holdMilliseconds, kinds });
    for (const job of jobs) {
      const run = this.attempt(job, now)
        .then((how) => ended?.(how))
        .catch((error: unknown) => this.log.error(`job ${job.id}: ${messageOf(error)}`))
        .finally(() => {
          this.running.delete(job);
          this.bell.ring();
        });
      this.running.set(job, run);
    }
    return jobs.length;
  }

  private async attempt(job: ClaimedJob, now: () => Instant): Promise<Ended> {
    const stop = new AbortController();
    const over = new AbortController();
    this.stops.add(stop);
    const holding = this.keepHold(job, stop, over.signal);
    try {
      await this.work(job, stop);
      const kept = await this.written(job, () => this.store.complete(job, now()));
      if (!kept) this.log.warn(`job ${job.id} was done, but that could not be kept: it may run again`);
      return kept ? 'done' : 'lost';
    } catch (error) {
      const kept = await this.written(job, () => this.store.fail(job, messageOf(error), now()));
      if (kept) this.tell(job, error);
      return kept ? 'failed' : 'lost';
    } finally {
      over.abort();
      this.stops.delete(stop);
      await holding;
    }
  }

  /** Runs the handler until it ends, or until some time after it was told to stop. */
  private async work(job: ClaimedJob, stop: AbortController): Promise<void> {
    const { timeLimitMilliseconds, graceMilliseconds } = this.options;
    const handler = this.handlers.get(job.kind);
    if (handler === undefined) throw new Error(`no handler for jobs of kind '${job.kind}'`);
    const over = new AbortController();
    const limit = setTimeout(
      () => stop.abort(new Error(`ran longer than ${timeLimitMilliseconds} ms`)),
      timeLimitMilliseconds,
    );
    const gaveUp = (async (): Promise<never> => {
      if (!stop.signal.aborted) {
        await new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }));
      }
      await pause(graceMilliseconds, over.signal);
      throw stop.signal.reason;
    })();
    gaveUp.catch(() => undefined);
    try {
      await Promise.race([handler.run({ id: job.id, payload: job.payload }, stop.signal), gaveUp]);
    } finally {
      clearTimeout(limit);
      over.abort();
    }
  }

  private async keepHold(job: ClaimedJob, stop: AbortController, over: AbortSignal): Promise<void> {
    const { holdMilliseconds } = this.options;
    for (;;) {
      await pause(holdMilliseconds / 3, over);
      if (over.aborted) return;
      try {
        if (await this.store.extend(job, holdMilliseconds)) continue;
        stop.abort(new Error('the hold was lost: another worker runs this job now'));
        return;
      } catch (error) {
        this.log.warn(`job ${job.id}: the hold could not be extended: ${messageOf(error)}`);
      }
    }
  }

  /** Tells the store how a job ended, patiently: if it cannot be told, the job runs again once its hold is over. */
  private async written(job: ClaimedJob, write: () => Promise<boolean>): Promise<boolean> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await write();
      } catch (error) {
        this.log.warn(`job ${job.id}: how it ended could not be written: ${messageOf(error)}`);
        if (tried >= MOST_WRITES_TRIED) return false;
        await pause(100 * 2 ** tried);
      }
    }
  }

  private tell(job: ClaimedJob, error: unknown): void {
    const what = `job ${job.id} (${job.kind}) failed, attempt ${job.attemptsMade} of ${job.attempts}: ${messageOf(error)}`;
    if (job.attemptsMade < job.attempts) this.log.warn(what);
    else this.log.error(`${what}; it is a dead letter now, to be redriven by hand`);
  }

  /** Lets the running jobs finish; told to stop after a while, each has its grace. */
  private async drain(): Promise<void> {
    const stopAll = setTimeout(() => {
      for (const stop of this.stops) stop.abort(new Error('the worker stops'));
    }, this.options.stopMilliseconds);
    await Promise.all(this.running.values());
    clearTimeout(stopAll);
  }
}

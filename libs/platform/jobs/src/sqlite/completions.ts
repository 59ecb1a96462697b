import type { Instant } from '#kernel';
import { setImmediate as otherWork } from 'node:timers/promises';
import type { ClaimedJob } from '../job-store.js';

interface Completion {
  readonly job: ClaimedJob;
  readonly now: Instant;
  readonly done: (kept: boolean) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Jobs that end in one moment are told of in one transaction: a commit waits for the disk, and each other job that ends
 * meanwhile would wait for one of its own. What is answered is durable.
 */
export class Completions {
  private waiting: Completion[] = [];

  /** @param keep writes all of them in one transaction; says of each whether it still was its worker's */
  constructor(
    private readonly keep: (ended: readonly Pick<Completion, 'job' | 'now'>[]) => readonly boolean[],
  ) {}

  add(job: ClaimedJob, now: Instant): Promise<boolean> {
    return new Promise((done, failed) => {
      this.waiting.push({ job, now, done, failed });
      if (this.waiting.length === 1) void otherWork().then(() => this.flush());
    });
  }

  /** Writes what waits at once. */
  flush(): void {
    const ended = this.waiting;
    if (ended.length === 0) return;
    this.waiting = [];
    try {
      const kept = this.keep(ended);
      for (const [index, { done }] of ended.entries()) done(kept[index]!);
    } catch (error) {
      for (const { failed } of ended) failed(error);
    }
  }
}

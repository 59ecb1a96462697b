import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_PAUSE = 20;

/**
 * Waits between attempts: twice as long each time, anything from half of it to all of it, so that many who were
 * cut off together do not come back together.
 */
export class BackOff {
  private attempts = 0;

  constructor(private readonly longestMilliseconds: number) {}

  reset(): void {
    this.attempts = 0;
  }

  /** Resolves early, without an error, when `signal` is aborted. */
  async pause(signal?: AbortSignal): Promise<void> {
    const most = Math.min(this.longestMilliseconds, FIRST_PAUSE * 2 ** Math.min(this.attempts, 20));
    this.attempts += 1;
    const wait = most * (0.5 + Math.random() / 2);
    await sleep(wait, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

/** How long one goes on trying, counted from the last time that anything came of it. */
export class Patience {
  private readonly backOff = new BackOff(1000);
  private since = performance.now();

  constructor(private readonly milliseconds: number) {}

  get left(): number {
    return Math.max(0, this.milliseconds - (performance.now() - this.since));
  }

  progress(): void {
    this.since = performance.now();
    this.backOff.reset();
  }

  async pause(signal?: AbortSignal): Promise<void> {
    await this.backOff.pause(signal);
  }
}

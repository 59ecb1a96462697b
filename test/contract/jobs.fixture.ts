import { instantFromMillis, millisOf, parseInstant, randomId, type Instant } from '#kernel';
import type { ClaimedJob, Job, JobStore, NewJob } from '#platform/jobs';
import { afterEach, beforeEach, expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';

export const NOON = parseInstant('2024-03-01T12:00:00Z');
export const HOLD = 60_000;
export const DAY = 86_400_000;

export function plus(instant: Instant, milliseconds: number): Instant {
  return instantFromMillis(millisOf(instant) + milliseconds);
}

/** A store that may hold anything else besides, and for each test a kind of jobs of its own. */
export class JobFixture {
  store!: JobStore;
  kind!: string;
  private opened: JobStore[] = [];

  constructor(private readonly open: () => Promise<JobStore>) {
    beforeEach(async () => {
      this.opened = [];
      this.kind = `kind-${randomId()}`;
      this.store = await this.another();
    });
    afterEach(async () => {
      await Promise.all(this.opened.map((each) => each.close()));
    });
  }

  /** The same store once more, as another process would open it. */
  async another(): Promise<JobStore> {
    const one = await this.open();
    this.opened.push(one);
    return one;
  }

  job(rest: Partial<NewJob> = {}): NewJob {
    return { id: randomId(), kind: this.kind, payload: {}, ...rest };
  }

  async claim(
    now = NOON,
    rest: { limit?: number; hold?: number; from?: JobStore } = {},
  ): Promise<readonly ClaimedJob[]> {
    const { limit = 100, hold = HOLD, from = this.store } = rest;
    return from.claim({ now, limit, holdMilliseconds: hold, kinds: [this.kind] });
  }

  async claimOne(now = NOON, hold = HOLD): Promise<ClaimedJob> {
    const [one, ...more] = await this.claim(now, { hold });
    expect(more).toEqual([]);
    return one!;
  }

  /** Claims it as a worker that dies at once. */
  async die(now = NOON): Promise<ClaimedJob> {
    const one = await this.claimOne(now, 1);
    await sleep(5);
    return one;
  }

  async status(id: string): Promise<Job['status'] | undefined> {
    return (await this.store.get(id))?.status;
  }
}

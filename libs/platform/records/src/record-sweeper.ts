import type { Clock } from '#kernel';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Records } from './records.js';

const SWEEP_EVERY = 600_000;

export interface SweeperOptions {
  /** Milliseconds between sweeps; default ten minutes. */
  readonly every?: number;
  /** Told of a sweep that failed: it is made again next time. */
  readonly warn?: (message: string) => void;
}

/** Deletes now and then what has expired. Any number of processes may: what one has deleted the next does not find. */
export class RecordSweeper {
  constructor(
    private readonly records: Pick<Records, 'sweep'>,
    private readonly clock: Clock,
    private readonly options: SweeperOptions = {},
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    const { every = SWEEP_EVERY, warn = () => undefined } = this.options;
    while (!signal.aborted) {
      try {
        await this.records.sweep(this.clock.now());
      } catch (error) {
        warn(`what has expired of the records could not be deleted: ${(error as Error).message}`);
      }
      await sleep(every, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}

import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How late this thread was to its timers, in milliseconds beyond the sampling interval. */
export interface DelayFigures {
  /** Of the worst ten-second window of the last minute. */
  readonly p99Milliseconds: number;
  readonly maxMilliseconds: number;
  readonly windowSeconds: number;
}

const RESOLUTION_MILLISECONDS = 10;
const WINDOW_SECONDS = 10;
const WINDOWS_KEPT = 6;

/**
 * Watches whether the thread that answers HTTP is kept from it. A percentile over the whole life of a process
 * would forget a bad minute among good hours, so it is taken in windows and the worst one is told.
 */
export class EventLoopDelay {
  private readonly histogram = monitorEventLoopDelay({
    resolution: RESOLUTION_MILLISECONDS,
  });
  private readonly windows: { p99: number; max: number }[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor() {
    this.histogram.enable();
    this.timer = setInterval(() => this.turn(), WINDOW_SECONDS * 1000).unref();
  }

  private current(): { p99: number; max: number } {
    if (this.histogram.count === 0) return { p99: 0, max: 0 };
    const beyond = (nanoseconds: number): number =>
      Math.max(0, Math.round(nanoseconds / 1e5) / 10 - RESOLUTION_MILLISECONDS);
    return { p99: beyond(this.histogram.percentile(99)), max: beyond(this.histogram.max) };
  }

  private turn(): void {
    this.windows.push(this.current());
    if (this.windows.length > WINDOWS_KEPT) this.windows.shift();
    this.histogram.reset();
  }

  figures(): DelayFigures {
    const all = [...this.windows, this.current()];
    return {
      p99Milliseconds: Math.max(...all.map((window) => window.p99)),
      maxMilliseconds: Math.max(...all.map((window) => window.max)),
      windowSeconds: WINDOW_SECONDS,
    };
  }

  stop(): void {
    clearInterval(this.timer);
    this.histogram.disable();
  }
}

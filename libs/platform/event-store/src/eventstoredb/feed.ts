import type { ResolvedEvent } from '@eventstore/db-client';
import { Silence } from './failures.js';

/** What a subscription says between its events. */
export type Mark =
  | { readonly kind: 'searched'; readonly commit: bigint; readonly prepare: bigint }
  | { readonly kind: 'caught-up' }
  | { readonly kind: 'fell-behind' };

export type Item = { readonly kind: 'event'; readonly event: ResolvedEvent } | Mark;

/** What is used of the client's streams. */
export interface Source {
  readonly readableLength: number;
  on(event: string, listener: (error: unknown) => void): unknown;
  read(): unknown;
  removeAllListeners(event: 'readable'): unknown;
  resume(): unknown;
}

/** The server has ended a stream that does not end by itself. */
export class Cut extends Error {
  readonly type = 'unavailable';
}

/**
 * Pulls the events of one of the client's streams, no more than are asked for, and what was said between them in its
 * place: the client tells of a checkpoint at once, even while events from before it still wait to be read.
 */
export class Feed {
  private readonly marks: { readonly after: number; readonly mark: Mark }[] = [];
  private taken = 0;
  private failure: unknown;
  private hasEnded = false;
  private isClosed = false;
  private wake: (() => void) | undefined;

  /** @param cancel tells the server that nothing more is wanted */
  constructor(
    private readonly source: Source,
    private readonly cancel: () => Promise<void>,
  ) {
    // Errors come twice, and the second one after everybody has left: there is always a listener.
    source.on('error', (error) => {
      this.failure ??= error;
      this.wake?.();
    });
    for (const event of ['end', 'close']) {
      source.on(event, () => {
        this.hasEnded = true;
        this.wake?.();
      });
    }
    source.on('readable', () => this.wake?.());
  }

  /** To be told in the place where the client told it: after the events that it has already received. */
  note(mark: Mark): void {
    this.marks.push({ after: this.taken + this.source.readableLength, mark });
    this.wake?.();
  }

  /** What is there already. */
  take(): Item | undefined {
    const next = this.marks[0];
    if (next !== undefined && next.after <= this.taken) {
      this.marks.shift();
      return next.mark;
    }
    const event = this.source.read() as ResolvedEvent | null;
    if (event === null) return undefined;
    this.taken += 1;
    return { kind: 'event', event };
  }

  /**
   * The next one; `undefined` when the stream has ended, or `signal` was aborted.
   * @throws Silence nothing has come for so long
   * @throws what the client's stream failed with
   */
  async next(milliseconds: number, signal: AbortSignal): Promise<Item | undefined> {
    for (;;) {
      if (signal.aborted) return undefined;
      const item = this.take();
      if (item !== undefined) return item;
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- the client's own error
      if (this.failure !== undefined) throw this.failure;
      if (this.hasEnded) return undefined;
      if (!(await this.something(milliseconds, signal))) throw new Silence(`nothing for ${milliseconds} ms`);
    }
  }

  /** Whether there is something to look at within that time. */
  async something(milliseconds: number, signal: AbortSignal): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const wake = (): void => resolve(true);
    const timer = setTimeout(() => resolve(false), milliseconds);
    signal.addEventListener('abort', wake);
    this.wake = wake;
    // A mark may have come while nobody waited.
    if (signal.aborted || this.isReady) wake();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      this.wake = undefined;
    }
  }

  private get isReady(): boolean {
    const isMarkDue = this.marks.length > 0 && this.marks[0]!.after <= this.taken;
    return isMarkDue || this.source.readableLength > 0 || this.failure !== undefined || this.hasEnded;
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.cancel().catch(() => undefined);
    // What is already here is let go, or a call that the server has finished stays open in the client for ever.
    this.source.removeAllListeners('readable');
    this.source.resume();
  }
}

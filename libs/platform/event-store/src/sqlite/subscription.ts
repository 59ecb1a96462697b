import type { Position } from '#kernel';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SubscribeOptions, Subscription } from '../event-store.js';
import type { Stretch } from './reader.js';

/** What a subscription reads from. */
export interface Log {
  head(): Position | undefined;
  stretch(after: Position, upTo: Position, options: SubscribeOptions): Stretch;
  /** Resolves at once when the log has grown beyond `head`, else when it does, or when `signal` is aborted. */
  grownBeyond(head: Position | undefined, signal: AbortSignal): Promise<void>;
}

/** One reader of the log: reads, hands over, waits for the handler, reads on. */
export class LogSubscription implements Subscription {
  readonly ended: Promise<void>;
  private readonly stopping = new AbortController();

  constructor(
    private readonly log: Log,
    private readonly options: SubscribeOptions,
  ) {
    this.ended = this.run();
    // Whoever wants to know listens to `ended`; nobody having listened yet must not bring the process down.
    this.ended.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.ended.catch(() => undefined);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    let searchedTo = this.options.after;
    // A handler is never called before `subscribe` has returned.
    await nextTurn();
    while (!signal.aborted) {
      const head = this.log.head();
      searchedTo = await this.catchUp(searchedTo, head);
      if (signal.aborted) return;
      this.options.caughtUp?.(searchedTo);
      await this.log.grownBeyond(head, signal);
    }
  }

  private async catchUp(
    from: Position | undefined,
    head: Position | undefined,
  ): Promise<Position | undefined> {
    let searchedTo = from;
    while (head !== undefined && (searchedTo ?? 0n) < head && !this.stopping.signal.aborted) {
      const stretch = this.log.stretch(searchedTo ?? 0n, head, this.options);
      await this.options.handle(stretch.events, stretch.searchedTo);
      searchedTo = stretch.searchedTo;
      await nextTurn();
    }
    return searchedTo;
  }
}

import { RefusalError, type Position } from '#kernel';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StoredEvent, SubscribeOptions, Subscription } from '../event-store.js';
import { failureFrom } from './failures.js';
import { Cut, type Feed, type Item } from './feed.js';
import {
  CATCHING_UP,
  commitOf,
  isShown,
  LIVE,
  LONGEST_SILENCE,
  storedFrom,
  type LogReader,
  type Place,
} from './log-reader.js';
import { BackOff } from './patience.js';

/** How long a page waits for more while there is history to catch up on: pages worth a transaction. */
const LINGER = 10;
const LONGEST_PAUSE = 3000;

/** What ended the subscription for good, as against what a new connection may mend. */
class HandlerFailed extends Error {}

/**
 * One reader of the log that comes back after every failure, from the last event handed over. History is read with
 * checkpoints far apart; then, with one after each event, so that it is always known how far has been searched.
 */
export class LogSubscription implements Subscription {
  readonly ended: Promise<void>;
  private readonly stopping = new AbortController();
  private readonly backOff = new BackOff(LONGEST_PAUSE);
  private readonly shown: (event: StoredEvent) => boolean;
  private searchedTo: Position | undefined;
  private page: StoredEvent[] = [];
  /** Up to here the page has been searched, never before what has been handed over. */
  private reached: Position | undefined;
  private checkpoint: Place | undefined;
  private asks: 'catching up' | 'live' | undefined;
  /** Set when the server does not know the position it was asked to begin after. */
  private fromBeginning = false;

  constructor(
    private readonly reader: LogReader,
    private readonly options: SubscribeOptions,
    private readonly pageSize: number,
  ) {
    this.searchedTo = this.reached = options.after;
    this.shown = isShown(options.filter);
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
    // A handler is never called before `subscribe` has returned.
    await nextTurn();
    while (!signal.aborted) {
      this.page = [];
      this.checkpoint = undefined;
      this.reached = this.searchedTo;
      try {
        await this.connected();
      } catch (error) {
        if (error instanceof HandlerFailed) throw error.cause;
        this.fromBeginning = isPositionRefused(error);
        this.asks = undefined;
        await this.backOff.pause(signal);
      }
    }
  }

  /** Until it has fallen behind or caught up, when it is worth asking the server in another way. */
  private async connected(): Promise<void> {
    const head = await this.unlessStopped(this.reader.head());
    if (this.stopping.signal.aborted) return;
    const hasCaughtUp = this.asks === 'catching up' || head === undefined || head <= (this.searchedTo ?? 0n);
    this.asks = hasCaughtUp ? 'live' : 'catching up';
    const from = this.fromBeginning ? undefined : this.searchedTo;
    const feed = this.reader.follow(this.options.filter, from, hasCaughtUp ? LIVE : CATCHING_UP);
    try {
      if (hasCaughtUp) await this.live(feed);
      else await this.catchUp(feed, head);
    } finally {
      feed.close();
    }
  }

  private async catchUp(feed: Feed, head: Position): Promise<void> {
    const { signal } = this.stopping;
    for (;;) {
      const item = await feed.next(LONGEST_SILENCE, signal);
      if (signal.aborted) return;
      if (item === undefined) throw new Cut('the subscription was ended');
      if (item.kind === 'caught-up') {
        // It was asked after the head was, so everything up to there has been searched.
        this.reach(head);
        await this.flush();
        return;
      }
      this.look(item);
      const isPending = this.page.length > 0 || this.checkpoint !== undefined;
      if (this.page.length >= this.pageSize) await this.flush();
      else if (isPending && !(await feed.something(LINGER, signal))) await this.flush();
    }
  }

  private async live(feed: Feed): Promise<void> {
    const { signal } = this.stopping;
    let isCaughtUp = false;
    let hasNews = true;
    while (!signal.aborted) {
      let item = feed.take();
      if (item === undefined) {
        hasNews = (await this.flush()) || hasNews;
        if (isCaughtUp && hasNews && !signal.aborted) {
          hasNews = false;
          this.tellCaughtUp();
        }
        item = await this.next(feed);
        if (item === undefined) return;
      }
      if (item.kind === 'fell-behind') break;
      if (item.kind === 'caught-up') {
        isCaughtUp = true;
        this.backOff.reset();
      }
      this.look(item);
      if (this.page.length >= this.pageSize) hasNews = (await this.flush()) || hasNews;
    }
    await this.flush();
  }

  /** Waits as long as nothing happens, but makes sure now and then that nothing has. */
  private async next(feed: Feed): Promise<Item | undefined> {
    const { signal } = this.stopping;
    while (!signal.aborted && !(await feed.something(LONGEST_SILENCE, signal))) {
      const head = await this.unlessStopped(this.reader.head());
      if (head !== undefined && head > (this.searchedTo ?? 0n) && !(await feed.something(LINGER, signal))) {
        throw new Cut('the subscription has missed something');
      }
    }
    const item = await feed.next(LONGEST_SILENCE, signal);
    if (item === undefined && !signal.aborted) throw new Cut('the subscription was ended');
    return item;
  }

  private look(item: Item): void {
    if (item.kind === 'searched') this.checkpoint = { commit: item.commit, prepare: item.prepare };
    if (item.kind !== 'event') return;
    const commit = commitOf(item.event);
    if (this.reached !== undefined && commit <= this.reached) return;
    this.reached = commit;
    const event = storedFrom(item.event);
    if (event !== undefined && this.shown(event)) this.page.push(event);
  }

  private reach(position: Position): void {
    if (this.reached === undefined || position > this.reached) this.reached = position;
  }

  /** Hands over the page, or how far has been searched in vain; nothing if neither has anything new. */
  private async flush(): Promise<boolean> {
    if (this.checkpoint !== undefined) await this.reachCheckpoint(this.checkpoint);
    this.checkpoint = undefined;
    const { page, reached } = this;
    if (reached === undefined || this.stopping.signal.aborted) return false;
    if (this.searchedTo !== undefined && reached <= this.searchedTo) return false;
    this.page = [];
    try {
      await this.options.handle(page, reached);
    } catch (error) {
      throw new HandlerFailed('the handler has failed', { cause: error });
    }
    this.searchedTo = reached;
    this.fromBeginning = false;
    this.backOff.reset();
    return true;
  }

  /**
   * A checkpoint may lie before what has been delivered, and beyond the last ordinary event: neither is passed on.
   * One whose prepare differs does not say whether the event at its commit was searched, so one before it is taken.
   */
  private async reachCheckpoint(checkpoint: Place): Promise<void> {
    const { commit, prepare } = checkpoint;
    if (this.reached !== undefined && commit <= this.reached) return;
    const searched = commit === prepare ? commit : await this.unlessStopped(this.before(checkpoint));
    if (searched === undefined) return;
    const head = await this.unlessStopped(this.reader.headFrom(searched));
    if (head !== undefined) this.reach(searched < head ? searched : head);
  }

  private async before(checkpoint: Place): Promise<Position | undefined> {
    try {
      return await this.reader.before(checkpoint);
    } catch (error) {
      if (failureFrom(error).kind === 'passing') throw error;
      return undefined;
    }
  }

  private tellCaughtUp(): void {
    try {
      this.options.caughtUp?.(this.searchedTo);
    } catch (error) {
      throw new HandlerFailed('the handler has failed', { cause: error });
    }
  }

  /** Reads are tried again for long: whoever stops does not wait for them. */
  private unlessStopped<T>(reading: Promise<T>): Promise<T | undefined> {
    const { signal } = this.stopping;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const stop = (): void => resolve(undefined);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    reading.catch(() => undefined);
    return Promise.race([reading, promise]).finally(() => signal.removeEventListener('abort', stop));
  }
}

function isPositionRefused(error: unknown): boolean {
  return !(error instanceof RefusalError) && failureFrom(error).kind === 'final';
}

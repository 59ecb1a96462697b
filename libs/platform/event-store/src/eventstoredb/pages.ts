import type { Position } from '#kernel';
import type { EventFilter, StoredEvent } from '../event-store.js';
import { closed } from '../rules.js';
import { failureFrom } from './failures.js';
import { Cut, type Feed, type Item } from './feed.js';
import { CATCHING_UP, commitOf, isShown, LONGEST_SILENCE, storedFrom, type LogReader } from './log-reader.js';

export interface Pages {
  readonly after: Position | undefined;
  /** Inclusive; nothing is read when there is none. */
  readonly upTo: Promise<Position | undefined>;
  readonly pageSize: number;
  readonly filter: EventFilter | undefined;
}

/**
 * Reads a stretch of the log. The client's read of `$all` takes no filter, so a filtered one is a subscription that
 * is left as soon as it has searched far enough.
 */
export async function* pagesOf(reader: LogReader, wanted: Pages): AsyncIterable<readonly StoredEvent[]> {
  const upTo = await wanted.upTo;
  if (upTo === undefined || (wanted.after ?? 0n) >= upTo) return;
  const stretch = new Stretch(reader, wanted, upTo);
  const patience = reader.patience();
  while (!stretch.isDone) {
    const feed = stretch.open();
    try {
      while (!stretch.isDone) {
        const item = await feed.next(LONGEST_SILENCE, reader.signal);
        if (reader.signal.aborted) throw closed();
        const page = stretch.take(item);
        patience.progress();
        if (page !== undefined) yield page;
      }
    } catch (error) {
      if (!stretch.startsOver(error)) await reader.retry(error, patience);
    } finally {
      feed.close();
    }
  }
}

class Stretch {
  isDone = false;
  private readonly isFiltered: boolean;
  private readonly shown: (event: StoredEvent) => boolean;
  private page: StoredEvent[] = [];
  /** The last event that was looked at, shown or not: an event at that position and before is not taken again. */
  private searchedTo: Position | undefined;
  /** Where the server is asked to begin. */
  private from: Position | undefined;

  constructor(
    private readonly reader: LogReader,
    private readonly wanted: Pages,
    private readonly upTo: Position,
  ) {
    const { types = [], streamPrefixes = [] } = wanted.filter ?? {};
    this.isFiltered = types.length + streamPrefixes.length > 0;
    this.shown = isShown(wanted.filter);
    this.searchedTo = wanted.after;
    this.from = wanted.after;
  }

  open(): Feed {
    return this.isFiltered
      ? this.reader.follow(this.wanted.filter, this.from, CATCHING_UP)
      : this.reader.everything(this.from);
  }

  /** A page when one is full, and the rest at the end. */
  take(item: Item | undefined): readonly StoredEvent[] | undefined {
    if (item === undefined && this.isFiltered) throw new Cut('the subscription was ended');
    if (item === undefined || item.kind === 'caught-up') return this.end();
    if (item.kind === 'fell-behind') return undefined;
    if (item.kind === 'searched') {
      const { commit, prepare } = item;
      return commit > this.upTo || (commit === this.upTo && prepare === commit) ? this.end() : undefined;
    }
    const commit = commitOf(item.event);
    if (commit > this.upTo) return this.end();
    if (this.searchedTo === undefined || commit > this.searchedTo) {
      this.searchedTo = this.from = commit;
      const event = storedFrom(item.event);
      if (event !== undefined && this.shown(event)) this.page.push(event);
    }
    if (commit === this.upTo) return this.end();
    return this.page.length === this.wanted.pageSize ? this.turn() : undefined;
  }

  /** A server refuses to begin where no event does; then it is read from its beginning, and the start is left out. */
  startsOver(error: unknown): boolean {
    if (failureFrom(error).kind !== 'final' || this.from === undefined) return false;
    this.from = undefined;
    return true;
  }

  private end(): readonly StoredEvent[] | undefined {
    this.isDone = true;
    return this.page.length === 0 ? undefined : this.turn();
  }

  private turn(): readonly StoredEvent[] {
    const { page } = this;
    this.page = [];
    return page;
  }
}

import type { JsonObject, Position } from '#kernel';
import {
  BACKWARDS,
  END,
  eventTypeFilter,
  FORWARDS,
  START,
  streamNameFilter,
  type Filter,
  type ResolvedEvent,
} from '@eventstore/db-client';
import type { EventFilter, ReadStreamOptions, StoredEvent } from '../event-store.js';
import { closed, isStreamName, matcherOf } from '../rules.js';
import type { Limits } from './appender.js';
import type { Connection } from './connection.js';
import { denied, failureFrom, unavailable } from './failures.js';
import { Feed, type Mark } from './feed.js';
import { Patience } from './patience.js';

/** Revisions are 64 bits with a sign on the server. */
export const LAST_REVISION = 2n ** 63n - 1n;
/** A server that has said nothing for so long is not going to. */
export const LONGEST_SILENCE = 30_000;
/** Events searched between two checkpoints: while catching up many, so that reading is fast; live, each. */
export const CATCHING_UP = { maxSearchWindow: 500, checkpointInterval: 10 };
export const LIVE = { maxSearchWindow: 1, checkpointInterval: 1 };

const BUFFERED = { highWaterMark: 256 };

/** A position as the server has it: two numbers, equal for an event. */
export interface Place {
  readonly commit: bigint;
  readonly prepare: bigint;
}

/** Reads from the leader alone, so that whoever has seen an event never looks where it is not. */
export class LogReader {
  private readonly stopping = new AbortController();
  /** The end of the log when last looked at, and the last ordinary event then: what lies between was searched. */
  private lastLook: { readonly end: Position; readonly head: Position | undefined } | undefined;

  /** The last ordinary event that anybody here has seen. */
  private highest: Position | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly limits: Limits,
  ) {}

  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  close(): void {
    this.stopping.abort();
  }

  async *stream(name: string, options: ReadStreamOptions = {}): AsyncIterable<StoredEvent> {
    const { direction = FORWARDS, limit = Infinity } = options;
    const backwards = direction === BACKWARDS;
    let from = options.from ?? (backwards ? LAST_REVISION : 0n);
    if (!backwards && from < 0n) from = 0n;
    let left = limit;
    const patience = this.patience();
    while (left > 0 && from >= 0n && (backwards || from <= LAST_REVISION)) {
      const fromRevision = from >= LAST_REVISION ? END : from;
      const count = left === Infinity ? {} : { maxCount: left };
      const source = this.connection.client.readStream(
        name,
        { direction, fromRevision, ...count, requiresLeader: true },
        BUFFERED,
      );
      const feed = new Feed(source, () => source.cancel());
      try {
        for (let event = await this.next(feed); event !== undefined; event = await this.next(feed)) {
          const stored = storedFrom(event);
          if (stored === undefined) continue;
          patience.progress();
          yield stored;
          left -= 1;
          from = stored.revision + (backwards ? -1n : 1n);
        }
        return;
      } catch (error) {
        if (failureFrom(error).kind === 'no-such-stream') return;
        await this.retry(error, patience);
      } finally {
        feed.close();
      }
    }
  }

  /** Position of the last ordinary event: what the server writes for itself does not count. */
  async head(): Promise<Position | undefined> {
    let end: Position | undefined;
    const known = this.lastLook;
    for await (const { event, commit } of this.backwards()) {
      end ??= commit;
      const isOrdinary = event !== undefined && isStreamName(event.stream);
      if (!isOrdinary && commit !== known?.end) continue;
      const head = isOrdinary ? commit : known?.head;
      this.lastLook = { end, head };
      return head;
    }
    if (end !== undefined) this.lastLook = { end, head: undefined };
    return undefined;
  }

  /** An ordinary event is known to be there. */
  hasSeen(position: Position | undefined): void {
    if (position !== undefined && position > (this.highest ?? 0n)) this.highest = position;
  }

  /** An ordinary event at `position` or later, if there is one, else the last one: it may not be the very last. */
  async headFrom(position: Position): Promise<Position | undefined> {
    if (this.highest === undefined || this.highest < position) this.hasSeen(await this.head());
    return this.highest;
  }

  /** Position of the last event before `mark`, whichever of the two ways the server counts the one at it. */
  async before({ commit, prepare }: Place): Promise<Position | undefined> {
    for await (const one of this.backwards({ commit, prepare })) if (one.commit < commit) return one.commit;
    return undefined;
  }

  /** Every event after `after` that the server can tell to be worth a look, and where it has searched to. */
  follow(filter: EventFilter | undefined, after: Position | undefined, window: typeof LIVE): Feed {
    const note = (mark: Mark): void => feed.note(mark);
    const subscription = this.connection.client.subscribeToAll(
      {
        fromPosition: positionFrom(after),
        requiresLeader: true,
        filter: filterFrom(filter, {
          ...window,
          checkpointReached: (_, position) => note({ kind: 'searched', ...position }),
        }),
      },
      BUFFERED,
    );
    const feed = new Feed(subscription, () => subscription.unsubscribe());
    subscription.on('caughtUp', () => note({ kind: 'caught-up' }));
    subscription.on('fellBehind', () => note({ kind: 'fell-behind' }));
    return feed;
  }

  /** Everything from `after` on, its event perhaps included, until the end of the log. */
  everything(after: Position | undefined): Feed {
    const source = this.connection.client.readAll(
      { direction: FORWARDS, fromPosition: positionFrom(after), requiresLeader: true },
      BUFFERED,
    );
    return new Feed(source, () => source.cancel());
  }

  patience(): Patience {
    return new Patience(this.limits.patienceMilliseconds);
  }

  /** Returns when a read may be tried again. */
  async retry(error: unknown, patience: Patience): Promise<void> {
    if (this.signal.aborted) throw closed();
    const { kind } = failureFrom(error);
    if (kind === 'denied') throw denied(this.connection.hosts);
    if (kind !== 'passing') throw error;
    if (patience.left === 0) throw unavailable(this.connection.hosts, error);
    await patience.pause(this.signal);
  }

  private async *backwards(
    start?: Place,
  ): AsyncIterable<{ readonly event: StoredEvent | undefined; readonly commit: Position }> {
    const patience = this.patience();
    let from: Place | undefined = start;
    // Few at first: mostly the last event is an ordinary one, and the server sends ahead of what is looked at.
    for (let size = 8; ; size = Math.min(size * 8, 4096)) {
      const source = this.connection.client.readAll(
        { direction: BACKWARDS, fromPosition: from ?? END, maxCount: size, requiresLeader: true },
        BUFFERED,
      );
      const feed = new Feed(source, () => source.cancel());
      let last = from?.commit;
      try {
        for (let one = await this.next(feed); one !== undefined; one = await this.next(feed)) {
          const commit = commitOf(one);
          patience.progress();
          last = commit;
          yield { event: storedFrom(one), commit };
        }
      } catch (error) {
        await this.retry(error, patience);
        continue;
      } finally {
        feed.close();
      }
      if (last === undefined || last === from?.commit) return;
      from = { commit: last, prepare: last };
    }
  }

  private async next(feed: Feed): Promise<ResolvedEvent | undefined> {
    const item = await feed.next(LONGEST_SILENCE, this.signal);
    if (this.signal.aborted) throw closed();
    return item?.kind === 'event' ? item.event : undefined;
  }
}

export function commitOf({ commitPosition, event, link }: ResolvedEvent): Position {
  return commitPosition ?? (link ?? event)!.position!.commit;
}

/** `undefined` for what is left of an event that was deleted. */
export function storedFrom(resolved: ResolvedEvent): StoredEvent | undefined {
  const { event } = resolved;
  if (event === undefined) return undefined;
  return {
    id: event.id,
    type: event.type,
    data: event.data as JsonObject,
    metadata: (event.metadata ?? {}) as JsonObject,
    stream: event.streamId,
    revision: event.revision,
    position: commitOf(resolved),
  };
}

/** What a reader may see of the log: ordinary events, and of these the ones that match. */
export function isShown(filter: EventFilter | undefined): (event: StoredEvent) => boolean {
  const matches = matcherOf(filter);
  return (event) => isStreamName(event.stream) && matches(event);
}

/** The server takes one kind of filter, and types only by how they begin: the rest is up to {@link isShown}. */
function filterFrom(
  { types = [], streamPrefixes = [] }: EventFilter = {},
  options: Pick<Filter, 'checkpointReached' | 'checkpointInterval' | 'maxSearchWindow'>,
): Filter {
  if (streamPrefixes.length > 0 && !streamPrefixes.includes('')) {
    return streamNameFilter({ prefixes: [...streamPrefixes], ...options });
  }
  if (types.length > 0 && !types.includes('')) return eventTypeFilter({ prefixes: [...types], ...options });
  return streamNameFilter({ regex: '^[^$]', ...options });
}

function positionFrom(after: Position | undefined): typeof START | Place {
  return after === undefined || after <= 0n ? START : { commit: after, prepare: after };
}

import type { AnyEvent, Position, RecordedEvent } from '#kernel';
import type { EventCodec, EventStore, StoredEvent } from '#platform/event-store';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pause } from './held-lease.js';
import type { Projection, Reaction } from './projection.js';
import type { Build, Document, DocumentWrite, Lease, ReadStore, Seen } from './read-store.js';

/** A stretch of the log without anything for this read model is worth a write only so often. */
const EMPTY_MILLISECONDS = 50;
const LONGEST_TURN = 8;
const MOST_REMEMBERED = 2000;

/** An event cannot be read, or a reaction to it threw: the projection stops, for it skips nothing. */
export class ProjectionFailed extends Error {
  override readonly name = 'ProjectionFailed';
  constructor(
    readonly collection: string,
    readonly event: Pick<StoredEvent, 'id' | 'stream' | 'revision' | 'type'>,
    cause: unknown,
  ) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `read model ${collection} stopped at ${event.type} ${event.id} (${event.stream} revision ${event.revision}): ${reason}`,
      { cause },
    );
  }
}

/** What a batch does without the engine gives way to other work when it takes long. */
class Turn {
  private begun = performance.now();

  isOver(): boolean {
    return performance.now() - this.begun > LONGEST_TURN;
  }

  async next(): Promise<void> {
    await nextTurn();
    this.begun = performance.now();
  }
}

interface Touch<D extends { readonly id: string }> {
  readonly event: RecordedEvent;
  readonly reaction: Reaction<D, AnyEvent>;
  readonly ids: readonly string[];
}

/**
 * Takes one build forward: reads what a batch touches, folds in memory, writes what changed. Gives way to other
 * work between these steps.
 *
 * Remembers the documents it wrote last. While its lease is the newest nobody else writes this build, and a write
 * under an older one is refused: what it remembers is either right or never written.
 */
export class BuildWriter<D extends { readonly id: string }> {
  /** The one touched last comes last. */
  private readonly remembered = new Map<string, Seen<D>>();

  constructor(
    private readonly store: ReadStore,
    private readonly codec: EventCodec,
    private readonly projection: Projection<D>,
    readonly build: Build,
    readonly lease: Lease,
  ) {}

  /**
   * @param searchedTo becomes the checkpoint: the log has been searched up to here
   * @throws ProjectionFailed; whatever {@link ReadStore.write} throws. Nothing was written then.
   */
  async apply(events: readonly StoredEvent[], searchedTo: Position): Promise<void> {
    if (events.length === 0) {
      await this.store.write(this.build, this.lease, [], searchedTo);
      return;
    }
    const touches = await this.touchesOf(events);
    const seen = await this.seenBy(touches);
    await nextTurn();
    const writes = await this.fold(touches, seen);
    await nextTurn();
    try {
      await this.store.write(this.build, this.lease, writes, searchedTo);
    } catch (error) {
      this.remembered.clear();
      throw error;
    }
    this.remember(seen);
  }

  /**
   * Applies all there is of the log up to its end now, unless told to stop before.
   * @param applied is told after each batch
   */
  async catchUp(
    events: EventStore,
    pageSize: number,
    signal: AbortSignal,
    applied?: (events: number, position: Position, head: Position) => void,
  ): Promise<void> {
    const after = await this.store.checkpoint(this.build);
    const head = await events.head();
    if (head === undefined || (after !== undefined && after >= head)) return;
    const pages = events.readAll({
      ...(after === undefined ? {} : { after }),
      upTo: head,
      filter: { types: this.projection.handles },
      pageSize,
    });
    for await (const page of pages) {
      if (signal.aborted) return;
      const { position } = page.at(-1)!;
      await this.apply(page, position);
      applied?.(page.length, position, head);
    }
    // Nothing behind the last page is for this read model: it has seen that, too.
    if (!signal.aborted) await this.apply([], head);
  }

  /** Applies what is appended, until told to stop. @param applied is told the new checkpoint after each batch */
  async follow(
    events: EventStore,
    pageSize: number,
    signal: AbortSignal,
    applied: (checkpoint: Position) => void,
  ): Promise<void> {
    let wroteAt = 0;
    const subscription = events.subscribe({
      after: await this.store.checkpoint(this.build),
      filter: { types: this.projection.handles },
      pageSize,
      handle: async (batch, searchedTo) => {
        if (signal.aborted) return;
        if (batch.length === 0) {
          // There is more of the log to be searched, at once: that will tell.
          if (searchedTo < ((await events.head()) ?? 0n)) return;
          await pause(Math.max(0, wroteAt + EMPTY_MILLISECONDS - performance.now()), signal);
        }
        await this.apply(batch, searchedTo);
        wroteAt = performance.now();
        applied(searchedTo);
      },
    });
    const stop = (): void => void subscription.stop();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      await subscription.ended;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  private async touchesOf(events: readonly StoredEvent[]): Promise<readonly Touch<D>[]> {
    const touches: Touch<D>[] = [];
    const turn = new Turn();
    for (const stored of events) {
      if (turn.isOver()) await turn.next();
      const reaction = this.projection.reactionTo(stored.type);
      if (reaction === undefined) continue;
      this.failingAt(stored, () => {
        const event = this.codec.decode(stored);
        const ids = reaction.touches(event);
        touches.push({ event, reaction, ids: ids.length > 1 ? [...new Set(ids)] : ids });
      });
    }
    return touches;
  }

  /** Each document touched, as it is before the batch, if it is there. */
  private async seenBy(touches: readonly Touch<D>[]): Promise<Map<string, Seen<D>>> {
    const seen = new Map<string, Seen<D>>();
    const asked = new Set<string>();
    for (const { ids } of touches) {
      for (const id of ids) {
        const known = this.remembered.get(id);
        if (known === undefined) asked.add(id);
        else seen.set(id, known);
      }
    }
    for (const [id, one] of await this.store.seen<D>(this.build, [...asked])) seen.set(id, one);
    return seen;
  }

  private remember(seen: ReadonlyMap<string, Seen<D>>): void {
    for (const [id, one] of seen) {
      this.remembered.delete(id);
      this.remembered.set(id, one);
    }
    for (const id of this.remembered.keys()) {
      if (this.remembered.size <= MOST_REMEMBERED) return;
      this.remembered.delete(id);
    }
  }

  private async fold(
    touches: readonly Touch<D>[],
    seen: Map<string, Seen<D>>,
  ): Promise<readonly DocumentWrite[]> {
    const changed = new Set<string>();
    const turn = new Turn();
    for (const { event, reaction, ids } of touches) {
      if (turn.isOver()) await turn.next();
      const { position } = event;
      this.failingAt(event, () => {
        for (const id of ids) {
          const before = seen.get(id);
          if (before !== undefined && before.position >= position) continue;
          const document = reaction.apply(before?.document ?? null, event, id);
          // What did not change need not have seen it: seen again, it does not change again.
          if (document === (before?.document ?? null)) continue;
          seen.set(id, { document, position });
          changed.add(id);
        }
      });
    }
    return Array.from(changed, (id) => ({ id, ...(seen.get(id) as unknown as Seen<Document>) }));
  }

  private failingAt(event: StoredEvent | RecordedEvent, work: () => void): void {
    try {
      work();
    } catch (error) {
      throw new ProjectionFailed(this.build.collection, event, error);
    }
  }
}

import { refusal, RefusalError, type JsonObject, type Position } from '#kernel';
import { leafHash, MerkleTree } from '#platform/evidence';
import { ConcurrencyConflict, type EventStore, type NewEvent, type StoredEvent } from './event-store.js';

/** Of one append: consecutive events of one stream go together, within what every engine takes at once. */
const MOST_EVENTS = 200;
const MOST_BYTES = 512 * 1024;
const PAGE = 500;

export interface CopyProgress {
  /** Events gone through so far, those that were there already included; each is written and then read again. */
  readonly done: number;
  readonly total: number;
}

export interface Copied {
  /** In the source up to where its log ended when the copy began, and in the target now. */
  readonly events: number;
  /** Of them, those that this run has written; the others were there from an earlier one. */
  readonly written: number;
  /** Merkle tree head (RFC 6962) over both logs, hex: equal, or the copy is refused. */
  readonly root: string;
}

/**
 * Copies a whole log to another store, event by event in log order, with the same ids, streams, revisions and
 * metadata, so that its hashes stay good; then reads the target again and compares counts and hashes. Stopped
 * anywhere, it goes on from there when it is run again: what the target has must be the beginning of the source.
 * @throws RefusalError `COPY.OTHER_HISTORY`, `COPY.TARGET_AHEAD`, `COPY.TARGET_IN_USE`, `COPY.NOT_EQUAL`; whatever a
 *   store throws
 */
export async function copyStore(
  from: EventStore,
  to: EventStore,
  onProgress: (progress: CopyProgress) => void = () => undefined,
): Promise<Copied> {
  const upTo = await from.head();
  const total = 2 * (await countOf(from, upTo));
  const tree = new MerkleTree();
  const there = eventsOf(to);
  const batch = new Batch(to);
  let written = 0;
  let isAllThere = true;
  for await (const event of eventsOf(from, upTo)) {
    const hash = leafHash(event);
    tree.append(hash);
    onProgress({ done: tree.size, total });
    const next = isAllThere ? await there.next() : undefined;
    if (next?.done === false) {
      if (!leafHash(next.value).equals(hash)) throw otherHistory(tree.size, event, next.value);
      continue;
    }
    isAllThere = false;
    written += 1;
    await batch.add(event);
  }
  await batch.flush();
  if (isAllThere && (await there.next()).done === false) throw targetAhead(tree.size);
  await verify(to, tree, (read) => onProgress({ done: tree.size + read, total }));
  return { events: tree.size, written, root: tree.root().toString('hex') };
}

async function* eventsOf(store: EventStore, upTo?: Position): AsyncGenerator<StoredEvent, void, undefined> {
  for await (const page of store.readAll({ pageSize: PAGE, ...(upTo === undefined ? {} : { upTo }) })) {
    yield* page;
  }
}

async function countOf(store: EventStore, upTo: Position | undefined): Promise<number> {
  let count = 0;
  if (upTo === undefined) return count;
  for await (const page of store.readAll({ pageSize: PAGE, upTo })) count += page.length;
  return count;
}

/** Consecutive events of one stream, on their way into the target. */
class Batch {
  private events: StoredEvent[] = [];
  private bytes = 0;

  constructor(private readonly target: EventStore) {}

  async add(event: StoredEvent): Promise<void> {
    const size = bytesOf(event.data) + bytesOf(event.metadata);
    const isOfOneStream = this.events[0]?.stream === event.stream;
    const fits = this.events.length < MOST_EVENTS && this.bytes + size <= MOST_BYTES;
    if (!isOfOneStream || !fits) await this.flush();
    this.events.push(event);
    this.bytes += size;
  }

  async flush(): Promise<void> {
    const [first] = this.events;
    if (first === undefined) return;
    const events = this.events.map(({ id, type, data, metadata }): NewEvent => ({
      id,
      type,
      data,
      metadata,
    }));
    this.events = [];
    this.bytes = 0;
    try {
      await this.target.append(
        first.stream,
        first.revision === 0n ? 'no-stream' : first.revision - 1n,
        events,
      );
    } catch (error) {
      if (error instanceof ConcurrencyConflict) throw targetInUse(error);
      throw error;
    }
  }
}

function bytesOf(json: JsonObject): number {
  return Buffer.byteLength(JSON.stringify(json));
}

/** What is there is read again, as any reader would: nothing that was believed to be written counts. */
async function verify(
  target: EventStore,
  wanted: MerkleTree,
  onRead: (events: number) => void,
): Promise<void> {
  const found = new MerkleTree();
  for await (const event of eventsOf(target)) {
    found.append(leafHash(event));
    onRead(found.size);
  }
  if (found.size === wanted.size && found.root().equals(wanted.root())) return;
  throw new RefusalError(
    refusal(
      'COPY.NOT_EQUAL',
      'wrong-state',
      `the target has ${found.size} events with the head ${found.root().toString('hex')}, the source ${wanted.size} with ` +
        `${wanted.root().toString('hex')}: does anybody write to the target?`,
      { source: wanted.size, target: found.size },
    ),
  );
}

function otherHistory(number: number, source: StoredEvent, target: StoredEvent): RefusalError {
  return new RefusalError(
    refusal(
      'COPY.OTHER_HISTORY',
      'wrong-state',
      `the target has another history: its event number ${number} is ${target.type} ${target.id} in ${target.stream}, that of ` +
        `the source ${source.type} ${source.id} in ${source.stream}. Nothing was written; name an empty target`,
      { number, sourceId: source.id, targetId: target.id },
    ),
  );
}

function targetAhead(events: number): RefusalError {
  return new RefusalError(
    refusal(
      'COPY.TARGET_AHEAD',
      'wrong-state',
      `the target has all ${events} events of the source and more: it has been worked with since. Nothing was written`,
      { events },
    ),
  );
}

function targetInUse(conflict: ConcurrencyConflict): RefusalError {
  return new RefusalError(
    refusal(
      'COPY.TARGET_IN_USE',
      'wrong-state',
      `somebody else writes to the target: ${conflict.message}. Stop whatever uses it, and run the copy again`,
      { stream: conflict.stream },
    ),
  );
}

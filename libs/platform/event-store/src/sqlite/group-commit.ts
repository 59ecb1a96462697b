import { isBusy, isFull, pause, translated } from '#platform/sqlite';
import { RefusalError } from '#kernel';
import type { DatabaseSync } from 'node:sqlite';
import { FIELDS_PER_EVENT, type AppendReply, type AppendRequest } from './protocol.js';
import { EVENTS_FILE } from './schema.js';

/** Most streams whose head is remembered. */
const MOST_HEADS = 10_000;

/**
 * Writes appends that arrived together in one transaction, so that they share one wait for the disk. Each is
 * judged on the state its predecessors in the group left, exactly as if it had come alone.
 */
export class GroupCommit {
  private readonly head;
  private readonly range;
  private readonly insert;
  private readonly dataVersion;
  private readonly begin;
  private readonly commit;
  /** Revisions of the streams written to lately, as of `headsVersion`. */
  private readonly heads = new Map<string, number>();
  private headsVersion: unknown;

  constructor(
    private readonly database: DatabaseSync,
    private readonly busyMilliseconds: number,
  ) {
    // SQLite's own waiting backs off to 100 ms and so starves beside a busy neighbour; `beginWaiting` does not.
    database.exec('PRAGMA busy_timeout = 0');
    this.head = database.prepare(
      'SELECT revision FROM events WHERE stream = ? ORDER BY revision DESC LIMIT 1',
    );
    this.range = database.prepare(
      'SELECT id, position FROM events WHERE stream = ? AND revision > ? ORDER BY revision LIMIT ?',
    );
    this.insert = database.prepare(
      'INSERT INTO events (stream, revision, id, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.dataVersion = database.prepare('PRAGMA data_version');
    this.begin = database.prepare('BEGIN IMMEDIATE');
    this.commit = database.prepare('COMMIT');
  }

  /**
   * One reply for each request, in order; nothing is replied before it is committed.
   * @throws what a COMMIT failed with, unless the disk was full: whether it was written is then unknown
   */
  write(requests: readonly AppendRequest[]): readonly AppendReply[] {
    try {
      return this.inOneTransaction(requests);
    } catch (error) {
      if (error instanceof CommitFailed) throw error.cause;
      if (isBusy(error) || requests.length === 1) return requests.map(() => failure(error));
      // One of them cannot be written, and those that can shall not suffer for it.
      return requests.flatMap((request) => this.write([request]));
    }
  }

  private inOneTransaction(requests: readonly AppendRequest[]): AppendReply[] {
    this.beginWaiting();
    try {
      this.forgetHeadsIfOthersWrote();
      const replies = requests.map((request) => this.append(request));
      this.commitOrSayWhy();
      return replies;
    } catch (error) {
      this.heads.clear();
      // A full disk may already have rolled back by itself.
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }

  private beginWaiting(): void {
    const deadline = performance.now() + this.busyMilliseconds;
    for (;;) {
      try {
        this.begin.run();
        return;
      } catch (error) {
        if (!isBusy(error) || performance.now() >= deadline) throw error;
        pause(0.2 + Math.random());
      }
    }
  }

  private commitOrSayWhy(): void {
    try {
      this.commit.run();
    } catch (error) {
      // After any other failure, such as of the disk, the log may or may not hold the group: nobody is told either.
      if (isFull(error) || isBusy(error)) throw error;
      throw new CommitFailed('commit failed', { cause: error });
    }
  }

  private append({ stream, expected, fields }: AppendRequest): AppendReply {
    const actual = this.headOf(stream);
    if (actual !== expected) return this.earlierResult(stream, expected, actual, fields);
    if (fields.length === 0) return [actual, -1];
    let revision = expected;
    let position: number | bigint = -1;
    for (let at = 0; at < fields.length; at += FIELDS_PER_EVENT) {
      const [id, type, data, metadata] = [fields[at]!, fields[at + 1]!, fields[at + 2]!, fields[at + 3]!];
      revision += 1;
      position = this.insert.run(stream, revision, id, type, data, metadata).lastInsertRowid;
    }
    this.heads.set(stream, revision);
    return [revision, Number(position)];
  }

  /** The same ids at the same place were written before: their result again. Anything else is a conflict. */
  private earlierResult(
    stream: string,
    expected: number,
    actual: number,
    fields: readonly string[],
  ): AppendReply {
    const count = fields.length / FIELDS_PER_EVENT;
    if (count === 0 || actual < expected + count) return { kind: 'conflict', actual };
    const there = this.range.all(stream, expected, count) as unknown as { id: string; position: number }[];
    const same = there.every((event, index) => event.id === fields[index * FIELDS_PER_EVENT]);
    return same ? [expected + count, there.at(-1)!.position] : { kind: 'conflict', actual };
  }

  private headOf(stream: string): number {
    let head = this.heads.get(stream);
    if (head === undefined) {
      head = Number(this.head.get(stream)?.['revision'] ?? -1);
      this.heads.set(stream, head);
    }
    return head;
  }

  /**
   * SQLite's data version changes when any other connection, of this process or another, has committed. Asked
   * inside the transaction, when nobody else can: so a head that is remembered is the head there is.
   */
  private forgetHeadsIfOthersWrote(): void {
    const version = this.dataVersion.get()!['data_version'];
    if (version !== this.headsVersion || this.heads.size > MOST_HEADS) this.heads.clear();
    this.headsVersion = version;
  }
}

class CommitFailed extends Error {}

function failure(error: unknown): AppendReply {
  const known = translated(error, EVENTS_FILE.name);
  if (known instanceof RefusalError) return { kind: 'refused', refusal: known.refusal };
  return { kind: 'failed', message: known instanceof Error ? known.message : String(known) };
}

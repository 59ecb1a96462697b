import { isBusy, isFull, pause, translated } from '#platform/sqlite';
import { RefusalError } from '#kernel';
import type { DatabaseSync } from 'node:sqlite';
import { FIELDS_PER_EVENT, type AppendReply, type AppendRequest } from './protocol.js';
import { EVENTS_FILE } from './schema.js';

interface Head {
  readonly revision: number;
  readonly position: number;
}

/**
 * Writes appends that arrived together in one transaction, so that they share one wait for the disk. Each is
 * judged on the state its predecessors in the group left, exactly as if it had come alone.
 */
export class GroupCommit {
  private readonly head;
  private readonly range;
  private readonly insertNext;
  private readonly insertRest;
  private readonly begin;
  private readonly commit;

  constructor(
    private readonly database: DatabaseSync,
    private readonly busyMilliseconds: number,
  ) {
    // SQLite's own waiting backs off to 100 ms and so starves beside a busy neighbour; `beginWaiting` does not.
    database.exec('PRAGMA busy_timeout = 0');
    const columns = 'INSERT INTO events (stream, revision, id, type, data, metadata)';
    this.head = database.prepare(
      'SELECT revision, position FROM events WHERE stream = ? ORDER BY revision DESC LIMIT 1',
    );
    this.range = database.prepare(
      'SELECT id, position FROM events WHERE stream = ? AND revision > ? ORDER BY revision LIMIT ?',
    );
    // The expected revision is checked by the statement that writes: one call into SQLite instead of two.
    this.insertNext = database.prepare(
      `${columns} SELECT ?1, ?2 + 1, ?3, ?4, ?5, ?6
         WHERE ?2 = ifnull((SELECT revision FROM events WHERE stream = ?1 ORDER BY revision DESC LIMIT 1), -1)`,
    );
    this.insertRest = database.prepare(`${columns} VALUES (?, ?, ?, ?, ?, ?)`);
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
      const replies = requests.map((request) => this.append(request));
      this.commitOrSayWhy();
      return replies;
    } catch (error) {
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
    if (fields.length === 0) {
      const actual = this.headOf(stream).revision;
      return actual === expected ? [actual, -1] : { kind: 'conflict', actual };
    }
    const [id, type, data, metadata] = fields as readonly [string, string, string, string];
    let last = this.insertNext.run(stream, expected, id, type, data, metadata);
    if (last.changes === 0) return this.earlierResult(stream, expected, fields);
    let revision = expected + 1;
    for (let at = FIELDS_PER_EVENT; at < fields.length; at += FIELDS_PER_EVENT) {
      revision += 1;
      last = this.insertRest.run(
        stream,
        revision,
        fields[at]!,
        fields[at + 1]!,
        fields[at + 2]!,
        fields[at + 3]!,
      );
    }
    return [revision, Number(last.lastInsertRowid)];
  }

  /** The same ids at the same place were written before: their result again. Anything else is a conflict. */
  private earlierResult(stream: string, expected: number, fields: readonly string[]): AppendReply {
    const count = fields.length / FIELDS_PER_EVENT;
    const actual = this.headOf(stream).revision;
    if (actual < expected + count) return { kind: 'conflict', actual };
    const there = this.range.all(stream, expected, count) as unknown as { id: string; position: number }[];
    const same = there.every((event, index) => event.id === fields[index * FIELDS_PER_EVENT]);
    return same ? [expected + count, there.at(-1)!.position] : { kind: 'conflict', actual };
  }

  private headOf(stream: string): Head {
    return (this.head.get(stream) as unknown as Head | undefined) ?? { revision: -1, position: -1 };
  }
}

class CommitFailed extends Error {}

function failure(error: unknown): AppendReply {
  const known = translated(error, EVENTS_FILE.name);
  if (known instanceof RefusalError) return { kind: 'refused', refusal: known.refusal };
  return { kind: 'failed', message: known instanceof Error ? known.message : String(known) };
}

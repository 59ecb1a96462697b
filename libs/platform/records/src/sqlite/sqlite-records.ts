import { refusal, RefusalError, type Instant, type Json } from '#kernel';
import { openDatabase, transaction, translated } from '#platform/sqlite';
import type { DatabaseSync } from 'node:sqlite';
import { checkedWrite, checkKey, ofAnotherStore } from '../record-rules.js';
import {
  SWEPT_AT_ONCE,
  type KeptRecord,
  type RecordKey,
  type Records,
  type RecordWrite,
  type Version,
} from '../records.js';
import { RecordTable } from './record-table.js';
import { RECORDS_FILE } from './schema.js';

export interface SqliteRecordsOptions {
  readonly path: string;
  /** `max_page_count`; default: SQLite's own. */
  readonly maxPages?: number;
  readonly busyMilliseconds?: number;
}

/**
 * Opens the records file, making it if it is not there.
 * @throws RefusalError `STORE.FOREIGN_FILE`, `STORE.FULL`, `STORE.BUSY`
 */
export async function openSqliteRecords({ path, ...options }: SqliteRecordsOptions): Promise<SqliteRecords> {
  return new SqliteRecords(openDatabase(path, RECORDS_FILE, options));
}

interface Waiting {
  run(): void;
  settle(): void;
  fail(error: unknown): void;
}

/**
 * Records in one SQLite file (`synchronous=FULL`). SQLite runs on the calling thread, and a commit waits for the disk:
 * writes that are asked for in the same turn of the thread share one commit, so that many requests wait for one.
 */
export class SqliteRecords implements Records {
  private readonly table: RecordTable;
  private waiting: Waiting[] = [];

  constructor(private readonly database: DatabaseSync) {
    this.table = new RecordTable(database);
  }

  async get<V extends Json>(key: RecordKey, now: Instant): Promise<KeptRecord<V> | undefined> {
    checkKey(key);
    const row = this.read(() => this.table.get(key, now));
    if (row === undefined) return undefined;
    const expiresAt = row.expires_at === null ? 'never' : (row.expires_at as Instant);
    return { value: JSON.parse(row.value) as V, version: row.version as Version, expiresAt };
  }

  async put<V extends Json>(
    key: RecordKey,
    write: RecordWrite<V>,
    now: Instant,
  ): Promise<Version | undefined> {
    const checked = checkedWrite(key, write, now);
    const isDone = await this.write(() => this.table.put(key, checked, write.expected, now));
    return isDone ? checked.version : undefined;
  }

  async delete(key: RecordKey, expected: Version, now: Instant): Promise<boolean> {
    checkKey(key);
    return this.write(() => this.table.delete(key, expected, now));
  }

  async sweep(now: Instant): Promise<number> {
    // Looking costs no write while there is nothing to do.
    if (!this.read(() => this.table.anyExpired(now))) return 0;
    for (let total = 0; ;) {
      const swept = await this.write(() => this.table.sweep(now));
      total += swept;
      if (swept < SWEPT_AT_ONCE) return total;
    }
  }

  async belongsTo(eventStore: string): Promise<void> {
    const owner = this.read(() => this.table.owner()) ?? (await this.write(() => this.table.own(eventStore)));
    if (owner !== eventStore) throw ofAnotherStore(owner, eventStore);
  }

  async adopt(eventStore: string): Promise<void> {
    await this.write(() => this.table.adopt(eventStore));
  }

  async close(): Promise<void> {
    this.commit();
    if (this.database.isOpen) this.database.close();
  }

  private read<T>(work: () => T): T {
    if (!this.database.isOpen) {
      throw new RefusalError(refusal('STORE.CLOSED', 'unavailable', 'the records store has been closed'));
    }
    try {
      return work();
    } catch (error) {
      throw translated(error, RECORDS_FILE.name);
    }
  }

  private write<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: T;
      const run = (): void => void (result = work());
      this.waiting.push({ run, settle: () => resolve(result), fail: reject });
      if (this.waiting.length === 1) setImmediate(() => this.commit());
    });
  }

  private commit(): void {
    const together = this.waiting;
    this.waiting = [];
    if (together.length === 0) return;
    try {
      this.run(together);
    } catch (error) {
      if (together.length === 1) return together[0]!.fail(error);
      // What one of them cannot have, such as room for it, is not kept from the others.
      for (const one of together) {
        try {
          this.run([one]);
        } catch (failure) {
          one.fail(failure);
        }
      }
    }
  }

  /** @throws what the transaction threw; none of them is done then, nor told */
  private run(together: readonly Waiting[]): void {
    this.read(() =>
      transaction(this.database, () => {
        for (const one of together) one.run();
      }),
    );
    for (const one of together) one.settle();
  }
}

import { refusal, RefusalError } from '#kernel';
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** What makes a SQLite file one of ours, and which of ours. */
export interface DatabaseKind {
  /** Named in messages. */
  readonly name: string;
  /** SQLite's `application_id`: 32 bits, ours alone. */
  readonly applicationId: number;
  /** Migrations in order; `user_version` counts those that have run. */
  readonly migrations: readonly string[];
}

export interface OpenOptions {
  /** `max_page_count`, in pages of 4,096 bytes: a limit on how large the file may grow. Default: SQLite's own. */
  readonly maxPages?: number;
  /** How long to wait for another process's transaction, in milliseconds. Default 5,000. */
  readonly busyMilliseconds?: number;
  /** A read-only connection; the file must be there. */
  readonly readOnly?: boolean;
}

const HEADER_BYTES = 100;
const MAGIC = 'SQLite format 3\0';

function damaged(kind: DatabaseKind, path: string, what: string): RefusalError {
  return new RefusalError(
    refusal(
      'STORE.FOREIGN_FILE',
      'unavailable',
      `${path} cannot be used as the ${kind.name} file: ${what}. Nothing was changed.`,
      { path },
    ),
  );
}

/** Reads the header of an existing file, before SQLite is let near it, so that a foreign file is never written to. */
function inspect(path: string, kind: DatabaseKind): void {
  const { size } = statSync(path);
  if (size === 0) return;
  if (size < HEADER_BYTES) throw damaged(kind, path, 'it is not a SQLite database');
  const header = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(file);
  }
  if (header.toString('latin1', 0, 16) !== MAGIC) throw damaged(kind, path, 'it is not a SQLite database');
  if (
    header.readUInt32BE(68) !== kind.applicationId &&
    (header.readUInt32BE(68) !== 0 || !emptyButForWal(path, header))
  ) {
    throw damaged(kind, path, 'it belongs to another program');
  }
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  const pages = header.readUInt32BE(28);
  if (size < pages * pageSize)
    throw damaged(kind, path, `it is truncated: ${size} bytes, should be ${pages * pageSize}`);
  const version = header.readUInt32BE(60);
  if (version > kind.migrations.length) {
    throw damaged(
      kind,
      path,
      `it was made by a newer program (version ${version}, this one knows ${kind.migrations.length})`,
    );
  }
}

/** A crash during the very first migration leaves page 1 without our id while the write-ahead log may hold it. */
function emptyButForWal(path: string, header: Buffer): boolean {
  return header.readUInt32BE(28) <= 1 && existsSync(`${path}-wal`);
}

/**
 * Opens one of our SQLite files, making it if it is not there: WAL, `synchronous=FULL`, foreign keys on.
 * @throws RefusalError `STORE.FOREIGN_FILE` for a file that is not ours, is truncated, or is from a newer program
 */
export function openDatabase(path: string, kind: DatabaseKind, options: OpenOptions = {}): DatabaseSync {
  if (existsSync(path)) inspect(path, kind);
  const database = new DatabaseSync(path, { readOnly: options.readOnly ?? false });
  try {
    database.exec(`PRAGMA busy_timeout = ${options.busyMilliseconds ?? 5000}`);
    if (options.maxPages !== undefined) database.exec(`PRAGMA max_page_count = ${options.maxPages}`);
    if (options.readOnly !== true) prepare(database, kind);
    return database;
  } catch (error) {
    database.close();
    throw translated(error, kind.name);
  }
}

function prepare(database: DatabaseSync, kind: DatabaseKind): void {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
  transaction(database, () => {
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as {
      user_version: number;
    };
    for (const migration of kind.migrations.slice(version)) database.exec(migration);
    if (version < kind.migrations.length) {
      database.exec(
        `PRAGMA application_id = ${kind.applicationId}; PRAGMA user_version = ${kind.migrations.length}`,
      );
    }
  });
}

/** Runs `work` in a write transaction: all of it or, if it throws, none. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk may already have rolled back by itself.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;

/** SQLite's "full" and "busy" as refusals that say so; anything else as it is. */
export function translated(error: unknown, store: string): unknown {
  const code = (error as { errcode?: unknown }).errcode;
  if (typeof code !== 'number') return error;
  if ((code & 0xff) === SQLITE_FULL) {
    return new RefusalError(
      refusal('STORE.FULL', 'full', `the ${store} store has no room left; nothing was written`, { store }),
    );
  }
  if ((code & 0xff) === SQLITE_BUSY) {
    return new RefusalError(
      refusal(
        'STORE.BUSY',
        'busy',
        `another process is writing to the ${store} store; nothing was written, try again`,
        { store },
      ),
    );
  }
  return error;
}

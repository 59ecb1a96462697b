import { refusal, RefusalError } from '#kernel';
import { closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What makes a SQLite file one of ours, and which of ours. */
export interface DatabaseKind {
  /** Named in messages. */
  readonly name: string;
  /** SQLite's `application_id`: 32 bits, ours alone. */
  readonly applicationId: number;
  /** Migrations in order; `user_version` counts those that have run. */
  readonly migrations: readonly string[];
  /** For what only the account that runs the program may read: made with mode 0600. */
  readonly secret?: true;
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
const DEFAULT_BUSY_MILLISECONDS = 5000;

function refuse(kind: DatabaseKind, path: string, what: string): RefusalError {
  return new RefusalError(
    refusal(
      'STORE.FOREIGN_FILE',
      'unavailable',
      `${path} cannot be used as the ${kind.name} file: ${what}. Nothing was changed.`,
      { path },
    ),
  );
}

function newer(kind: DatabaseKind, path: string, version: number): RefusalError {
  const known = kind.migrations.length;
  return refuse(kind, path, `it was made by a newer program (version ${version}, this one knows ${known})`);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Reads the header of an existing file, before SQLite is let near it, so that a foreign file is never written to. */
function inspect(path: string, kind: DatabaseKind): void {
  if (!statSync(path).isFile()) throw refuse(kind, path, 'it is not a file');
  if (sizeOf(path) === 0) {
    // Empty is one whose making was cut short, before it had a write-ahead log; SQLite would throw that log away.
    if (sizeOf(`${path}-wal`) > 0) {
      throw refuse(kind, path, `it is truncated: it is empty, and its log ${path}-wal is not`);
    }
    return;
  }
  if (sizeOf(path) < HEADER_BYTES) throw refuse(kind, path, 'it is not a SQLite database');
  const header = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(file);
  }
  if (header.toString('latin1', 0, 16) !== MAGIC) throw refuse(kind, path, 'it is not a SQLite database');
  if (header.readUInt32BE(68) !== kind.applicationId) {
    throw refuse(kind, path, 'it belongs to another program, or is another of this one’s files');
  }
  const version = header.readUInt32BE(60);
  if (version > kind.migrations.length) throw newer(kind, path, version);
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  const should = header.readUInt32BE(28) * pageSize;
  const isShort = (): boolean => sizeOf(path) < should;
  // Asked again at the end: another process may just have finished writing.
  if (isShort() && !restOfItIsInALog(path) && isShort()) {
    throw refuse(kind, path, `it is truncated: ${sizeOf(path)} bytes, should be ${should}`);
  }
}

/**
 * A process killed while it moved pages from the log into the file leaves the file shorter than its header says,
 * with nothing lost: the log still holds them all. A read-only connection looks without changing a byte.
 */
function restOfItIsInALog(path: string): boolean {
  if (sizeOf(`${path}-journal`) > 0) return true;
  if (sizeOf(`${path}-wal`) === 0) return false;
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      return database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'] === 'ok';
    } finally {
      database.close();
    }
  } catch {
    return false;
  }
}

/**
 * Opens one of our SQLite files, making it and its folder if they are not there: WAL, `synchronous=FULL`,
 * foreign keys on.
 * @throws RefusalError `STORE.FOREIGN_FILE` for a file that is not ours, is truncated, or is from a newer program;
 *   `STORE.FULL`, `STORE.BUSY`
 */
export function openDatabase(path: string, kind: DatabaseKind, options: OpenOptions = {}): DatabaseSync {
  if (existsSync(path)) inspect(path, kind);
  else if (options.readOnly !== true) {
    mkdirSync(dirname(path), { recursive: true });
    if (kind.secret === true) makePrivate(path);
  }
  const database = new DatabaseSync(path, { readOnly: options.readOnly ?? false });
  const patience = options.busyMilliseconds ?? DEFAULT_BUSY_MILLISECONDS;
  try {
    database.exec(`PRAGMA busy_timeout = ${patience}; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON`);
    if (options.maxPages !== undefined) database.exec(`PRAGMA max_page_count = ${options.maxPages}`);
    if (options.readOnly !== true) prepare(database, path, kind, patience);
    return database;
  } catch (error) {
    database.close();
    throw translated(error, kind.name);
  }
}

/** An empty file that only its owner reads; SQLite gives the files it puts beside it the same mode. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'ax', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process was first
  }
}

/**
 * A new file gets its tables and our id in one transaction before it is switched to write-ahead logging: whenever
 * the process is killed, the file is either empty or ours.
 */
function prepare(database: DatabaseSync, path: string, kind: DatabaseKind, patience: number): void {
  const version = (): number => Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version() < kind.migrations.length) {
    transaction(database, () => {
      for (const migration of kind.migrations.slice(version())) database.exec(migration);
      database.exec(`PRAGMA application_id = ${kind.applicationId}`);
      database.exec(`PRAGMA user_version = ${Math.max(version(), kind.migrations.length)}`);
    });
  }
  // The header read before may have been older than the log.
  if (version() > kind.migrations.length) throw newer(kind, path, version());
  useWriteAheadLog(database, patience);
}

/** The switch needs the file for itself for a moment, and SQLite does not wait for that by itself. */
function useWriteAheadLog(database: DatabaseSync, patience: number): void {
  const deadline = Date.now() + patience;
  for (;;) {
    try {
      const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode'];
      // Where shared memory cannot be had, such as on a network drive, SQLite keeps the old mode without a word.
      if (mode !== 'wal')
        throw new Error(`write-ahead logging cannot be had where this file is: ${String(mode)}`);
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() >= deadline) throw error;
      pause(1);
    }
  }
}

/** Blocks this thread. */
export function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
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
const SQLITE_READONLY = 8;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;

function sqliteCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | undefined)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

export function isBusy(error: unknown): boolean {
  return sqliteCode(error) === SQLITE_BUSY;
}

export function isFull(error: unknown): boolean {
  return sqliteCode(error) === SQLITE_FULL;
}

/** SQLite's "full", "busy", "read-only" and "damaged" as refusals that say so; anything else as it is. */
export function translated(error: unknown, store: string): unknown {
  switch (sqliteCode(error) ?? 0) {
    case SQLITE_FULL:
      return new RefusalError(
        refusal('STORE.FULL', 'full', `the ${store} store has no room left; nothing was written`, { store }),
      );
    case SQLITE_BUSY:
      return new RefusalError(
        refusal(
          'STORE.BUSY',
          'busy',
          `another process is writing to the ${store} store; nothing was written, try again`,
          { store },
        ),
      );
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return new RefusalError(
        refusal(
          'STORE.NOT_WRITABLE',
          'unavailable',
          `this account may not write to the ${store} store, or to the folder it is in; nothing was written`,
          { store },
        ),
      );
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return new RefusalError(
        refusal(
          'STORE.DAMAGED',
          'unavailable',
          `the ${store} store's file is damaged: ${(error as Error).message}`,
          { store },
        ),
      );
    default:
      return error;
  }
}

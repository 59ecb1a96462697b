import { RefusalError } from '#kernel';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DatabaseSync } from 'node:sqlite';
import { isBusy, openDatabase, transaction, translated, type DatabaseKind } from './database-file.js';

const KIND: DatabaseKind = {
  name: 'things',
  applicationId: 0x54_65_73_74,
  migrations: ['CREATE TABLE thing (text TEXT) STRICT', "INSERT INTO thing VALUES ('made')"],
};

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-sqlite-'));
  path = join(folder, 'deep', 'er', 'things.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true }));

function things(database: DatabaseSync): unknown[] {
  return database
    .prepare('SELECT text FROM thing ORDER BY rowid')
    .all()
    .map((row) => row['text']);
}

function pragma(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}

function fill(database: DatabaseSync, rows: number): void {
  const insert = database.prepare('INSERT INTO thing VALUES (?)');
  transaction(database, () => {
    for (let n = 0; n < rows; n += 1) insert.run('x'.repeat(1000));
  });
}

/** What a process leaves that was killed: copies of the files while a connection has them open. */
function asLeftByAKill(): string {
  const copy = join(folder, 'copy.sqlite');
  for (const ending of ['', '-wal']) {
    if (existsSync(path + ending)) copyFileSync(path + ending, copy + ending);
  }
  return copy;
}

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'opened';
  } catch (error) {
    if (error instanceof RefusalError) return error.code;
    throw error;
  }
}

describe('opening', () => {
  it('makes the folder, the file and its tables, durable to the last commit', () => {
    const database = openDatabase(path, KIND);
    expect(pragma(database, 'journal_mode')).toBe('wal');
    expect(pragma(database, 'synchronous')).toBe(2);
    expect(pragma(database, 'foreign_keys')).toBe(1);
    expect(pragma(database, 'application_id')).toBe(KIND.applicationId);
    expect(pragma(database, 'user_version')).toBe(2);
    expect(things(database)).toEqual(['made']);
    database.close();
  });

  it('makes a file of secrets for its owner alone, and what SQLite puts beside it too', () => {
    const database = openDatabase(path, { ...KIND, secret: true });
    fill(database, 1);
    for (const ending of ['', '-wal', '-shm']) expect(statSync(path + ending).mode & 0o777).toBe(0o600);
    database.close();
    const open = openDatabase(path, { ...KIND, secret: true });
    expect(things(open)).toHaveLength(2);
    open.close();
  });

  it('leaves a file that is already ours as it is, and adds what is new to an older one', () => {
    openDatabase(path, KIND).close();
    const more = { ...KIND, migrations: [...KIND.migrations, "INSERT INTO thing VALUES ('later')"] };
    openDatabase(path, more).close();
    const database = openDatabase(path, more);
    expect(things(database)).toEqual(['made', 'later']);
    expect(pragma(database, 'user_version')).toBe(3);
    database.close();
    expect(codeOf(() => openDatabase(path, KIND))).toBe('STORE.FOREIGN_FILE');
  });

  it('sees that a file is newer when only its log says so', () => {
    openDatabase(path, KIND).close();
    const more = { ...KIND, migrations: [...KIND.migrations, 'CREATE TABLE later (x)'] };
    const newer = openDatabase(path, more);
    const copy = asLeftByAKill();
    expect(codeOf(() => openDatabase(copy, KIND))).toBe('STORE.FOREIGN_FILE');
    newer.close();
  });

  it('undoes a migration that fails, all of it', () => {
    const broken = { ...KIND, migrations: [...KIND.migrations, 'NOT SQL'] };
    expect(() => openDatabase(path, broken)).toThrow(/syntax error/);
    const database = openDatabase(path, KIND);
    expect(things(database)).toEqual(['made']);
    database.close();
  });

  it('opens for reading only, and then refuses to write', () => {
    openDatabase(path, KIND).close();
    const database = openDatabase(path, KIND, { readOnly: true });
    expect(things(database)).toEqual(['made']);
    expect(() => database.exec("INSERT INTO thing VALUES ('no')")).toThrow(/readonly/);
    database.close();
    expect(() => openDatabase(join(folder, 'none.sqlite'), KIND, { readOnly: true })).toThrow(
      /unable to open/,
    );
    expect(existsSync(join(folder, 'none.sqlite'))).toBe(false);
  });
});

describe('a file left by a process that was killed', () => {
  it('is opened with everything in its log, its tables included', () => {
    const killed = openDatabase(path, KIND);
    fill(killed, 50);
    const database = openDatabase(asLeftByAKill(), KIND);
    expect(things(database)).toHaveLength(51);
    database.close();
    killed.close();
  });

  it('is opened when it is shorter than its header says because the log holds the rest', () => {
    const killed = openDatabase(path, KIND);
    fill(killed, 200);
    const copy = asLeftByAKill();
    // As if killed in the middle of moving pages from the log to the file: the first page is there, the last are not.
    const moved = openDatabase(path, KIND);
    moved.exec('PRAGMA wal_checkpoint(FULL)');
    copyFileSync(path, copy);
    truncateSync(copy, 3 * 4096);
    const database = openDatabase(copy, KIND);
    expect(things(database)).toHaveLength(201);
    database.close();
    moved.close();
    killed.close();
  });

  it('is refused when it is empty and its log is not, and no byte is changed', () => {
    const database = openDatabase(path, KIND);
    fill(database, 20);
    const copy = asLeftByAKill();
    database.close();
    truncateSync(copy, 0);
    const log = readFileSync(`${copy}-wal`);
    expect(log.length).toBeGreaterThan(0);
    expect(codeOf(() => openDatabase(copy, KIND))).toBe('STORE.FOREIGN_FILE');
    expect(readFileSync(`${copy}-wal`).equals(log)).toBe(true);
    expect(readFileSync(copy)).toHaveLength(0);
  });

  it('is refused when the log does not hold the rest, and no byte is changed', () => {
    const killed = openDatabase(path, KIND);
    fill(killed, 200);
    killed.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    fill(killed, 1);
    const copy = asLeftByAKill();
    truncateSync(copy, 3 * 4096);
    const hash = (): string[] =>
      ['', '-wal'].map((ending) =>
        createHash('sha256')
          .update(readFileSync(copy + ending))
          .digest('hex'),
      );
    const before = hash();
    expect(codeOf(() => openDatabase(copy, KIND))).toBe('STORE.FOREIGN_FILE');
    expect(hash()).toEqual(before);
    killed.close();
  });
});

describe('a transaction', () => {
  it('is all or nothing, and gives what the work gave', () => {
    const database = openDatabase(path, KIND);
    expect(transaction(database, () => 5)).toBe(5);
    const failing = (): void => {
      transaction(database, () => {
        database.exec("INSERT INTO thing VALUES ('gone')");
        throw new Error('stop');
      });
    };
    expect(failing).toThrow('stop');
    expect(database.isTransaction).toBe(false);
    expect(things(database)).toEqual(['made']);
    database.close();
  });

  it('waits for another’s no longer than told, and says that it was busy', () => {
    const first = openDatabase(path, KIND);
    const second = openDatabase(path, KIND, { busyMilliseconds: 50 });
    first.exec('BEGIN IMMEDIATE');
    let caught: unknown;
    try {
      transaction(second, () => 5);
    } catch (error) {
      caught = error;
    }
    expect(isBusy(caught)).toBe(true);
    expect(translated(caught, 'things')).toMatchObject({ code: 'STORE.BUSY', refusal: { kind: 'busy' } });
    first.exec('ROLLBACK');
    expect(transaction(second, () => 5)).toBe(5);
    first.close();
    second.close();
  });

  it('that finds the file full says so, and leaves it as it was', () => {
    const database = openDatabase(path, KIND, { maxPages: 20 });
    let caught: unknown;
    try {
      fill(database, 500);
    } catch (error) {
      caught = translated(error, 'things');
    }
    expect(caught).toMatchObject({ code: 'STORE.FULL', refusal: { kind: 'full' } });
    expect(things(database)).toEqual(['made']);
    database.close();
  });
});

describe('translating', () => {
  it('says of a file that may not be written to whose it is', () => {
    openDatabase(path, KIND).close();
    const database = openDatabase(path, KIND, { readOnly: true });
    const refused = codeOf(() => {
      try {
        transaction(database, () => database.exec("INSERT INTO thing VALUES ('new')"));
      } catch (error) {
        throw translated(error, 'things');
      }
    });
    expect(refused).toBe('STORE.NOT_WRITABLE');
    database.close();
  });

  it('leaves alone what is not SQLite’s', () => {
    const error = new Error('mine');
    expect(translated(error, 'things')).toBe(error);
    expect(translated(undefined, 'things')).toBeUndefined();
    expect(isBusy(error)).toBe(false);
  });
});

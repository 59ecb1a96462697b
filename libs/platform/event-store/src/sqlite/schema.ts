import { randomId, refusal, RefusalError } from '#kernel';
import { openDatabase, transaction, translated, type DatabaseKind, type OpenOptions } from '#platform/sqlite';
import type { DatabaseSync } from 'node:sqlite';
import type { StoreIdentity } from '../event-store.js';

/** `data` and `metadata` come last, so that a filtered scan reads past them without touching their pages. */
const EVENTS = `
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream   TEXT    NOT NULL,
    revision INTEGER NOT NULL,
    id       TEXT    NOT NULL,
    type     TEXT    NOT NULL,
    data     TEXT    NOT NULL,
    metadata TEXT    NOT NULL,
    UNIQUE (stream, revision)
  ) STRICT;
  CREATE TABLE store (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    id   TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('live', 'demo'))
  ) STRICT;
`;

export const EVENTS_FILE: DatabaseKind = {
  name: 'events',
  applicationId: 0x54_72_65_76, // "Trev"
  migrations: [EVENTS],
};

/** Opens the file for reading: this connection refuses to write once it has told who the store is. */
export function openForReading(
  path: string,
  kind: StoreIdentity['kind'] | undefined,
  options: OpenOptions,
): { database: DatabaseSync; identity: StoreIdentity } {
  const database = openDatabase(path, EVENTS_FILE, options);
  try {
    const identity = identify(database, kind ?? 'live');
    if (kind !== undefined && kind !== identity.kind) throw wrongKind(path, kind, identity.kind);
    database.exec('PRAGMA query_only = 1');
    return { database, identity };
  } catch (error) {
    database.close();
    throw translated(error, EVENTS_FILE.name);
  }
}

function identify(database: DatabaseSync, kindIfNew: StoreIdentity['kind']): StoreIdentity {
  const read = database.prepare('SELECT id, kind FROM store');
  const known = read.get();
  if (known !== undefined) return known as unknown as StoreIdentity;
  return transaction(database, () => {
    database
      .prepare('INSERT INTO store (only, id, kind) VALUES (1, ?, ?) ON CONFLICT DO NOTHING')
      .run(randomId(), kindIfNew);
    return { ...read.get() } as unknown as StoreIdentity;
  });
}

function wrongKind(path: string, wanted: string, is: string): RefusalError {
  return new RefusalError(
    refusal(
      'STORE.WRONG_KIND',
      'wrong-state',
      `${path} is a ${is} store and cannot be used as a ${wanted} one. Nothing was changed.`,
      { path, kind: is, wanted },
    ),
  );
}

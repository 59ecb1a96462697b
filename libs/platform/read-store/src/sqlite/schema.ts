import type { DatabaseKind } from '#platform/sqlite';
import type { CollectionShape } from '../collection-shape.js';

// AUTOINCREMENT: a build's number names its table, and is never used twice. A lease's row stays for ever, so that
// its fence only grows. A retired build is out of sight at once; its table goes in a transaction of its own.
const FIRST = `
CREATE TABLE builds (
  build      INTEGER PRIMARY KEY AUTOINCREMENT,
  collection TEXT NOT NULL,
  version    INTEGER NOT NULL,
  indexes    TEXT NOT NULL,
  source     TEXT NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('live', 'building', 'retired')),
  checkpoint INTEGER
) STRICT;
CREATE UNIQUE INDEX builds_live ON builds (collection, version, indexes) WHERE state = 'live';
CREATE TABLE leases (
  name TEXT PRIMARY KEY, holder TEXT NOT NULL, fence INTEGER NOT NULL,
  held_until INTEGER NOT NULL, granted INTEGER NOT NULL
) STRICT;
`;

export const READ_MODELS_FILE: DatabaseKind = {
  name: 'read models',
  applicationId: 0x54_72_72_6d, // "Trrm"
  migrations: [FIRST],
};

export function tableOf(build: number): string {
  return `documents_${build}`;
}

/** Names in SQL are numbered: nothing that a program, let alone a person, calls a thing gets into a statement. */
export function columnOf(shape: CollectionShape, field: string): string {
  if (field === 'id') return 'id';
  const at = shape.fields.indexOf(field);
  if (at < 0) throw new Error(`${shape.name} has no index on ${field}`);
  return `c${at}`;
}

export function indexName(shape: CollectionShape, build: number, index: string): string {
  return `${tableOf(build)}_x${shape.indexes.findIndex(({ name }) => name === index)}`;
}

/**
 * The documents of one build. A deleted one keeps its row, with nothing but the position it has seen; the index
 * on `id` holds those too, all others do not.
 */
export function tableSql(shape: CollectionShape, build: number): string {
  const table = tableOf(build);
  const columns = shape.fields.map((field) => `, ${columnOf(shape, field)} ANY`);
  const indexes = shape.indexes.map(({ name, fields }, at) => {
    const terms = fields.map(
      ({ field, direction }) => `${columnOf(shape, field)}${direction === 'descending' ? ' DESC' : ''}`,
    );
    const [unique, only] = at === 0 ? ['UNIQUE ', ''] : ['', ' WHERE deleted = 0'];
    return `CREATE ${unique}INDEX ${indexName(shape, build, name)} ON ${table} (${terms.join(', ')})${only};`;
  });
  return `CREATE TABLE ${table} (
    id TEXT NOT NULL, position INTEGER NOT NULL, deleted INTEGER NOT NULL${columns.join('')}, body TEXT
  ) STRICT; ${indexes.join(' ')}`;
}

/** Guarded by position: a document that has seen this one or a later one stays as it is. */
export function writeSql(shape: CollectionShape, build: number): string {
  const columns = ['position', 'deleted', ...shape.fields.map((field) => columnOf(shape, field)), 'body'];
  return `INSERT INTO ${tableOf(build)} (id, ${columns.join(', ')}) VALUES (?${', ?'.repeat(columns.length)})
    ON CONFLICT (id) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}
    WHERE excluded.position > position`;
}

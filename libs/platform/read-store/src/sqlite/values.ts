import type { IndexedValue } from '../read-store.js';

/** What an index column holds. */
export type ColumnValue = string | number | Uint8Array;

// In a column without affinity SQLite sorts numbers, then text, then blobs. Null becomes the number below all
// numbers that JSON has, because comparisons with SQL's own NULL are neither true nor false; booleans become blobs.
const NULL = -Infinity;
const FALSE = new Uint8Array([0]);
const TRUE = new Uint8Array([1]);

export function columnValue(value: IndexedValue): ColumnValue {
  if (value === null) return NULL;
  if (typeof value === 'boolean') return value ? TRUE : FALSE;
  return value;
}

/** Beyond all numbers, and below all text. */
export const FIRST_TEXT = '';
/** Beyond all text. */
export const FIRST_BLOB = new Uint8Array();

import type { IndexedValue } from './read-store.js';

function rank(value: IndexedValue): number {
  if (value === null) return 0;
  if (typeof value === 'number') return 1;
  return typeof value === 'string' ? 2 : 3;
}

/** The order in which every engine sorts: null, numbers, strings by code point, booleans. Negative: `a` comes first. */
export function compareValues(a: IndexedValue, b: IndexedValue): number {
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  // JavaScript compares halves of surrogate pairs; the bytes of UTF-8 are in the order of code points.
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  return Number(a) - Number(b);
}

import type { Json } from '#kernel';
import { isIndexed } from './query-plan.js';
import type { DocumentWrite, IndexedValue } from './read-store.js';

const LONGEST_ID = 512;

/** @throws Error for an id that no engine could keep, or that is not the document's */
export function checkIdOf(collection: string, { id, document }: DocumentWrite): void {
  if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID || !id.isWellFormed()) {
    throw new Error(
      `${collection}: an id must be text of 1 to ${LONGEST_ID} characters, not ${JSON.stringify(id)}`,
    );
  }
  if (document !== null && document.id !== id) {
    throw new Error(`${collection} '${id}': its document has the id ${JSON.stringify(document.id)}`);
  }
}

/** @throws Error for what cannot be indexed: the projection is wrong */
export function indexedValueOf(collection: string, id: string, field: string, value: Json): IndexedValue {
  if (isIndexed(value)) return value;
  throw new Error(
    `${collection} '${id}': ${field} is indexed, and must be text, a number, true, false or null`,
  );
}

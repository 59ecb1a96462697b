import type { Json } from '#kernel';
import type { CollectionShape } from '../collection-shape.js';
import { indexedValueOf } from '../document-rules.js';
import type { Document, DocumentWrite, IndexedValue, Seen } from '../read-store.js';

/**
 * How a document stands in MongoDB. `key` holds the fields of declared indexes, each one there and null if the
 * document has none, so that MongoDB's own order of types (null, numbers, text by code point, booleans) is the
 * port's; `body` is the document as it is.
 */
export interface StoredDocument {
  readonly _id: string;
  readonly position: bigint;
  /** A mark that no query shows. */
  readonly deleted: boolean;
  readonly key: Readonly<Record<string, IndexedValue>>;
  readonly body?: Readonly<Record<string, Json>>;
  /** Instead of `body`, as JSON: what BSON cannot give back exactly as it was. */
  readonly text?: string;
}

/** @throws Error for a field of an index that holds what cannot be indexed */
export function storedFrom(
  shape: CollectionShape,
  { id, document, position }: DocumentWrite,
): StoredDocument {
  const key: Record<string, IndexedValue> = {};
  for (const field of shape.fields) {
    key[field] = document === null ? null : indexedValueOf(shape.name, id, field, document[field] ?? null);
  }
  const mark = { _id: id, position, deleted: document === null, key };
  if (document === null) return mark;
  return isPlain(document, 0) ? { ...mark, body: document } : { ...mark, text: JSON.stringify(document) };
}

export function documentFrom<D>({ body, text }: StoredDocument): D {
  return (text === undefined ? body : JSON.parse(text)) as D;
}

export function seenFrom<D>(stored: StoredDocument): Seen<D> {
  return {
    document: stored.deleted ? null : documentFrom<D>(stored),
    position: BigInt(stored.position),
  };
}

const DEEPEST = 50;
// A dollar could be taken for an operator or a reference, a dot for a path; no NUL can stand in a BSON name.
const PLAIN_NAME = /^[^$.\0][^.\0]*$/;

/** Whether BSON gives it back as it was. */
function isPlain(value: Json | undefined, depth: number): boolean {
  if (typeof value === 'number') return !Object.is(value, -0);
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  if (depth > DEEPEST) return false;
  if (Array.isArray(value))
    return value.every((one: Json | undefined) => one !== undefined && isPlain(one, depth + 1));
  return Object.entries(value as Document).every(
    ([name, member]) =>
      PLAIN_NAME.test(name) && name !== '__proto__' && name.isWellFormed() && isPlain(member, depth + 1),
  );
}

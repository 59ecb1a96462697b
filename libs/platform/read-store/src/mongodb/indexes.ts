import type { Collection as MongoCollection, Document as Bson } from 'mongodb';
import type { CollectionShape } from '../collection-shape.js';
import type { Connection } from '#platform/mongodb';
import { pathOf } from './find-filter.js';
import type { StoredDocument } from './stored-document.js';

/** Marks of deleted documents are in none of them: no query asks for one. */
const SHOWN = { deleted: false };
const BY_ID = '_id_';

interface WantedIndex {
  readonly name: string;
  readonly key: Readonly<Record<string, 1 | -1>>;
}

function wantedBy(shape: CollectionShape): readonly WantedIndex[] {
  // MongoDB has the one on `_id` alone by itself.
  return shape.indexes.slice(1).map(({ name, fields }) => ({
    name,
    key: Object.fromEntries(
      fields.map(({ field, direction }) => [pathOf(field), direction === 'ascending' ? 1 : -1]),
    ),
  }));
}

/**
 * Makes the declared indexes of a build's documents where they are missing.
 * @returns what somebody has changed since they were made, in words: an index that is another one than declared,
 *   or one that was not declared. Nothing is dropped; a rebuild makes a collection anew with the declared ones.
 */
export async function ensureIndexes(
  connection: Connection,
  documents: MongoCollection<StoredDocument>,
  shape: CollectionShape,
): Promise<readonly string[]> {
  const drift: string[] = [];
  const there = new Map<string, Bson>();
  const listed = await connection.run((): Promise<Bson[]> =>
    documents.listIndexes().toArray().catch(noneYet),
  );
  for (const index of listed) there.set(String(index['name']), index);
  const wanted = wantedBy(shape);
  for (const { name, key } of wanted) {
    const found = there.get(name);
    there.delete(name);
    if (found === undefined) {
      await connection.run(() => documents.createIndex(key, { name, partialFilterExpression: SHOWN }));
    } else if (JSON.stringify(Object.entries(plain(found['key']))) !== JSON.stringify(Object.entries(key))) {
      drift.push(`index ${name} of ${documents.collectionName} is on other fields than were declared`);
    }
  }
  there.delete(BY_ID);
  for (const name of there.keys()) {
    drift.push(`index ${name} of ${documents.collectionName} was not declared`);
  }
  return drift;
}

function plain(key: unknown): Record<string, number> {
  return Object.fromEntries(Object.entries(key as object).map(([path, way]) => [path, Number(way)]));
}

/** A collection comes to be with its first index or document. */
function noneYet(error: unknown): Bson[] {
  const NAMESPACE_NOT_FOUND = 26;
  if ((error as { code?: unknown }).code === NAMESPACE_NOT_FOUND) return [];
  throw error;
}

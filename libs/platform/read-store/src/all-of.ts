import { LARGEST_FIND, type Collection, type Query } from './read-store.js';

/** Every document a query finds, page by page: what it is asked for is bounded by the settings of one programme. */
export async function allOf<D extends { readonly id: string }>(
  collection: Collection<D>,
  query: Omit<Query<D>, 'limit' | 'cursor'>,
): Promise<readonly D[]> {
  const documents: D[] = [];
  let cursor: string | undefined;
  do {
    const page = await collection.find({
      ...query,
      limit: LARGEST_FIND,
      ...(cursor === undefined ? {} : { cursor }),
    });
    documents.push(...page.documents);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return documents;
}

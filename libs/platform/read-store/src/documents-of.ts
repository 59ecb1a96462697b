import { LARGEST_IN, type Collection } from './read-store.js';

/**
 * The documents with these ids that there are, by id: a question for every {@link LARGEST_IN} of them, where one for each
 * would be as many round trips as a programme has settings.
 */
export async function documentsOf<D extends { readonly id: string }>(
  collection: Collection<D>,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, D>> {
  const asked = [...new Set(ids)];
  const found = new Map<string, D>();
  for (let from = 0; from < asked.length; from += LARGEST_IN) {
    const some = asked.slice(from, from + LARGEST_IN);
    const byId: Collection<{ readonly id: string }> = collection;
    const { documents } = await byId.find({ where: { id: { in: some } }, limit: LARGEST_IN });
    for (const document of documents) found.set(document.id, document as D);
  }
  return found;
}

import { refusal, RefusalError } from '#kernel';
import { LARGEST_FIND } from './read-store.js';

/**
 * Reads how many a page shall hold.
 * @throws RefusalError `QUERY.BAD_LIMIT`
 */
export function pageLimit(text: string | undefined): { limit?: number } {
  if (text === undefined) return {};
  const limit = Number(text);
  if (/^\d{1,4}$/.test(text) && limit >= 1 && limit <= LARGEST_FIND) return { limit };
  throw new RefusalError(
    refusal('QUERY.BAD_LIMIT', 'invalid', `limit must be a whole number from 1 to ${LARGEST_FIND}`, {
      field: 'limit',
    }),
  );
}

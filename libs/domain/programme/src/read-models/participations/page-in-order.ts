import { refusal, RefusalError } from '#kernel';
import type { Page } from '#platform/read-store';

/** Something with what its place in a list goes by: since when it waits, or how it is called. */
export interface Placed<D extends { readonly id: string }> {
  readonly by: string;
  readonly document: D;
}

/** Where the page before ended. */
type After = readonly [by: string, id: string];

/** @throws RefusalError `QUERY.BAD_CURSOR` */
export function afterCursor(cursor: string | undefined): After | undefined {
  if (cursor === undefined) return undefined;
  const after = parsed(cursor);
  if (Array.isArray(after) && after.length === 2 && after.every((one) => typeof one === 'string')) {
    return after as unknown as After;
  }
  const message = 'cursor: must come from an earlier page of this very query; begin again without one';
  throw new RefusalError(refusal('QUERY.BAD_CURSOR', 'invalid', message, { field: 'cursor' }));
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** One page of them in their order, which no index has; what is in the same place, by id. */
export function pageInOrder<D extends { readonly id: string }>(
  all: readonly Placed<D>[],
  after: After | undefined,
  limit: number,
): Page<D> {
  const key = ({ by, document }: Placed<D>): After => [by, document.id];
  const left = all
    .toSorted((a, b) => compared(key(a), key(b)))
    .filter((one) => after === undefined || compared(key(one), after) > 0);
  const page = left.slice(0, limit);
  const last = page.at(-1);
  return {
    documents: page.map(({ document }) => document),
    ...(last !== undefined && left.length > limit
      ? { cursor: Buffer.from(JSON.stringify(key(last))).toString('base64url') }
      : {}),
  };
}

function compared([by, id]: After, [otherBy, otherId]: After): number {
  if (by !== otherBy) return by < otherBy ? -1 : 1;
  return id < otherId ? -1 : id > otherId ? 1 : 0;
}

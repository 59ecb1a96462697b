import { refusal, RefusalError, type JsonObject, type Position, type RefusalKind } from '#kernel';

function refuse(
  collection: string,
  code: string,
  kind: RefusalKind,
  what: string,
  details: JsonObject = {},
): RefusalError {
  return new RefusalError(
    refusal(`READ_MODEL.${code}`, kind, `read model ${collection} ${what}`, { collection, ...details }),
  );
}

/**
 * A log that has been put back to an earlier state has other events where this read model has been.
 * @throws RefusalError `READ_MODEL.AHEAD`
 */
export function requireBehind(
  collection: string,
  checkpoint: Position | undefined,
  head: Position | undefined,
): void {
  if (checkpoint === undefined || checkpoint <= (head ?? 0n)) return;
  const end = head === undefined ? 'is empty' : `ends at ${head}`;
  throw refuse(
    collection,
    'AHEAD',
    'unavailable',
    `has seen position ${checkpoint}, but the log ${end}: was the event store put back to an earlier state? ` +
      `Make it anew with \`npm run -s ops -- rebuild ${collection}\``,
    { checkpoint: checkpoint.toString(), head: head?.toString() ?? null },
  );
}

const OF_ANOTHER_STORE = 'READ_MODEL.OF_ANOTHER_STORE';

/** @param theirs the event store that the read model was made from */
export function ofAnotherStore(collection: string, theirs: string, ours: string): RefusalError {
  return refuse(
    collection,
    'OF_ANOTHER_STORE',
    'unavailable',
    `was made from another event store (${theirs}), not from this one (${ours}): are these the read models of another ` +
      `installation? If they may be replaced, make them anew with \`npm run -s ops -- rebuild ${collection}\``,
    { theirs, ours },
  );
}

export function isOfAnotherStore(error: unknown): boolean {
  return error instanceof RefusalError && error.code === OF_ANOTHER_STORE;
}

export function isBehind(error: unknown): boolean {
  return error instanceof RefusalError && error.code === 'READ_MODEL.BEHIND';
}

export function behind(
  collection: string,
  position: Position,
  checkpoint: Position | undefined,
): RefusalError {
  const at = checkpoint ?? 'the beginning';
  return refuse(
    collection,
    'BEHIND',
    'unavailable',
    `has not reached position ${position} yet (it is at ${at}); ask again`,
    { position: position.toString(), checkpoint: checkpoint?.toString() ?? null },
  );
}

export function rebuilding(collection: string): RefusalError {
  return refuse(collection, 'REBUILDING', 'busy', 'is being rebuilt by another process; wait for it');
}

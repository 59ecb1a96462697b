import { refusal, RefusalError } from '#kernel';
import { DEFAULT_PAGE, LARGEST_APPEND_BYTES, LARGEST_PAGE, type EventFilter } from './event-store.js';

/** Names that every engine keeps unchanged; those beginning with `$` are an engine's own. */
export function isStreamName(stream: string): boolean {
  return stream !== '' && !stream.startsWith('$') && stream.isWellFormed();
}

/** @throws RangeError */
export function pageSizeFrom({ pageSize = DEFAULT_PAGE }: { readonly pageSize?: number }): number {
  if (Number.isInteger(pageSize) && pageSize >= 1 && pageSize <= LARGEST_PAGE) return pageSize;
  throw new RangeError(`pageSize must be a whole number from 1 to ${LARGEST_PAGE}, not ${pageSize}`);
}

export function tooLarge(stream: string, bytes: number): RefusalError {
  return new RefusalError(
    refusal(
      'STORE.APPEND_TOO_LARGE',
      'invalid',
      `${bytes} bytes of events are more than the ${LARGEST_APPEND_BYTES} that one append to ${stream} may have; ` +
        'nothing was written',
      { stream, bytes, limit: LARGEST_APPEND_BYTES },
    ),
  );
}

export function closed(): RefusalError {
  return new RefusalError(refusal('STORE.CLOSED', 'unavailable', 'the event store has been closed'));
}

export function matcherOf(
  filter: EventFilter = {},
): (event: { readonly type: string; readonly stream: string }) => boolean {
  const types = new Set(filter.types ?? []);
  const prefixes = filter.streamPrefixes ?? [];
  return ({ type, stream }) =>
    (types.size === 0 || types.has(type)) &&
    (prefixes.length === 0 || prefixes.some((prefix) => stream.startsWith(prefix)));
}

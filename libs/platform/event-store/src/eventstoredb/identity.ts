import { randomId, refusal, RefusalError } from '#kernel';
import { ConcurrencyConflict, type StoreIdentity } from '../event-store.js';
import type { Appender } from './appender.js';
import type { LogReader } from './log-reader.js';

/** The metadata stream of a stream that is never written: seen by nobody who reads ordinary events. */
const STREAM = '$$tranche';
const KEY = 'tranche';

/**
 * Who this store is, from its first start on: of several that start at once, one says it and the others read it.
 * @throws RefusalError `STORE.WRONG_KIND`, `STORE.FOREIGN_FILE`, `STORE.UNAVAILABLE`
 */
export async function identify(
  reader: LogReader,
  appender: Appender,
  kind: StoreIdentity['kind'] | undefined,
  hosts: string,
): Promise<StoreIdentity> {
  const known = (await read(reader, hosts)) ?? (await introduce(reader, appender, kind ?? 'live', hosts));
  if (kind !== undefined && kind !== known.kind) throw wrongKind(hosts, kind, known.kind);
  return known;
}

async function introduce(
  reader: LogReader,
  appender: Appender,
  kind: StoreIdentity['kind'],
  hosts: string,
): Promise<StoreIdentity> {
  const data = { [KEY]: { id: randomId(), kind } };
  try {
    await appender.append(STREAM, 'no-stream', [{ id: randomId(), type: '$metadata', data, metadata: {} }]);
  } catch (error) {
    if (!(error instanceof ConcurrencyConflict)) throw error;
  }
  const identity = await read(reader, hosts);
  if (identity === undefined) throw foreign(hosts);
  return identity;
}

async function read(reader: LogReader, hosts: string): Promise<StoreIdentity | undefined> {
  for await (const { data } of reader.stream(STREAM, { direction: 'backwards', limit: 1 })) {
    const { id, kind } = (data[KEY] ?? {}) as Partial<StoreIdentity>;
    if (typeof id !== 'string' || (kind !== 'live' && kind !== 'demo')) throw foreign(hosts);
    return { id, kind };
  }
  return undefined;
}

function foreign(hosts: string): RefusalError {
  return new RefusalError(
    refusal(
      'STORE.FOREIGN_FILE',
      'wrong-state',
      `EventStoreDB at ${hosts} has metadata of a stream '${KEY}' that is not ours. Nothing was changed.`,
      { hosts },
    ),
  );
}

function wrongKind(hosts: string, wanted: string, is: string): RefusalError {
  return new RefusalError(
    refusal(
      'STORE.WRONG_KIND',
      'wrong-state',
      `EventStoreDB at ${hosts} is a ${is} store and cannot be used as a ${wanted} one. Nothing was changed.`,
      { hosts, kind: is, wanted },
    ),
  );
}

import { openEventStoreDb, openSqliteEventStore, type EventStore } from '#platform/event-store';
import { openBullJobStore, openSqliteJobStore, type JobStore } from '#platform/jobs';
import { openMongoReadStore, openSqliteReadStore, type ReadStore } from '#platform/read-store';
import { openMongoRecords, openSqliteRecords, type Records } from '#platform/records';
import { refusal, RefusalError } from '#kernel';
import { dataPaths, type Configuration, type DataPaths } from '#platform/config';
import { statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';

/** This thread's own objects on the files of one data folder. */
export interface Stores {
  readonly events: EventStore;
  readonly readModels: ReadStore;
  readonly jobs: JobStore;
  readonly records: Records;
  close(): Promise<void>;
}

export interface OpenStores {
  /** What the event store must be, and is made as; default: whatever it is, `live` if it is made now. */
  readonly kind?: 'live' | 'demo';
  /**
   * How long read models, jobs and records wait for another process's transaction, if not as long as configured. SQLite
   * waits on the calling thread, so the thread that answers HTTP cannot afford to.
   */
  readonly derivedBusyMilliseconds?: number;
  /** Told what somebody should look at although the program goes on. */
  readonly warn?: (message: string) => void;
}

/**
 * A new store's events file may be empty if its making was cut short; beside read models or jobs that were made from
 * it, or records that are about it, it is one that has lost everything, and must not be begun anew under their feet.
 * @throws RefusalError `STORE.FOREIGN_FILE`
 */
export function refuseEmptied({ events, readModels, jobs, records }: DataPaths): void {
  const sizeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.size;
  if (sizeOf(events) !== 0 || sizeOf(`${events}-wal`)) return;
  const left = [readModels, jobs, records].find((path) => sizeOf(path));
  if (left === undefined) return;
  throw new RefusalError(
    refusal(
      'STORE.FOREIGN_FILE',
      'unavailable',
      `${events} cannot be used as the events file: it is truncated, 0 bytes are left of it, and ${left} belongs to it. ` +
        'Nothing was changed: put back a copy of it, or remove both to begin anew.',
      { path: events },
    ),
  );
}

/**
 * Opens the stores, each on the engine that is configured, making what is not there.
 * @throws RefusalError whatever opening one of them throws; nothing stays open then
 */
export async function openStores(configuration: Configuration, options: OpenStores = {}): Promise<Stores> {
  const paths = dataPaths(configuration.dataFolder);
  await mkdir(paths.folder, { recursive: true, mode: 0o750 });
  const opened: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    // Last opened, first closed; one that fails to close does not keep the others open.
    const results = await Promise.allSettled(opened.reverse().map((store) => store.close()));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  };
  try {
    const events = await openEvents(configuration, paths, options);
    opened.push(events);
    const readModels = await openReadModels(configuration, paths, options);
    opened.push(readModels);
    const jobs = await openJobs(configuration, paths, options);
    opened.push(jobs);
    const records = await openRecords(configuration, paths, options);
    opened.push(records);
    return { events, readModels, jobs, records, close };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

const limit = (pages: number | undefined): { maxPages?: number } =>
  pages === undefined ? {} : { maxPages: pages };

function openEvents(
  { engines, busyMilliseconds, maxPages }: Configuration,
  paths: DataPaths,
  { kind, warn }: OpenStores,
): Promise<EventStore> {
  const wanted = kind === undefined ? {} : { kind };
  if (engines.events !== undefined) {
    return openEventStoreDb({ url: engines.events, ...wanted, ...(warn === undefined ? {} : { warn }) });
  }
  refuseEmptied(paths);
  return openSqliteEventStore({ path: paths.events, ...wanted, busyMilliseconds, ...limit(maxPages.events) });
}

function openReadModels(
  { engines, busyMilliseconds, maxPages }: Configuration,
  paths: DataPaths,
  { derivedBusyMilliseconds, warn }: OpenStores,
): Promise<ReadStore> {
  if (engines.readModels !== undefined) {
    return openMongoReadStore({ url: engines.readModels, ...(warn === undefined ? {} : { warn }) });
  }
  return openSqliteReadStore({
    path: paths.readModels,
    busyMilliseconds: derivedBusyMilliseconds ?? busyMilliseconds,
    ...limit(maxPages.readModels),
  });
}

function openJobs(
  { engines, busyMilliseconds, maxPages }: Configuration,
  paths: DataPaths,
  { derivedBusyMilliseconds, warn }: OpenStores,
): Promise<JobStore> {
  if (engines.jobs !== undefined) {
    return openBullJobStore({ url: engines.jobs, ...(warn === undefined ? {} : { warn }) });
  }
  return openSqliteJobStore({
    path: paths.jobs,
    busyMilliseconds: derivedBusyMilliseconds ?? busyMilliseconds,
    ...limit(maxPages.jobs),
  });
}

/** Where the read models are: one database more to look after would be one too many. */
function openRecords(
  { engines, busyMilliseconds, maxPages }: Configuration,
  paths: DataPaths,
  { derivedBusyMilliseconds }: OpenStores,
): Promise<Records> {
  if (engines.readModels !== undefined) return openMongoRecords({ url: engines.readModels });
  return openSqliteRecords({
    path: paths.records,
    busyMilliseconds: derivedBusyMilliseconds ?? busyMilliseconds,
    ...limit(maxPages.records),
  });
}

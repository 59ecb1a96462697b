import { openSqliteEventStore, type EventStore } from '#platform/event-store';
import { openSqliteJobStore, type JobStore } from '#platform/jobs';
import { openSqliteReadStore, type ReadStore } from '#platform/read-store';
import { refusal, RefusalError } from '#kernel';
import { dataPaths, type Configuration, type DataPaths } from '#platform/config';
import { statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';

/** This thread's own objects on the files of one data folder. */
export interface Stores {
  readonly events: EventStore;
  readonly readModels: ReadStore;
  readonly jobs: JobStore;
  close(): Promise<void>;
}

export interface OpenStores {
  /** What the event store must be, and is made as; default: whatever it is, `live` if it is made now. */
  readonly kind?: 'live' | 'demo';
  /**
   * How long read models and jobs wait for another process's transaction, if not as long as configured. SQLite
   * waits on the calling thread, so the thread that answers HTTP cannot afford to.
   */
  readonly derivedBusyMilliseconds?: number;
}

/**
 * A new store's events file may be empty if its making was cut short; beside read models or jobs that were made from
 * it, it is one that has lost everything, and must not be begun anew under their feet.
 * @throws RefusalError `STORE.FOREIGN_FILE`
 */
export function refuseEmptied({ events, readModels, jobs }: DataPaths): void {
  const sizeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.size;
  if (sizeOf(events) !== 0 || sizeOf(`${events}-wal`)) return;
  const left = [readModels, jobs].find((path) => sizeOf(path));
  if (left === undefined) return;
  throw new RefusalError(
    refusal(
      'STORE.FOREIGN_FILE',
      'unavailable',
      `${events} cannot be used as the events file: it is truncated, 0 bytes are left of it, and ${left} was made from it. ` +
        'Nothing was changed: put back a copy of it, or remove both to begin anew.',
      { path: events },
    ),
  );
}

/**
 * Opens the three stores, making what is not there.
 * @throws RefusalError `STORE.FOREIGN_FILE`, `STORE.FULL`, `STORE.BUSY`; nothing stays open then
 */
export async function openStores(configuration: Configuration, options: OpenStores = {}): Promise<Stores> {
  const paths = dataPaths(configuration.dataFolder);
  await mkdir(paths.folder, { recursive: true, mode: 0o750 });
  refuseEmptied(paths);
  const { maxPages, busyMilliseconds } = configuration;
  const limit = (pages: number | undefined): { maxPages?: number } =>
    pages === undefined ? {} : { maxPages: pages };
  const derivedBusy = options.derivedBusyMilliseconds ?? busyMilliseconds;
  const opened: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    // Last opened, first closed; one that fails to close does not keep the others open.
    const results = await Promise.allSettled(opened.reverse().map((store) => store.close()));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  };
  try {
    const events = await openSqliteEventStore({
      path: paths.events,
      ...(options.kind === undefined ? {} : { kind: options.kind }),
      busyMilliseconds,
      ...limit(maxPages.events),
    });
    opened.push(events);
    const readModels = await openSqliteReadStore({
      path: paths.readModels,
      busyMilliseconds: derivedBusy,
      ...limit(maxPages.readModels),
    });
    opened.push(readModels);
    const jobs = await openSqliteJobStore({
      path: paths.jobs,
      busyMilliseconds: derivedBusy,
      ...limit(maxPages.jobs),
    });
    opened.push(jobs);
    return { events, readModels, jobs, close };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

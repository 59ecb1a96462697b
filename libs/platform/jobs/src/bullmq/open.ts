import type { JobStore } from '../job-store.js';

export interface BullJobStoreOptions {
  /** `redis://` or `rediss://`, with credentials and database number if there are any. */
  readonly url: string;
  /** What every key begins with; default {@link DEFAULT_PREFIX}. */
  readonly prefix?: string;
  /** Told what somebody should look at although the program goes on. */
  readonly warn?: (message: string) => void;
}

export const DEFAULT_PREFIX = 'tranche';

/**
 * Opens the jobs on a Redis server; both clients are loaded only now.
 * @throws RefusalError `STORE.UNAVAILABLE`, `JOBS.MAY_EVICT`, or why else this server cannot be used
 */
export async function openBullJobStore(options: BullJobStoreOptions): Promise<JobStore> {
  const [{ BullJobStore }, { connectToRedis }, { Scripts }] = await Promise.all([
    import('./bull-job-store.js'),
    import('./redis-connection.js'),
    import('./scripts.js'),
  ]);
  const { url, prefix = DEFAULT_PREFIX, warn } = options;
  const connection = await connectToRedis({ url, ...(warn === undefined ? {} : { warn }) });
  return new BullJobStore(connection, new Scripts(connection, prefix));
}

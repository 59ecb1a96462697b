import type { ReadStore } from '../read-store.js';

export interface MongoReadStoreOptions {
  /** With credentials and TLS options as the driver has them, and the database in its path; default `tranche`. */
  readonly url: string;
  /** Told what somebody should look at: indexes that are not as declared. Default: nobody. */
  readonly warn?: (message: string) => void;
}

/**
 * Opens the read models in MongoDB. The driver is loaded only now: who uses the embedded engine does not pay for it.
 * @throws RefusalError `STORE.UNAVAILABLE`, `STORE.NOT_A_REPLICA_SET`; Error for a URL that is none
 */
export async function openMongoReadStore({
  url,
  warn = () => undefined,
}: MongoReadStoreOptions): Promise<ReadStore> {
  const [{ Connection }, { MongoReadStore }] = await Promise.all([
    import('#platform/mongodb'),
    import('./mongo-read-store.js'),
  ]);
  return new MongoReadStore(await Connection.open(url, 'read-models'), warn);
}

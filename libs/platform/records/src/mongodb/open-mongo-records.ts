import type { Records } from '../records.js';

/**
 * Opens the records in MongoDB. The driver is loaded only now: who uses the embedded engine does not pay for it.
 * @param url with credentials and TLS options as the driver has them, and the database in its path; default `tranche`
 * @throws RefusalError `STORE.UNAVAILABLE`, `STORE.NOT_A_REPLICA_SET`; Error for a URL that is none
 */
export async function openMongoRecords({ url }: { readonly url: string }): Promise<Records> {
  const [{ Connection }, { MongoRecords }] = await Promise.all([
    import('#platform/mongodb'),
    import('./mongo-records.js'),
  ]);
  return MongoRecords.open(await Connection.open(url, 'records'));
}

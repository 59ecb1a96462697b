import type { EventStore } from '../event-store.js';
import type { EventStoreDbOptions } from './options.js';

/**
 * The event store on EventStoreDB 23.10 or newer, or KurrentDB: one node or a cluster, always its leader. The client
 * is loaded only now: nobody else pays for it.
 * @throws RefusalError `STORE.BAD_URL`, `STORE.UNAVAILABLE`, `STORE.ACCESS_DENIED`, `STORE.UNSUPPORTED_SERVER`,
 * `STORE.WRONG_KIND`, `STORE.FOREIGN_FILE`; none of them shows the credentials
 */
export async function openEventStoreDb(options: EventStoreDbOptions): Promise<EventStore> {
  const { openEventStore } = await import('./eventstoredb-event-store.js');
  return openEventStore(options);
}

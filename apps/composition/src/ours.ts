import { requireBehindLog } from '#platform/jobs';
import type { ReadModels } from '#platform/read-store';
import { policies } from './contexts.js';
import type { Stores } from './stores.js';

/**
 * To be asked when a process starts, before it shows or writes anything: the read models and the jobs must have been
 * made from this event store, and from no more than is in it; the records must be about it.
 * @throws RefusalError `READ_MODEL.OF_ANOTHER_STORE`, `READ_MODEL.AHEAD`, `JOBS.OF_ANOTHER_STORE`, `POLICY.AHEAD`,
 *   `RECORDS.OF_ANOTHER_STORE`, each naming the command that mends it
 */
export async function requireOurs(readModels: ReadModels, { events, jobs, records }: Stores): Promise<void> {
  await readModels.requireOurs();
  await requireBehindLog(policies, jobs, events);
  await records.belongsTo(events.identity.id);
}

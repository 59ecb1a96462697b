import { openBullJobStore, openSqliteJobStore, type JobStore } from '#platform/jobs';
import { basename, join } from 'node:path';

/**
 * Opens the jobs of the test that has this folder, in whichever process: in a file there, or on a Redis server under
 * the folder's name.
 */
export function openJobsOf(folder: string, redisUrl?: string): Promise<JobStore> {
  if (redisUrl !== undefined) return openBullJobStore({ url: redisUrl, prefix: basename(folder) });
  return openSqliteJobStore({ path: join(folder, 'jobs.sqlite') });
}

import { refusal, RefusalError } from '#kernel';
import { dataPaths } from '#platform/config';
import { openSqliteEventStore } from '#platform/event-store';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The census that the demo writes when it was given settings without one. */
export const CENSUS_FILE = 'made-up-workforce-census.csv';

function refused(code: string, message: string, folder: string): RefusalError {
  return new RefusalError(refusal(code, 'wrong-state', message, { folder }));
}

/**
 * Makes sure that a demonstration can begin in this folder. With `force`, one that is there is removed: never
 * anything else, whatever is asked. Keys are kept, so that tokens made earlier stay good.
 * @throws RefusalError `DEMO.EXISTS`, `DEMO.NOT_A_DEMO`, `DEMO.IN_USE`, `STORE.FOREIGN_FILE`; nothing was removed
 */
export async function makeRoomIn(folder: string, force: boolean): Promise<void> {
  const paths = dataPaths(folder);
  if (!existsSync(paths.events)) {
    const left = [paths.readModels, paths.jobs, paths.outbox].find(existsSync);
    if (left === undefined) return;
    throw refused(
      'DEMO.NOT_A_DEMO',
      `${left} is there, but no events.sqlite to say that it belongs to a demo: it is left alone, with or without --force. ` +
        'Name another folder with --data',
      folder,
    );
  }
  // Opened as what it is; a file that is not ours is refused before anything is written to it.
  const store = await openSqliteEventStore({ path: paths.events });
  const { kind } = store.identity;
  await store.close();
  if (kind !== 'demo') {
    throw refused(
      'DEMO.NOT_A_DEMO',
      `${folder} holds a live store: the demo never overwrites one, with or without --force. Name another folder with --data`,
      folder,
    );
  }
  if (!force) {
    throw refused(
      'DEMO.EXISTS',
      `${folder} holds a demo already. Look at it with \`npm start\`, or replace it with \`npm run demo -- --force\``,
      folder,
    );
  }
  // Whoever closes a database last takes its write-ahead log away: if it is still there, somebody else has it open.
  if (existsSync(`${paths.events}-wal`)) {
    throw refused(
      'DEMO.IN_USE',
      `another process has ${paths.events} open: stop it (\`npm start\`?) before the demo is replaced`,
      folder,
    );
  }
  await remove(folder);
}

/** The events go last: until then the folder still says that it is a demo, whatever interrupts this. */
async function remove(folder: string): Promise<void> {
  const paths = dataPaths(folder);
  await rm(paths.outbox, { recursive: true, force: true });
  await rm(join(folder, CENSUS_FILE), { force: true });
  for (const file of [paths.readModels, paths.jobs, paths.events]) {
    for (const ending of ['-wal', '-shm', '']) await rm(`${file}${ending}`, { force: true });
  }
}

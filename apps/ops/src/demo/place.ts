import { refusal, RefusalError } from '#kernel';
import { dataPaths } from '#platform/config';
import { openEventStoreDb, openSqliteEventStore } from '#platform/event-store';
import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { refuseEmptied } from '../../../composition/src/index.js';

/** The census that the demo writes when it was given settings without one. */
export const CENSUS_FILE = 'made-up-workforce-census.csv';

function refused(code: string, message: string, folder: string): RefusalError {
  return new RefusalError(refusal(code, 'wrong-state', message, { folder }));
}

/**
 * A demonstration may go where there is no store, and with `force` where there is another demonstration: nowhere
 * else, whatever is asked.
 * @throws RefusalError `DEMO.EXISTS`, `DEMO.NOT_A_DEMO`, `DEMO.IN_USE`, `STORE.FOREIGN_FILE`
 */
export async function refuseUnlessRoomIn(folder: string, force: boolean): Promise<void> {
  const paths = dataPaths(folder);
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw new RefusalError(
      refusal('DEMO.NOT_A_FOLDER', 'invalid', `${folder} is a file: name a folder with --data`, { folder }),
    );
  }
  refuseEmptied(paths);
  if (!existsSync(paths.events)) {
    const left = [paths.readModels, paths.jobs, paths.records, paths.outbox, paths.attachments].find(
      existsSync,
    );
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
      `${folder} holds a demo already. Replace it with --force beside the same options, build another elsewhere with ` +
        '--data, or look at this one with `npm start` (DATA_DIR names the folder)',
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
}

/**
 * On a server a demonstration needs an event store with nothing in it: none is ever emptied from here.
 * @throws RefusalError `DEMO.EXISTS`; `DEMO.NOT_A_DEMO` for a live one, in which nothing is changed
 */
export async function refuseUsedServer(url: string, folder: string): Promise<void> {
  const store = await openEventStoreDb({ url, kind: 'demo' }).catch((error: unknown) => {
    if (!(error instanceof RefusalError) || error.code !== 'STORE.WRONG_KIND') throw error;
    throw refused(
      'DEMO.NOT_A_DEMO',
      'the event store at EVENTSTORE_URL is a live one: the demo never writes to one, with or without --force. ' +
        'Name an empty one, or unset EVENTSTORE_URL',
      folder,
    );
  });
  const head = await store.head();
  await store.close();
  if (head === undefined) return;
  throw refused(
    'DEMO.EXISTS',
    'the event store at EVENTSTORE_URL holds a demo already, which is not emptied from here, with or without --force: ' +
      'name an empty one, or unset EVENTSTORE_URL',
    folder,
  );
}

/**
 * Removes the demonstration that is there, after looking again whether it is one, with the records about it. Keys are
 * kept, so that tokens made earlier stay good.
 * @throws RefusalError as {@link refuseUnlessRoomIn}; nothing was removed
 */
export async function makeRoomIn(folder: string, force: boolean): Promise<void> {
  await refuseUnlessRoomIn(folder, force);
  const paths = dataPaths(folder);
  for (const path of [paths.outbox, paths.attachments]) await rm(path, { recursive: true, force: true });
  await rm(join(folder, CENSUS_FILE), { force: true });
  // The events go last: until then the folder still says that it is a demo, whatever interrupts this.
  for (const file of [paths.readModels, paths.jobs, paths.records, paths.events]) {
    for (const ending of ['-wal', '-shm', '']) await rm(`${file}${ending}`, { force: true });
  }
}

const BUILDING = '.demo-';
const ABANDONED_MILLISECONDS = 3_600_000;

/** A folder beside the data to build in, on the same disk; `clear` takes away what has not been moved out of it. */
export async function buildingPlace(folder: string): Promise<{ folder: string; clear(): Promise<void> }> {
  const made = await mkdir(folder, { recursive: true, mode: 0o750 });
  for (const name of await readdir(folder)) {
    if (!name.startsWith(BUILDING)) continue;
    const path = join(folder, name);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > ABANDONED_MILLISECONDS) await rm(path, { recursive: true, force: true });
  }
  const building = await mkdtemp(join(folder, BUILDING));
  const clear = async (): Promise<void> => {
    await rm(building, { recursive: true, force: true });
    // A demo that failed leaves no empty folder behind, nor takes one away that was there.
    if (made !== undefined) await rmdir(folder).catch(() => undefined);
  };
  return { folder: building, clear };
}

/** The events first: whatever interrupts this, what is missing then can be made again from them; a demo rests on no record. */
export async function moveIn(from: string, to: string): Promise<void> {
  const { events, jobs, readModels, records, outbox, attachments } = dataPaths(from);
  for (const path of [join(from, CENSUS_FILE), attachments, events, records, jobs, readModels, outbox]) {
    if (existsSync(path)) await rename(path, join(to, basename(path)));
  }
}

// What must hold of an installation whatever has happened to its processes and engines.
import { readConfiguration } from '#platform/config';
import { LARGEST_FIND, type Collection, type CollectionSpec } from '#platform/read-store';
import { expect } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { contexts, openStores } from '../../apps/composition/src/index.js';
import { ops } from '../e2e/api-process.js';
import type { Installation } from '../e2e/installation.js';
import { STEP_EVENTS, type PeopleAtWork } from './people-at-work.js';

interface Told {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly programmeId?: string; readonly urn?: string; readonly jobId?: string };
}
type Documents = Readonly<Record<string, readonly { readonly id: string }[]>>;

async function asked<T>({ folder, environment }: Installation, ...args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await ops(folder.path, [...args, '--json'], environment);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

async function eventsOf({ folder, environment }: Installation): Promise<readonly Told[]> {
  const { stdout } = await ops(folder.path, ['events'], environment);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Told);
}

async function all(collection: Collection<{ id: string }>): Promise<{ id: string }[]> {
  const found: { id: string }[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await collection.find({ limit: LARGEST_FIND, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.documents);
    ({ cursor } = page);
    if (cursor === undefined) return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

/** Every document of every read model. */
async function documentsOf({ folder, environment }: Installation): Promise<Documents> {
  const stores = await openStores(readConfiguration({ ...environment, DATA_DIR: folder.path }));
  try {
    const documents: Record<string, readonly { id: string }[]> = {};
    for (const { collection } of contexts.flatMap(({ projections }) => projections)) {
      const spec = collection as CollectionSpec<{ id: string }>;
      documents[spec.name] = await all(stores.readModels.collection(spec));
    }
    return documents;
  } finally {
    await stores.close();
  }
}

/** Nothing that was acknowledged is missing, and nothing was done twice. */
export async function expectAllOnce(installation: Installation, people: PeopleAtWork): Promise<void> {
  const events = await eventsOf(installation);
  const ids = new Set(events.map(({ id }) => id));
  expect(ids.size).toBe(events.length);
  expect(people.acknowledged.filter((id) => !ids.has(id))).toEqual([]);
  const times = new Map<string, number>();
  for (const { type, data } of events) {
    const what = `${type} ${data.programmeId}.${data.urn}`;
    times.set(what, (times.get(what) ?? 0) + 1);
  }
  const expected = people.finished.flatMap((setting) => STEP_EVENTS.map((type) => `${type} ${setting}`));
  expect(expected.filter((what) => times.get(what) !== 1)).toEqual([]);
}

/** Each setting has been reminded once of the window that is open, and each of its later reminders waits. */
export async function expectRemindersOnce(installation: Installation): Promise<void> {
  const events = await eventsOf(installation);
  const enrolled = events.filter(({ type }) => type === 'SettingEnrolled').length;
  const sent = events.flatMap(({ type, data }) => (type === 'ReminderSent' ? [data.jobId!] : []));
  expect(sent).toHaveLength(enrolled);
  expect(new Set(sent).size).toBe(enrolled);
  const files = (await readdir(join(installation.folder.path, 'outbox'))).filter(
    (name) => !name.startsWith('.'),
  );
  expect(files.sort()).toEqual(sent.map((id) => `${id}.json`).sort());
  expect(await asked(installation, 'jobs', '--status', 'dead')).toEqual([]);
  expect(await asked(installation, 'jobs', '--status', 'running')).toEqual([]);
}

/** With every process stopped: read models are what a rebuild from the events makes. */
export async function expectSameAsRebuilt(installation: Installation): Promise<void> {
  const before = await documentsOf(installation);
  expect(Object.values(before).reduce((sum, documents) => sum + documents.length, 0)).toBeGreaterThan(100);
  await asked(installation, 'rebuild');
  expect(await documentsOf(installation)).toEqual(before);
}

/** Looks again until it holds. @throws what it threw last, after so long */
export async function inTime(milliseconds: number, look: () => Promise<void>): Promise<void> {
  for (const deadline = Date.now() + milliseconds; ; await sleep(200)) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

// A store moved from the embedded engine to (the double of) EventStoreDB and back: what is made from it there is equal, and
// a snapshot taken before has the same hash there.
import { openEventStoreDb, openSqliteEventStore } from '#platform/event-store';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EventStoreDouble } from '../engines/eventstoredb/eventstoredb-double.js';
import { ops, temporaryFolder } from './api-process.js';

const PROGRAMME = 'workforce-development';
const OPS = fileURLToPath(new URL('../../bin/ops.js', import.meta.url));

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let double: EventStoreDouble;
let demo: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  double = await EventStoreDouble.start();
  demo = join(folder.path, 'demo');
  const made = await ops(demo, ['demo', '--json']);
  if (made.code !== 0) throw new Error(made.stderr);
});
afterAll(async () => {
  await double.stop();
  await folder.remove();
});

const elsewhere = (): NodeJS.ProcessEnv => ({ EVENTSTORE_URL: double.url });
const copy = async (from: string, to: string): Promise<Record<string, unknown>> => {
  const { code, stdout, stderr } = await ops(demo, ['copy', '--from', from, '--to', to, '--json']);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
};
const asked = async (data: string, environment: NodeJS.ProcessEnv, ...args: string[]): Promise<unknown> => {
  const { code, stdout, stderr } = await ops(data, [...args, '--json'], environment);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
};

describe('a copied store', () => {
  let first: Record<string, unknown>;

  it('goes on where a copy that was killed has stopped', async () => {
    const killed = spawn(process.execPath, [OPS, 'copy', '--from', demo, '--to', double.url], {
      stdio: 'ignore',
    });
    const gone = new Promise((resolve) => killed.once('exit', resolve));
    const target = await openEventStoreDb({ url: double.url, kind: 'demo' });
    while ((await target.head()) === undefined) await new Promise((wake) => setTimeout(wake, 10));
    killed.kill('SIGKILL');
    await gone;
    await target.close();
    first = await copy(demo, double.url);
    expect(first['written']).toBeGreaterThan(0);
    expect(first['written']).toBeLessThan(first['events'] as number);
    expect(await copy(demo, double.url)).toMatchObject({
      written: 0,
      events: first['events'],
      root: first['root'],
    });
  });

  it('says the same of the money, and explains it the same, on the other engine', async () => {
    const there = join(folder.path, 'there');
    for (const question of [
      ['ledger', PROGRAMME, '--as-of', '2026-07-31'],
      ['tranches', PROGRAMME],
      ['reports', PROGRAMME],
      ['programme', 'show', PROGRAMME, '--as-of', '2026-07-31'],
    ]) {
      expect(await asked(there, elsewhere(), ...question)).toEqual(await asked(demo, {}, ...question));
    }
    const released = (
      (await asked(demo, {}, 'tranches', PROGRAMME)) as { id: string; status: string }[]
    ).find(({ status }) => status === 'settled')!;
    const explain = ['explain', 'tranche', released.id];
    expect(await asked(there, elsewhere(), ...explain)).toEqual(await asked(demo, {}, ...explain));
  });

  it('takes every snapshot again with the same hash', async () => {
    const there = join(folder.path, 'there');
    const snapshots = (await asked(demo, {}, 'snapshots', PROGRAMME)) as { id: string }[];
    expect(snapshots.length).toBeGreaterThan(0);
    for (const { id } of snapshots) {
      const [here, again] = [
        (await asked(demo, {}, 'snapshot', 'retake', id)) as { hash: string },
        (await asked(there, elsewhere(), 'snapshot', 'retake', id)) as { hash: string },
      ];
      expect(again.hash).toBe(here.hash);
    }
  });

  it('comes back with every event as it was', async () => {
    const back = join(folder.path, 'back');
    const returned = await copy(double.url, back);
    expect(returned).toMatchObject({
      root: first['root'],
      events: first['events'],
      written: first['events'],
    });
    const [one, two] = await Promise.all([
      openSqliteEventStore({ path: join(demo, 'events.sqlite') }),
      openSqliteEventStore({ path: join(back, 'events.sqlite') }),
    ]);
    expect(two.identity.kind).toBe('demo');
    expect(two.identity.id).not.toBe(one.identity.id);
    await Promise.all([one.close(), two.close()]);
  });

  it('is not written over another history', async () => {
    const other = join(folder.path, 'other');
    const made = await ops(other, [
      'demo',
      '--gias',
      fileURLToPath(new URL('../../../infra/sample-data/gias.csv', import.meta.url)),
    ]);
    expect(made.code).toBe(0);
    const refused = await ops(demo, ['copy', '--from', demo, '--to', other, '--json']);
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'COPY.OTHER_HISTORY' } });
  });

  it('is refused from where there is nothing', async () => {
    const nowhere = join(folder.path, 'nowhere');
    const refused = await ops(demo, ['copy', '--from', nowhere, '--to', join(folder.path, 'new'), '--json']);
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'STORE.MISSING' } });
    expect(existsSync(nowhere)).toBe(false);
    expect(existsSync(join(folder.path, 'new'))).toBe(false);
  });
});

// Records beside everything that is made anew: a rebuild leaves them, a demo goes with those about it and with no others.
import { parseInstant } from '#kernel';
import { openSqliteEventStore } from '#platform/event-store';
import { openMongoRecords, openSqliteRecords } from '#platform/records';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { copyFile, mkdir, readdir, truncate } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeRoomIn, moveIn } from '../../apps/ops/src/demo/place.js';
import { ops, temporaryFolder } from './api-process.js';
import { enginesOf } from './engines.js';
import { itEmbedded } from './it-embedded.js';

const GIAS = resolve('test/fixtures/gias/eighteen-columns.csv');
const NOW = parseInstant('2024-03-01T12:00:00Z');
const KEY = { kind: 'test', id: 'kept' };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => (folder = await temporaryFolder()));
afterAll(() => folder.remove());

async function kept(data: string): Promise<string | undefined> {
  const { MONGODB_URL: url } = await enginesOf(data);
  const records = await (url === undefined
    ? openSqliteRecords({ path: join(data, 'records.sqlite') })
    : openMongoRecords({ url }));
  const write = { value: 'what no event gives back', expected: 'none', expiresAt: 'never' } as const;
  const version = (await records.put(KEY, write, NOW)) ?? (await records.get(KEY, NOW))?.version;
  await records.close();
  return version;
}

describe('records', () => {
  it('are as they were after a rebuild of everything, and after jobs were made anew', async () => {
    const data = join(folder.path, 'rebuilt');
    expect((await ops(data, ['import', 'settings', GIAS])).code).toBe(0);
    const version = await kept(data);
    expect((await ops(data, ['rebuild'])).code).toBe(0);
    expect((await ops(data, ['jobs', 'reset'])).code).toBe(0);
    expect(await kept(data)).toBe(version);
  });

  itEmbedded('about nobody knows what keep a demo away, with or without --force', async () => {
    const data = join(folder.path, 'alone');
    await mkdir(data);
    const version = await kept(data);
    for (const force of [[], ['--force']]) {
      const refused = await ops(data, ['demo', ...force, '--json']);
      expect(JSON.parse(refused.stderr)).toMatchObject({
        error: { code: 'DEMO.NOT_A_DEMO', message: expect.stringContaining('records.sqlite is there') },
      });
    }
    expect(await kept(data)).toBe(version);
  });

  itEmbedded('about a demo go with it when it is replaced; those of a live store never do', async () => {
    const [demo, live, next] = ['demo', 'live', 'next'].map((name) => join(folder.path, name));
    for (const [data, kind] of [
      [demo!, 'demo'],
      [live!, 'live'],
    ] as const) {
      await mkdir(data);
      await (await openSqliteEventStore({ path: join(data, 'events.sqlite'), kind })).close();
    }
    const [ofDemo, ofLive] = [await kept(demo!), await kept(live!)];
    await expect(makeRoomIn(live!, true)).rejects.toMatchObject({ code: 'DEMO.NOT_A_DEMO' });
    expect(await kept(live!)).toBe(ofLive);
    await makeRoomIn(demo!, true);
    expect(await readdir(demo!)).toEqual([]);
    await mkdir(next!);
    await copyFile(join(live!, 'records.sqlite'), join(next!, 'records.sqlite'));
    await moveIn(next!, demo!);
    expect(await kept(demo!)).toBe(ofLive);
    expect(ofLive).not.toBe(ofDemo);
  });

  itEmbedded('keep an events file that has lost everything from being begun anew', async () => {
    const data = join(folder.path, 'emptied');
    await mkdir(data);
    await (await openSqliteEventStore({ path: join(data, 'events.sqlite') })).close();
    await kept(data);
    await truncate(join(data, 'events.sqlite'));
    const refused = await ops(data, ['health', '--json']);
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'STORE.FOREIGN_FILE' } });
  });
});

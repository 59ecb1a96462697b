import { ProjectionRunner } from '#platform/read-store';
import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  append,
  codec,
  dataFolder,
  documentsIn,
  expectedLedger,
  ledger,
  type Account,
  type DataFolder,
} from './projection.ledger.js';
import type { ProjectionProcessOptions } from './projection.process.js';

const KILLS = 8;
const SHORT_LEASE = 250;
const children = new Set<ChildProcess>();

interface Child {
  /** Resolves when the child has said something of which this is true. */
  says(what: (said: Record<string, unknown>) => boolean): Promise<void>;
  kill(): Promise<void>;
}

function start(folder: DataFolder, options: Omit<ProjectionProcessOptions, 'folder'>): Child {
  const script = fileURLToPath(new URL('./projection.process.js', import.meta.url));
  const argument = JSON.stringify({ folder: folder.path, ...options });
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  const exit = once(child, 'exit');
  let text = '';
  const listeners = new Set<(said: Record<string, unknown>) => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (text + chunk.toString()).split('\n');
    text = lines.pop()!;
    for (const line of lines) {
      for (const listener of [...listeners]) listener(JSON.parse(line) as Record<string, unknown>);
    }
  });
  return {
    says: (what) =>
      new Promise((resolve, reject) => {
        exit.then(() => reject(new Error('the child ended')), reject);
        const listener = (said: Record<string, unknown>): void => {
          if (!what(said)) return;
          listeners.delete(listener);
          resolve();
        };
        listeners.add(listener);
      }),
    kill: async () => {
      child.kill('SIGKILL');
      expect(await exit).toEqual([null, 'SIGKILL']);
      children.delete(child);
    },
  };
}

async function rebuilt(folder: DataFolder): Promise<readonly Account[]> {
  const store = await folder.open();
  await new ProjectionRunner(store, folder.events, codec, ledger).rebuild();
  return documentsIn(store.collection(ledger.collection));
}

/** Tables and builds that are there, to see that nothing is left behind. */
function filesInventory(folder: DataFolder): { tables: number; builds: number } {
  const database = new DatabaseSync(folder.readModels, { readOnly: true });
  const count = (sql: string): number => Number(database.prepare(sql).get()!['n']);
  const found = {
    tables: count("SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table' AND name LIKE 'documents%'"),
    builds: count('SELECT count(*) AS n FROM builds'),
  };
  database.close();
  return found;
}

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

describe('kill -9 of a process that projects', () => {
  it('leaves out nothing and counts nothing twice, however often and whenever', async () => {
    await using folder = await dataFolder();
    const store = await folder.open();
    const source = folder.events.identity.id;
    const checkpoint = async (): Promise<bigint> =>
      (await store.checkpoint(await store.liveBuild(ledger.collection, source))) ?? 0n;
    let inTheMiddle = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const head = await append(folder.events, 4000);
      const before = await checkpoint();
      const child = start(folder, { does: 'run', pageSize: 10, leaseMilliseconds: SHORT_LEASE });
      while ((await checkpoint()) === before) await sleep(2);
      await sleep(Math.random() * 60);
      await child.kill();
      const at = await checkpoint();
      expect(at).toBeGreaterThan(before);
      if (at < head) inTheMiddle += 1;
    }
    expect(inTheMiddle).toBeGreaterThan(KILLS / 3);
    await new ProjectionRunner(store, folder.events, codec, ledger).runToHead();
    const documents = await documentsIn(store.collection(ledger.collection));
    expect(documents).toEqual(await expectedLedger(folder.events));
    expect(await rebuilt(folder)).toEqual(documents);
  });

  it('lets another take over within 10 s', async () => {
    await using folder = await dataFolder();
    const store = await folder.open();
    const first = start(folder, { does: 'run', pageSize: 500 });
    await first.says(({ state }) => state === 'following');
    const second = start(folder, { does: 'run', pageSize: 500 });
    await second.says(({ state }) => state === 'standing-by');
    await append(folder.events, 100);
    await first.kill();
    const killedAt = performance.now();
    const position = await append(folder.events, 100);
    const source = folder.events.identity.id;
    while (
      ((await store.checkpoint(await store.liveBuild(ledger.collection, source))) ?? 0n) < position &&
      performance.now() < killedAt + 15_000
    ) {
      await sleep(20);
    }
    expect(performance.now() - killedAt).toBeLessThan(10_000);
    await second.says(({ state }) => state === 'following');
    expect(await documentsIn(store.collection(ledger.collection))).toEqual(
      await expectedLedger(folder.events),
    );
    await second.kill();
  });
});

describe('kill -9 of a rebuild', () => {
  it('leaves the live build as it was; the next rebuild clears away what was left', async () => {
    await using folder = await dataFolder();
    const store = await folder.open();
    await append(folder.events, 6000);
    const runner = new ProjectionRunner(store, folder.events, codec, ledger);
    await runner.runToHead();
    const before = await documentsIn(store.collection(ledger.collection));
    let live = await store.liveBuild(ledger.collection, folder.events.identity.id);
    let untouched = 0;
    const options = { does: 'rebuild', pageSize: 10, leaseMilliseconds: SHORT_LEASE } as const;
    for (const held of [true, false, true, false]) {
      const enough = 50 + Math.floor(Math.random() * 2000);
      const child = start(folder, { ...options, ...(held ? { holdAt: enough } : {}) });
      await child.says(({ done }) => Number(done) >= enough);
      await child.kill();
      expect(await documentsIn(store.collection(ledger.collection))).toEqual(before);
      // Not held, it may have come to its end just before.
      const { builds } = filesInventory(folder);
      if (held) expect(builds).toBe(2);
      else expect(builds).toBeLessThanOrEqual(2);
      const now = await store.liveBuild(ledger.collection, folder.events.identity.id);
      if (held && live.build === now.build) untouched += 1;
      live = now;
    }
    expect(untouched).toBe(2);
    const more = await append(folder.events, 50);
    await runner.upTo(more);
    expect(await rebuilt(folder)).toEqual(await expectedLedger(folder.events));
    expect(filesInventory(folder)).toEqual({ tables: 1, builds: 1 });
  });
});

describe('several processes that project at once', () => {
  it('count each event once, also while one of them rebuilds', async () => {
    await using folder = await dataFolder();
    const store = await folder.open();
    const options = { pageSize: 20, leaseMilliseconds: SHORT_LEASE };
    const others = (['run', 'run', 'runToHead', 'rebuild'] as const).map((does) =>
      start(folder, { does, ...options }),
    );
    await Promise.all(others.map((child) => child.says(({ started }) => started === true)));
    let position = 0n;
    for (const end = performance.now() + 4000; performance.now() < end;) {
      position = await append(folder.events, 60, 20);
      await new ProjectionRunner(store, folder.events, codec, ledger, options).upTo(position);
      const whole = await store.collection(ledger.collection).get('whole');
      expect(whole).toEqual((await expectedLedger(folder.events)).find(({ id }) => id === 'whole'));
    }
    await Promise.all(others.map((child) => child.kill()));
    await new ProjectionRunner(store, folder.events, codec, ledger).upTo(position);
    expect(await documentsIn(store.collection(ledger.collection))).toEqual(
      await expectedLedger(folder.events),
    );
  });
});

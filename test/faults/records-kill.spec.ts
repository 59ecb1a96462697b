import { parseInstant } from '#kernel';
import { openMongoRecords, openSqliteRecords, type Records } from '#platform/records';
import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { MONGO_MISSING, OwnMongo, ownMongoAvailable } from '../engines/mongodb.js';
import { temporaryFolder } from './event-store.harness.js';
import type { RecordsWriterOptions } from './records-writer.process.js';

const NOW = parseInstant('2024-03-01T12:00:00Z');
const WRITERS = 12;
const KILLS = 4;

interface Acknowledged {
  readonly id: string;
  readonly n: number;
  readonly version: string;
}

/** Starts a writer; `harm` is done just after something was acknowledged, in the midst of more. */
async function writing(
  options: RecordsWriterOptions,
  harm: (pid: () => void) => Promise<void>,
): Promise<void> {
  const size = (): number => statSync(options.acknowledgements, { throwIfNoEntry: false })?.size ?? 0;
  const before = size();
  const script = fileURLToPath(new URL('./records-writer.process.js', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, JSON.stringify(options)],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const exit = once(child, 'exit');
  const grownBeyond = async (bytes: number): Promise<void> => {
    while (size() <= bytes && child.exitCode === null) await sleep(1);
  };
  await grownBeyond(before + 2000);
  await harm(() => void child.kill('SIGKILL'));
  expect(await exit).toEqual([null, 'SIGKILL']);
}

function newestAcknowledged(file: string): Map<string, Acknowledged> {
  if (!existsSync(file)) return new Map();
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return new Map(lines.map((line) => JSON.parse(line) as Acknowledged).map((one) => [one.id, one]));
}

/** Each record as it was acknowledged last, or one write further: that which was under way. */
async function lostOf(store: Records, acknowledgements: string): Promise<string[]> {
  const lost: string[] = [];
  for (const { id, n, version } of newestAcknowledged(acknowledgements).values()) {
    const kept = await store.get<{ n: number; padding: string }>({ kind: 'fault', id }, NOW);
    const isThere = kept?.value.n === n && kept.version === version;
    const isNext = kept?.value.n === n + 1 && kept.value.padding.length === (n + 1) % 700;
    if (!isThere && !isNext) lost.push(`${id}: ${n} acknowledged, ${kept?.value.n} there`);
  }
  return lost;
}

describe('kill -9 of a process that writes records', () => {
  it('loses nothing that was acknowledged, and tears nothing', async () => {
    using folder = temporaryFolder();
    const store = join(folder.path, 'records.sqlite');
    const acknowledgements = join(folder.path, 'acknowledged');
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await writing({ store, acknowledgements, writers: WRITERS }, async (end) => {
        await sleep(Math.random() * 150);
        end();
      });
      const opened = await openSqliteRecords({ path: store });
      expect(await lostOf(opened, acknowledgements)).toEqual([]);
      await opened.close();
      expect(newestAcknowledged(acknowledgements).size).toBeGreaterThanOrEqual(WRITERS * kill);
    }
  });

  const onMongo = ownMongoAvailable ? it : it.skip;
  onMongo(
    `nor does one of MongoDB, with the writer or under it${ownMongoAvailable ? '' : `: ${MONGO_MISSING}`}`,
    async () => {
      using folder = temporaryFolder();
      const mongo = await OwnMongo.start();
      try {
        const acknowledgements = join(folder.path, 'acknowledged');
        const options = { store: mongo.url(), acknowledgements, writers: WRITERS };
        await writing(options, async (end) => {
          await mongo.process.kill('SIGKILL');
          await mongo.process.start();
          // The writer goes on where it was: each of its writes is sent again, and none is done twice.
          const size = statSync(acknowledgements).size;
          while (statSync(acknowledgements).size < size + 2000) await sleep(5);
          end();
        });
        const opened = await openMongoRecords({ url: mongo.url() });
        expect(await lostOf(opened, acknowledgements)).toEqual([]);
        await opened.close();
      } finally {
        await mongo.stop();
      }
    },
  );
});

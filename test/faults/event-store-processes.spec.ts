import { openSqliteEventStore, type NewEvent, type SqliteEventStore } from '#platform/event-store';
import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { acknowledgementsIn, compare, startWriter, temporaryFolder } from './event-store.harness.js';

function event(): NewEvent {
  return { id: randomUUID(), type: 'Happened', data: { batch: randomUUID(), index: 0, of: 1 }, metadata: {} };
}

describe('two processes on one file', () => {
  it('both make progress, and everything is exact', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'events.sqlite');
    const files = ['a', 'b', 'c'].map((name) => join(folder.path, `acknowledged-${name}`));
    // They also make the file between them: nobody has opened it before.
    const children = files.map((acknowledgements) =>
      startWriter({ path, acknowledgements, writers: 16, batches: 25 }),
    );
    const exits = await Promise.all(children.map((child) => once(child, 'exit')));
    expect(exits).toEqual(children.map(() => [0, null]));
    const acknowledged = files.map((file) => acknowledgementsIn(file));
    expect(acknowledged.map((all) => all.length)).toEqual(files.map(() => 16 * 25));
    const findings = await compare(path, acknowledged.flat());
    expect(findings).toMatchObject({ lost: [], twice: [], torn: [], gaps: [] });
    expect(findings.events).toBe(findings.acknowledged);
  });

  it('take turns: neither keeps the other out while it writes without a pause', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'events.sqlite');
    const acknowledgements = join(folder.path, 'acknowledged');
    const busy = startWriter({ path, acknowledgements, writers: 32 });
    const exit = once(busy, 'exit');
    while (busy.exitCode === null && acknowledgementsIn(acknowledgements).length < 200) await sleep(10);
    const store = await openSqliteEventStore({ path });
    const waits: number[] = [];
    for (let n = 0; n < 40; n += 1) {
      const start = performance.now();
      await store.append(`polite-${n}`, 'no-stream', [event()]);
      waits.push(performance.now() - start);
    }
    busy.kill('SIGKILL');
    await exit;
    await store.close();
    expect(Math.max(...waits)).toBeLessThan(2000);
  });

  it('an append waits for another’s transaction, then is refused as busy, and works once that has ended', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'events.sqlite');
    const store = await openSqliteEventStore({ path, busyMilliseconds: 300 });
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    const start = performance.now();
    const results = await Promise.allSettled([
      store.append('some-1', 'no-stream', [event()]),
      store.append('some-2', 'no-stream', [event()]),
    ]);
    const waited = performance.now() - start;
    expect(results).toMatchObject(
      results.map(() => ({ status: 'rejected', reason: { code: 'STORE.BUSY', refusal: { kind: 'busy' } } })),
    );
    expect(waited).toBeGreaterThanOrEqual(295);
    expect(waited).toBeLessThan(3000);

    const waiting = store.append('some-3', 'no-stream', [event()]);
    await sleep(100);
    other.exec('ROLLBACK');
    expect((await waiting).revision).toBe(0n);
    other.close();
    await store.close();
  });

  it('an event that one appends reaches the other’s live subscription within a second', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'events.sqlite');
    const store = await openSqliteEventStore({ path });
    const delays = await delaysFromAnotherProcess(store, path);
    await store.close();
    expect(delays).toHaveLength(20);
    expect(Math.max(...delays)).toBeLessThan(1000);
  });
});

/** Milliseconds from each of 20 acknowledgements in a child process to the handler in this one. */
async function delaysFromAnotherProcess(store: SqliteEventStore, path: string): Promise<number[]> {
  const seen = new Map<string, number>();
  const live = Promise.withResolvers<void>();
  const subscription = store.subscribe({
    after: undefined,
    handle: async (events) => {
      for (const one of events) seen.set(one.stream, Date.now());
    },
    caughtUp: () => live.resolve(),
  });
  await live.promise;
  const script = fileURLToPath(new URL('./event-store-occasional.process.js', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, path, '20'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const appended: { stream: string; at: number }[] = [];
  for await (const line of createInterface(child.stdout)) {
    appended.push(JSON.parse(line) as { stream: string; at: number });
  }
  const deadline = Date.now() + 5000;
  while (appended.some(({ stream }) => !seen.has(stream)) && Date.now() < deadline) await sleep(5);
  await subscription.stop();
  return appended.map(({ stream, at }) => (seen.get(stream) ?? Infinity) - at);
}

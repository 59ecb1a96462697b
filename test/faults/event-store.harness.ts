import { openSqliteEventStore, type SqliteEventStore, type StoredEvent } from '#platform/event-store';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Acknowledgement, WriterOptions } from './event-store-writer.process.js';

export interface Folder extends Disposable {
  readonly path: string;
}

export function temporaryFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'tranche-faults-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export function startWriter(options: WriterOptions): ChildProcess {
  const script = fileURLToPath(new URL('./event-store-writer.process.js', import.meta.url));
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/**
 * Starts a writer and kills it with SIGKILL a little while after it has begun to get acknowledgements, in the
 * midst of them: just after one has been written down.
 */
export async function killedWhileWriting(options: WriterOptions): Promise<void> {
  const size = (): number => statSync(options.acknowledgements, { throwIfNoEntry: false })?.size ?? 0;
  const before = size();
  const child = startWriter(options);
  const exit = once(child, 'exit');
  const grownBeyond = async (bytes: number): Promise<void> => {
    while (size() <= bytes && child.exitCode === null) await sleep(1);
  };
  await grownBeyond(before + 2000);
  await sleep(50 + Math.random() * 250);
  await grownBeyond(size());
  child.kill('SIGKILL');
  const [, signal] = (await exit) as [number | null, string | null];
  if (signal !== 'SIGKILL') throw new Error('the writer ended before it was killed');
}

export function acknowledgementsIn(file: string): Acknowledgement[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Acknowledgement);
}

export interface Findings {
  readonly events: number;
  readonly acknowledged: number;
  /** Ids that were acknowledged and are not there, or not where it was said. */
  readonly lost: readonly string[];
  readonly twice: readonly string[];
  /** Batches of which only a part is there, or not in one piece. */
  readonly torn: readonly string[];
  /** Streams whose revisions are not 0, 1, 2, … */
  readonly gaps: readonly string[];
}

/** Looks at everything in the store and compares it with what was acknowledged. */
export async function compare(path: string, acknowledgements: readonly Acknowledgement[]): Promise<Findings> {
  const store = await openSqliteEventStore({ path });
  const events: StoredEvent[] = [];
  for await (const page of store.readAll()) events.push(...page);
  await store.close();
  const byId = new Map(events.map((event) => [event.id, event]));
  const twice = events.filter((event) => byId.get(event.id) !== event).map((event) => event.id);
  const lost = acknowledgements.flatMap(({ stream, ids, revision, position }) => {
    const misplaced = (id: string, index: number): boolean => {
      const back = BigInt(ids.length - 1 - index);
      const event = byId.get(id);
      return (
        event?.stream !== stream ||
        event.revision !== BigInt(revision) - back ||
        event.position !== BigInt(position) - back
      );
    };
    return ids.filter(misplaced);
  });
  return {
    events: events.length,
    acknowledged: acknowledgements.flatMap((one) => one.ids).length,
    lost,
    twice,
    torn: tornIn(events),
    gaps: gapsIn(events),
  };
}

function tornIn(events: readonly StoredEvent[]): string[] {
  const batches = Map.groupBy(events, (event) => event.data['batch'] as string);
  const isWhole = (batch: readonly StoredEvent[]): boolean =>
    batch.length === batch[0]!.data['of'] &&
    batch.every(
      (event, index) =>
        event.data['index'] === index &&
        event.stream === batch[0]!.stream &&
        event.position === batch[0]!.position + BigInt(index),
    );
  return [...batches].filter(([, batch]) => !isWhole(batch)).map(([id]) => id);
}

function gapsIn(events: readonly StoredEvent[]): string[] {
  const streams = Map.groupBy(events, (event) => event.stream);
  return [...streams]
    .filter(([, own]) => own.some((event, index) => event.revision !== BigInt(index)))
    .map(([stream]) => stream);
}

export async function contentsOf(store: SqliteEventStore): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const page of store.readAll()) events.push(...page);
  return events;
}

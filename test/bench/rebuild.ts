import { fundingLedger } from '#domain/funding';
import { openSqliteEventStore } from '#platform/event-store';
import { openSqliteReadStore, ProjectionRunner } from '#platform/read-store';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { appendFundingHistory, fundingCodec } from './funding-history.js';

export interface RebuildMeasure {
  readonly log: string;
  readonly events: number;
  /** How many of them the read model handles. */
  readonly handled: number;
  readonly documents: number;
  /** Medians over the rounds; events of the log in a second. */
  readonly rebuildPerSecond: number;
  readonly scanPerSecond: number;
  /** Of those medians: 1 would be as fast as reading alone. */
  readonly ratio: number;
}

export interface RebuildBench {
  readonly rounds: number;
  readonly collection: string;
  readonly measures: readonly RebuildMeasure[];
}

/** What reading alone costs: every row once, in order, both JSON columns parsed. */
function scan(database: DatabaseSync): number {
  const statement = database.prepare(
    'SELECT position, stream, revision, id, type, data, metadata FROM events ORDER BY position',
  );
  let rows = 0;
  for (const row of statement.iterate()) {
    JSON.parse(row['data'] as string);
    JSON.parse(row['metadata'] as string);
    rows += 1;
  }
  return rows;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function measure(
  folder: string,
  log: string,
  events: number,
  rounds: number,
  types?: readonly string[],
): Promise<RebuildMeasure> {
  const path = join(folder, `${log}.sqlite`);
  const store = await openSqliteEventStore({ path });
  await appendFundingHistory(store, events, types);
  const readModels = await openSqliteReadStore({ path: join(folder, `${log}-read-models.sqlite`) });
  const runner = new ProjectionRunner(readModels, store, fundingCodec, fundingLedger);
  await runner.runToHead();
  const raw = new DatabaseSync(path, { readOnly: true });
  const took = { rebuild: [] as number[], scan: [] as number[] };
  let handled = 0;
  for (let round = -1; round < rounds; round += 1) {
    const rebuild = await timed(() => runner.rebuild({ onProgress: (now) => (handled = now.events) }));
    const scanned = await timed(() => scan(raw));
    if (round < 0) continue; // The first round warms up both.
    took.rebuild.push(rebuild);
    took.scan.push(scanned);
  }
  let documents = 0;
  for (let cursor: string | undefined; ;) {
    const page = await readModels
      .collection(fundingLedger.collection)
      .find({ limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
    documents += page.documents.length;
    ({ cursor } = page);
    if (cursor === undefined) break;
  }
  raw.close();
  await readModels.close();
  await store.close();
  const [ours, theirs] = [median(took.rebuild), median(took.scan)];
  return {
    ...{ log, events, handled, documents },
    rebuildPerSecond: Math.round((events * 1000) / ours),
    scanPerSecond: Math.round((events * 1000) / theirs),
    ratio: Math.round((theirs / ours) * 1000) / 1000,
  };
}

/**
 * A rebuild of the funding ledger, from asking for it to the swap, beside a raw scan of the same events; the two
 * take turns. Once on a log with nothing but events the ledger handles, once on all that funding writes.
 */
export async function benchRebuild(events = 100_000, rounds = 7): Promise<RebuildBench> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-rebuild-'));
  try {
    const measures = [
      await measure(folder, 'handled-only', events, rounds, fundingLedger.handles),
      await measure(folder, 'all-of-funding', events, rounds),
    ];
    return { rounds, collection: fundingLedger.collection.name, measures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.filename === process.argv[1]) {
  const result = await benchRebuild();
  console.table(result.measures);
}

import { openSqliteEventStore, type ExpectedRevision, type NewEvent } from '#platform/event-store';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface AppendMeasure {
  readonly writers: number;
  /** Events in one transaction, on average, that the store reached in its median round. */
  readonly groupSize: number;
  /** Medians over the rounds, in events per second. */
  readonly storePerSecond: number;
  readonly handWrittenPerSecond: number;
  readonly handWrittenBy500PerSecond: number;
  /** Ratios of those medians. */
  readonly ratio: number;
  readonly ratioBy500: number;
}

export interface AppendBench {
  readonly rounds: number;
  readonly millisecondsPerRound: number;
  readonly bytesPerEvent: number;
  readonly measures: readonly AppendMeasure[];
}

const WRITERS = [1, 16, 64];
const LARGE_GROUP = 500;

let serial = 0;

/** About what a tranche's release weighs: 250 bytes of data, 450 of metadata. */
function event(): NewEvent {
  serial += 1;
  const id = `00000000-0000-5000-8000-${String(serial).padStart(12, '0')}`;
  return {
    id,
    type: 'TrancheReleased',
    data: {
      programmeId: 'early-language-2023',
      urn: String(100_000 + (serial % 900_000)),
      number: 1 + (serial % 3),
      amountPence: 123_456,
      note: 'Released against the accepted offer and the approved plan, with nothing outstanding. '.repeat(1),
      payee: { kind: 'setting', reference: `R-${serial}` },
    },
    metadata: {
      schemaVersion: 1,
      occurredAt: '2024-01-02T09:00:00.000Z',
      recordedAt: '2024-01-02T09:00:00.000Z',
      actor: {
        issuer: 'https://issuer.example',
        subject: 'amina.khan@suffolk.example',
        role: 'payer',
        authentication: { method: 'bearer-token', keyId: 'key-1', tokenId: `token-${serial}` },
      },
      commandId: id,
      correlationId: id,
      causationId: id,
    },
  };
}

type Round = (milliseconds: number) => Promise<{ perSecond: number; groupSize: number }>;

async function openStore(path: string, writers: number): Promise<{ round: Round; close(): Promise<void> }> {
  const store = await openSqliteEventStore({ path });
  const revisions = new Map<string, ExpectedRevision>();
  const write = async (stream: string, until: number): Promise<number> => {
    let written = 0;
    while (performance.now() < until) {
      const { revision } = await store.append(stream, revisions.get(stream) ?? 'no-stream', [event()]);
      revisions.set(stream, revision);
      written += 1;
    }
    return written;
  };
  const round: Round = async (milliseconds) => {
    const before = store.answered;
    const start = performance.now();
    const all = Array.from({ length: writers }, (_, n) =>
      write(`allocation-bench.${n}`, start + milliseconds),
    );
    const written = (await Promise.all(all)).reduce((sum, n) => sum + n, 0);
    const perSecond = (written * 1000) / (performance.now() - start);
    return { perSecond, groupSize: written / (store.answered.groups - before.groups) };
  };
  return { round, close: () => store.close() };
}

/** What one would write by hand for the same rows: no check of revisions, no thread, nothing to wait for but the disk. */
function openHandWritten(path: string, writers: number): { round(group: number): Round; close(): void } {
  const database = new DatabaseSync(path);
  database.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT NOT NULL, revision INTEGER NOT NULL,
      id TEXT NOT NULL, type TEXT NOT NULL, data TEXT NOT NULL, metadata TEXT NOT NULL,
      UNIQUE (stream, revision)) STRICT`);
  const insert = database.prepare(
    'INSERT INTO events (stream, revision, id, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?)',
  );
  let next = 0;
  const round =
    (group: number): Round =>
    async (milliseconds) => {
      const start = performance.now();
      let written = 0;
      while (performance.now() < start + milliseconds) {
        database.exec('BEGIN IMMEDIATE');
        for (let n = 0; n < group; n += 1, next += 1, written += 1) {
          const { id, type, data, metadata } = event();
          insert.run(
            `allocation-bench.${next % writers}`,
            Math.floor(next / writers),
            id,
            type,
            JSON.stringify(data),
            JSON.stringify(metadata),
          );
        }
        database.exec('COMMIT');
      }
      return { perSecond: (written * 1000) / (performance.now() - start), groupSize: group };
    };
  return { round, close: () => database.close() };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function measure(
  folder: string,
  writers: number,
  rounds: number,
  millis: number,
): Promise<AppendMeasure> {
  const store = await openStore(join(folder, `store-${writers}.sqlite`), writers);
  const hand = openHandWritten(join(folder, `hand-${writers}.sqlite`), writers);
  const by500 = openHandWritten(join(folder, `hand-by-500-${writers}.sqlite`), writers);
  const seen = { store: [] as number[], hand: [] as number[], by500: [] as number[], group: [] as number[] };
  for (let n = -1; n < rounds; n += 1) {
    const ours = await store.round(millis);
    const theirs = await hand.round(Math.max(1, Math.round(ours.groupSize)))(millis);
    const large = await by500.round(LARGE_GROUP)(millis);
    if (n < 0) continue; // The first round warms up all three.
    seen.store.push(ours.perSecond);
    seen.group.push(ours.groupSize);
    seen.hand.push(theirs.perSecond);
    seen.by500.push(large.perSecond);
  }
  await store.close();
  hand.close();
  by500.close();
  const [ours, theirs, large] = [median(seen.store), median(seen.hand), median(seen.by500)];
  return {
    writers,
    groupSize: Math.round(median(seen.group) * 10) / 10,
    storePerSecond: Math.round(ours),
    handWrittenPerSecond: Math.round(theirs),
    handWrittenBy500PerSecond: Math.round(large),
    ratio: Math.round((ours / theirs) * 1000) / 1000,
    ratioBy500: Math.round((ours / large) * 1000) / 1000,
  };
}

/** Durable append at 1, 16 and 64 writers beside a hand-written loop; rounds of the three take turns. */
export async function benchAppend(rounds = 9, millisecondsPerRound = 400): Promise<AppendBench> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-append-'));
  try {
    const measures: AppendMeasure[] = [];
    for (const writers of WRITERS)
      measures.push(await measure(folder, writers, rounds, millisecondsPerRound));
    const { data, metadata } = event();
    const bytesPerEvent = JSON.stringify(data).length + JSON.stringify(metadata).length;
    return { rounds, millisecondsPerRound, bytesPerEvent, measures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.filename === process.argv[1]) {
  const result = await benchAppend();
  console.table(result.measures);
}

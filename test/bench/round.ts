import { RoundSimulator } from '#domain/funding';
import { programmeCreated, settingEnrolled } from '#domain/programme';
import { workforceFigureRecorded } from '#domain/settings';
import { systemClock, type AnyEvent, type EventReference } from '#kernel';
import { Decisions, openSqliteEventStore, type EventStore } from '#platform/event-store';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fundingCodec, stored } from './funding-history.js';

export interface RoundBench {
  readonly settings: number;
  /** Medians over the rounds; settings in a second, from asking to the amounts and the hash. */
  readonly simulatedPerSecond: number;
  readonly scannedPerSecond: number;
  readonly ratio: number;
}

const PROGRAMME = 'bench';
const reference = (type: string): EventReference => ({
  ...{ eventId: type, stream: 'elsewhere-1', revision: '0', type },
});

function* history(settings: number): Generator<readonly [stream: string, event: AnyEvent]> {
  const bounds = { floorPence: 1_000_000, capPence: 5_000_000 };
  yield [
    `programme-${PROGRAMME}`,
    programmeCreated({
      ...{ programmeId: PROGRAMME, name: 'Bench', area: 'Everywhere', budgetPence: settings * 2_500_000 },
      ...{ startsOn: '2023-09-01', endsOn: '2025-08-31', reportWindows: [] },
      policy: { kind: 'share-of-budget', version: 1, ...bounds },
      tranches: [{ number: 1, shareBasisPoints: 10_000, conditions: [] }],
    }),
  ];
  for (let n = 0; n < settings; n += 1) {
    const urn = String(100_000 + n);
    // Of every size, in no order, and many of them alike.
    const fte = (((n * 7919) % 1200) / 10).toFixed(1);
    const source = { file: 'census.csv', row: n + 2, sha256: 'a'.repeat(64) };
    yield [
      `setting-${urn}`,
      workforceFigureRecorded({ urn, fte, suppressedAs: null, censusYear: null, source }),
    ];
    yield [
      `participation-${PROGRAMME}.${urn}`,
      settingEnrolled({
        ...{ programmeId: PROGRAMME, urn, settingName: `School ${urn}`, reportWindows: [] },
        ...{ programme: reference('ProgrammeCreated'), setting: reference('SettingRegistered') },
      }),
    ];
  }
}

async function append(store: EventStore, settings: number): Promise<void> {
  let waiting: Promise<unknown>[] = [];
  let minute = 0;
  for (const [stream, event] of history(settings)) {
    waiting.push(store.append(stream, 'no-stream', [stored(event, (minute += 1) / 100)]));
    if (waiting.length < 500) continue;
    await Promise.all(waiting);
    waiting = [];
  }
  await Promise.all(waiting);
}

/** What reading alone costs: the same rows once, in order, both JSON columns parsed. */
function scan(database: DatabaseSync): void {
  const statement = database.prepare(
    "SELECT data, metadata FROM events WHERE type IN ('SettingEnrolled', 'WorkforceFigureRecorded') ORDER BY position",
  );
  for (const row of statement.iterate()) {
    JSON.parse(row['data'] as string);
    JSON.parse(row['metadata'] as string);
  }
}

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** A simulated allocation round beside a raw scan of the events it looks at; the two take turns. */
export async function benchRound(settings = 24_000, rounds = 7): Promise<RoundBench> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-round-'));
  try {
    const path = join(folder, 'events.sqlite');
    const store = await openSqliteEventStore({ path });
    await append(store, settings);
    const simulator = new RoundSimulator(
      new Decisions(store, fundingCodec, systemClock),
      store,
      fundingCodec,
    );
    const raw = new DatabaseSync(path, { readOnly: true });
    const took = { simulation: [] as number[], scan: [] as number[] };
    for (let round = -1; round < rounds; round += 1) {
      const simulation = await timed(async () => {
        const { round: worked } = await simulator.simulate(PROGRAMME);
        if (worked.lines.length !== settings || worked.leftPence !== 0)
          throw new Error('not the whole round');
      });
      const scanned = await timed(() => scan(raw));
      if (round < 0) continue; // The first round warms up both.
      took.simulation.push(simulation);
      took.scan.push(scanned);
    }
    raw.close();
    await store.close();
    const [ours, theirs] = [median(took.simulation), median(took.scan)];
    return {
      settings,
      simulatedPerSecond: Math.round((settings * 1000) / ours),
      scannedPerSecond: Math.round((settings * 1000) / theirs),
      ratio: Math.round((theirs / ours) * 1000) / 1000,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.filename === process.argv[1]) console.table(await benchRound());

import { eventIdOf, parseInstant, randomId, systemClock, type AnyEvent } from '#kernel';
import {
  Decisions,
  EventCodec,
  openSqliteEventStore,
  type CommandContext,
  type EventStore,
} from '#platform/event-store';
import { openSqliteReadStore, ReadModels, type ReadStore } from '#platform/read-store';
import { person } from '#testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programmeCreated, programmeEvents } from '../../programme/programme.events.js';
import { participationsProjection } from '../../read-models/participations/participations.projection.js';
import { participationEvents, settingEnrolled, settingWithdrawn } from '../participation.events.js';
import {
  ExtendReportDeadlines,
  ExtendReportDeadlinesHandler,
  MOST_TOLD,
  settingsMeant,
} from './extend-report-deadlines.handler.js';

const ENROLLED = MOST_TOLD + 5;
const programmeId = 'ipswich';
const reportWindows = [
  { number: 1, opensOn: '2025-01-06', dueOn: '2025-01-31', closesOn: '2025-02-28', deadlineVersion: 1 },
];
const reference = { eventId: 'e', stream: 's', revision: '0', type: 'T' };
let folder: string;
let events: EventStore;
let reads: ReadStore;
let handler: ExtendReportDeadlinesHandler;
const codec = new EventCodec([...programmeEvents, ...participationEvents]);

function context(): CommandContext {
  const commandId = randomId();
  return { commandId, correlationId: commandId, causationId: commandId, actor: person('ola') };
}

async function append(stream: string, ...all: AnyEvent[]): Promise<void> {
  const { commandId, actor, ...ids } = context();
  const occurredAt = parseInstant('2024-09-01T09:00:00Z');
  const metadata = { ...ids, commandId, actor, occurredAt, recordedAt: occurredAt };
  const encoded = all.map((event, at) => codec.encode(event, eventIdOf(commandId, stream, at), metadata));
  await events.append(stream, 'no-stream', encoded);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tranche-extend-'));
  events = await openSqliteEventStore({ path: join(folder, 'events.sqlite') });
  reads = await openSqliteReadStore({ path: join(folder, 'read-models.sqlite') });
  const models = new ReadModels(reads, events, codec, [participationsProjection]);
  handler = new ExtendReportDeadlinesHandler(new Decisions(events, codec, systemClock), models);
  await append(
    `programme-${programmeId}`,
    programmeCreated({
      ...{ programmeId, name: 'Ipswich', area: 'Suffolk', startsOn: '2024-09-01', endsOn: '2026-07-31' },
      ...{ budgetPence: 120_000_000, tranches: [], reportWindows },
      policy: { version: 1, kind: 'rate-per-fte', ratePencePerFte: 60_000, floorPence: 1, capPence: 2 },
    }),
  );
  await Promise.all(
    Array.from({ length: ENROLLED + 1 }, (_, at) => {
      const [urn, of] = [String(100_000 + at), { programmeId, reason: 'moved away' }];
      const enrolled = settingEnrolled({
        ...{ programmeId, urn, settingName: urn, reportWindows, programme: reference, setting: reference },
      });
      // The last one has left.
      const left = at < ENROLLED ? [] : [settingWithdrawn({ ...of, urn })];
      return append(`participation-${programmeId}.${urn}`, enrolled, ...left);
    }),
  );
});
afterAll(async () => {
  await Promise.all([events.close(), reads.close()]);
  await rm(folder, { recursive: true, force: true });
});

describe('extending the deadline of all', () => {
  const all = { programmeId, window: 1, reason: 'a flood', urns: 'all' as const };

  it('reaches every setting that is enrolled, however many, tells the first of them, and does nothing twice', async () => {
    const told: number[] = [];
    const progress = (done: number, total: number): void => void told.push(done / total);
    const input = { ...all, dueOn: '2025-02-14', progress };
    const done = await handler.execute(new ExtendReportDeadlines(input, context()));
    expect(done).toMatchObject({ extended: ENROLLED, alreadySo: 0, refused: 0 });
    expect(done.settings).toHaveLength(MOST_TOLD);
    expect([told.length, told.at(-1)]).toEqual([ENROLLED, 1]);
    const again = await handler.execute(new ExtendReportDeadlines(input, context()));
    expect(again).toMatchObject({ extended: 0, alreadySo: ENROLLED, refused: 0, position: null });
  });

  it('names at most so many, and whose it is must be said', async () => {
    const urns = Array.from({ length: MOST_TOLD + 1 }, (_, at) => String(100_000 + at));
    const many = new ExtendReportDeadlines({ ...all, urns, dueOn: '2025-02-15' }, context());
    await expect(handler.execute(many)).rejects.toThrow('name them in parts, or say all');
    expect(settingsMeant(undefined, true)).toBe('all');
    expect(settingsMeant(['1'])).toEqual(['1']);
    expect(() => settingsMeant(undefined)).toThrow('urns or all is needed');
    expect(() => settingsMeant(['1'], true)).toThrow('cannot both be given');
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ListSnapshots,
  RetakeSnapshot,
  type RetakenSnapshot,
  snapshots,
  TakeSnapshot,
  type SnapshotDocument,
} from '#domain/evaluation';
import { CreateProgramme } from '#domain/programme';
import { instantFromMillis, randomId, systemActor, type AnyEvent, type Instant } from '#kernel';
import { readConfiguration } from '#platform/config';
import { EventCodec, type CommandContext, type Outcome } from '#platform/event-store';
import { ReadModels, type Page } from '#platform/read-store';
import { person } from '#testing';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { openOffice, type Office } from '../../apps/ops/src/office.js';
import { ops } from './api-process.js';

const PROGRAMME = 'ipswich';
const evidence = { eventId: 'e', stream: 's-1', revision: '0', type: 'Test' };
const policy = {
  kind: 'rate-per-fte',
  ...{ version: 1, ratePencePerFte: 100_000, floorPence: 1_000_000, capPence: 5_000_000 },
};

function context(occurredAt?: Instant): CommandContext {
  const commandId = randomId();
  return {
    commandId,
    correlationId: commandId,
    causationId: commandId,
    actor: person('amina'),
    ...(occurredAt === undefined ? {} : { occurredAt }),
  };
}

/** A folder with a programme, three settings enrolled and one of them with an offer accepted and a tranche released. */
class Programme {
  office!: Office;
  constructor(readonly folder: string) {}

  async open(): Promise<this> {
    const configuration = readConfiguration({ DATA_DIR: this.folder, LOG_LEVEL: 'error' });
    this.office = await openOffice(configuration, { create: true });
    return this;
  }

  async record(stream: string, ...events: readonly AnyEvent[]): Promise<void> {
    const { stores, app } = this.office;
    const codec = app.get(EventCodec);
    let revision = -1n;
    for await (const event of stores.events.readStream(stream)) ({ revision } = event);
    const at = instantFromMillis(Date.now());
    await stores.events.append(
      stream,
      revision < 0n ? 'no-stream' : revision,
      events.map((event) =>
        codec.encode(event, randomId(), {
          occurredAt: at,
          recordedAt: at,
          actor: systemActor('test'),
          commandId: randomId(),
          correlationId: 'test',
          causationId: 'test',
        }),
      ),
    );
  }

  async enrol(urn: string): Promise<void> {
    const data = {
      programmeId: PROGRAMME,
      urn,
      settingName: urn,
      reportWindows: [],
      programme: evidence,
      setting: evidence,
    };
    await this.record(`participation-${PROGRAMME}.${urn}`, { type: 'SettingEnrolled', data });
  }

  async begin(): Promise<void> {
    await this.office.app.get(CommandBus).execute(
      new CreateProgramme(
        {
          id: PROGRAMME,
          name: 'Ipswich',
          area: 'Ipswich',
          startsOn: '2024-09-01',
          endsOn: '2026-08-31',
          budgetPence: 120_000_000,
          policy: { ratePencePerFte: 100_000, floorPence: 1_000_000, capPence: 5_000_000 },
          tranches: [{ number: 1, shareBasisPoints: 10_000, conditions: ['agreement-accepted'] }],
          reportWindows: [],
        },
        context(),
      ),
    );
    for (const urn of ['100001', '100002', '100003']) await this.enrol(urn);
    const of = { programmeId: PROGRAMME, urn: '100001' };
    await this.record(
      `allocation-${PROGRAMME}.100001`,
      {
        type: 'AllocationOffered',
        data: {
          ...of,
          settingName: '100001',
          reservationId: 'r',
          fte: '20.0',
          figure: evidence,
          policy,
          programme: evidence,
          unclampedPence: 2_000_000,
          remainderPence: 0,
          round: null,
          acceptBy: null,
          carriedOver: null,
          amountPence: 2_000_000,
          tranches: [{ number: 1, shareBasisPoints: 10_000, amountPence: 2_000_000, conditions: [] }],
        },
      },
      {
        type: 'OfferAccepted',
        data: { ...of, amountPence: 2_000_000, reservationId: 'r', signature: evidence },
      },
      { type: 'TrancheReleased', data: { ...of, number: 1, amountPence: 2_000_000 } },
    );
  }

  async take(
    how = context(),
  ): Promise<{ id: string; hash: string; cut: { eventId: string; count: number } }> {
    const outcome = await this.office.app
      .get(CommandBus)
      .execute<TakeSnapshot, Outcome>(new TakeSnapshot({ programmeId: PROGRAMME }, how));
    const data = outcome.events[0]!.data as {
      snapshotId: string;
      hash: string;
      cut: { eventId: string; count: number };
    };
    return { id: data.snapshotId, hash: data.hash, cut: data.cut };
  }

  retake(id: string): Promise<RetakenSnapshot> {
    return this.office.app.get(QueryBus).execute<RetakeSnapshot, RetakenSnapshot>(new RetakeSnapshot(id));
  }

  /** Somebody with the file and no scruples. */
  async alter(sql: string, ...values: readonly string[]): Promise<void> {
    await this.office.close();
    const database = new DatabaseSync(join(this.folder, 'events.sqlite'));
    const { changes } = database.prepare(sql).run(...values);
    database.close();
    expect(changes).not.toBe(0);
    await this.open();
  }
}

describe('an evaluation snapshot on the embedded store', () => {
  let root: string;
  let template: string;
  let count = 0;
  let programme: Programme;
  let taken: Awaited<ReturnType<Programme['take']>>;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'tranche-snapshot-'));
    template = join(root, 'template');
    const first = await new Programme(template).open();
    await first.begin();
    await first.office.close();
  });
  beforeEach(async () => {
    const folder = join(root, String((count += 1)));
    await cp(template, folder, { recursive: true });
    programme = await new Programme(folder).open();
    taken = await programme.take();
  });
  afterEach(() => programme.office.close());
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('names its cut by the last event and the count, and measures', async () => {
    const events = [];
    for await (const page of programme.office.stores.events.readAll()) events.push(...page);
    expect(taken.cut).toEqual({ eventId: events.at(-2)!.id, count: events.length - 1 });
    const retaken = await programme.retake(taken.id);
    expect(retaken).toMatchObject({ same: true, hash: taken.hash, frozenHash: taken.hash, cut: taken.cut });
    expect(retaken.measures).toMatchObject({
      takeUp: { enrolled: 3, offered: 1, accepted: 1, acceptedOfBudget: { basisPoints: 166 } },
      drawnDown: { releasedOfAccepted: { basisPoints: 10_000 }, settingsFullyPaid: 1 },
    });
  });

  it('has the same hash with the read models and jobs deleted', async () => {
    await programme.office.close();
    for (const file of ['read-models.sqlite', 'jobs.sqlite']) {
      for (const ending of ['', '-wal', '-shm'])
        await rm(join(programme.folder, file + ending), { force: true });
    }
    await programme.open();
    expect(await programme.retake(taken.id)).toMatchObject({ same: true, hash: taken.hash });
  });

  it('has the same hash with later events appended', async () => {
    await programme.enrol('100004');
    expect(await programme.retake(taken.id)).toMatchObject({ same: true, hash: taken.hash });
    const next = await programme.take();
    expect(next.hash).not.toBe(taken.hash);
    expect(await programme.retake(next.id)).toMatchObject({
      same: true,
      measures: { takeUp: { enrolled: 4 } },
    });
  });

  const ALTERATIONS = {
    'an amount': `UPDATE events SET data = replace(data, '"amountPence":2000000', '"amountPence":2000001') WHERE type = 'TrancheReleased'`,
    'who did it': `UPDATE events SET metadata = replace(metadata, 'system:test', 'system:other') WHERE type = 'OfferAccepted'`,
    'when it happened': `UPDATE events SET metadata = json_set(metadata, '$.occurredAt', '2024-01-01T00:00:00.000Z') WHERE type = 'SettingEnrolled'`,
    'an event no measure looks at': `UPDATE events SET data = replace(data, '"setting":{"eventId":"e"', '"setting":{"eventId":"f"') WHERE type = 'SettingEnrolled'`,
    'the id of the last event': `UPDATE events SET id = 'another' WHERE type = 'TrancheReleased'`,
    'an event so that it cannot be read': `UPDATE events SET data = '{}' WHERE type = 'OfferAccepted'`,
    'the order of two events': `UPDATE events SET position = CASE type WHEN 'OfferAccepted' THEN position - 1 ELSE position + 1 END * -1 WHERE type IN ('AllocationOffered', 'OfferAccepted')`,
    'that an event is there': `DELETE FROM events WHERE type = 'OfferAccepted'`,
  };
  it.each(Object.entries(ALTERATIONS))('has another hash once somebody altered %s', async (_what, sql) => {
    await programme.alter(sql);
    if (sql.includes('* -1'))
      await programme.alter('UPDATE events SET position = -position WHERE position < 0');
    const retaken = await programme.retake(taken.id);
    expect(retaken.same).toBe(false);
    expect(retaken.hash).not.toBe(taken.hash);
    expect(retaken.frozenHash).toBe(taken.hash);
  });

  it('at the command line fails with both hashes once somebody altered an event, and tells the new ones all the same', async () => {
    await programme.alter(ALTERATIONS['an amount']);
    const { code, stdout, stderr } = await ops(programme.folder, ['snapshot', 'retake', taken.id, '--json']);
    expect(code).toBe(1);
    const { error } = JSON.parse(stderr) as { error: { code: string; hash: string; frozenHash: string } };
    expect(error).toMatchObject({ code: 'SNAPSHOT.DIFFERS', frozenHash: taken.hash });
    expect(JSON.parse(stdout)).toMatchObject({ id: taken.id, same: false, cut: taken.cut, hash: error.hash });
    expect(error.hash).not.toBe(taken.hash);
  });

  it('has the same hash when only the writing of an event changed, not what it says', async () => {
    await programme.alter(`UPDATE events SET data = ' ' || data WHERE type = 'OfferAccepted'`);
    expect(await programme.retake(taken.id)).toMatchObject({ same: true });
  });

  it('is taken once by a command that is sent twice', async () => {
    const how = context();
    const first = await programme.take(how);
    await programme.enrol('100005');
    expect(await programme.take(how)).toEqual(first);
  });

  it('is listed, newest first', async () => {
    const second = await programme.take();
    const { app } = programme.office;
    await app.get(ReadModels).upToHead(snapshots);
    const { documents } = await app
      .get(QueryBus)
      .execute<ListSnapshots, Page<SnapshotDocument>>(new ListSnapshots(PROGRAMME));
    expect(documents.map(({ id }) => id)).toEqual([second.id, taken.id]);
    expect(documents[1]).toMatchObject({ hash: taken.hash, cut: taken.cut, takenBy: 'amina' });
  });

  it('is refused for a programme or a snapshot that does not exist', async () => {
    const { app } = programme.office;
    const take = app.get(CommandBus).execute(new TakeSnapshot({ programmeId: 'nowhere' }, context()));
    await expect(take).rejects.toMatchObject({ code: 'PROGRAMME.NOT_FOUND' });
    await expect(programme.retake('nothing')).rejects.toMatchObject({ code: 'SNAPSHOT.NOT_FOUND' });
  });

  it('leaves the thread to others while it folds a long history', async () => {
    for (let batch = 0; batch < 20; batch += 1) {
      const events = Array.from({ length: 500 }, (_, index) => ({
        type: 'TrancheProposed',
        data: { programmeId: PROGRAMME, urn: '100001', number: 1, amountPence: index },
      }));
      await programme.record(`allocation-other.${batch}`, ...events);
    }
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    await programme.take();
    delay.disable();
    // Nanoseconds, over a few hundred turns. Folded in one go, it would be one turn of a second or more.
    expect(delay.count).toBeGreaterThan(10);
    expect(delay.percentile(99) / 1e6).toBeLessThan(100);
  });
});

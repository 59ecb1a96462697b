import { person } from '#testing';
import { parseInstant, randomId, RefusalError, systemClock, type Instant } from '#kernel';
import {
  Decisions,
  EventCodec,
  openSqliteEventStore,
  type CommandContext,
  type EventStore,
} from '#platform/event-store';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ImportSettings, ImportSettingsHandler } from './import-settings/import-settings.handler.js';
import { ImportWorkforce, ImportWorkforceHandler } from './import-workforce/import-workforce.handler.js';
import { setting } from './setting.js';
import { settingEvents, settingRegistered } from './setting.events.js';

const fixture = (name: string): string => resolve('test/fixtures/gias', name);
const REAL_EXTRACT = resolve('../shared/data/gias-sample.csv');

/** Everything that is kept of a setting. */
const KEPT = Object.keys(settingRegistered.data.properties).sort();

let folder: string;
let store: EventStore;
let decisions: Decisions;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tranche-import-'));
  store = await openSqliteEventStore({ path: join(folder, 'events.sqlite') });
  decisions = new Decisions(store, new EventCodec(settingEvents), systemClock);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

function context(changed: Partial<CommandContext> = {}): CommandContext {
  const commandId = changed.commandId ?? randomId();
  return { commandId, correlationId: commandId, causationId: commandId, actor: person('ola'), ...changed };
}

const importSettings = (
  content: string | Uint8Array,
  file = 'gias.csv',
  changed: Partial<CommandContext> = {},
) =>
  new ImportSettingsHandler(decisions).execute(
    new ImportSettings({ file, content: Buffer.from(content) }, context(changed)),
  );
const importWorkforce = (
  content: string | Uint8Array,
  file = 'census.csv',
  changed: Partial<CommandContext> = {},
) =>
  new ImportWorkforceHandler(decisions).execute(
    new ImportWorkforce({ file, content: Buffer.from(content) }, context(changed)),
  );

async function countEvents(): Promise<number> {
  let count = 0;
  for await (const page of store.readAll()) count += page.length;
  return count;
}

async function refusalOf(work: Promise<unknown>): Promise<RefusalError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RefusalError);
  return error as RefusalError;
}

const header = 'URN,EstablishmentName,EstablishmentStatus (name),LA (code),PhaseOfEducation (name)';
const row = (urn: number, name = `School ${urn}`): string => `${urn},${name},Open,935,Primary`;
const file = (...rows: string[]): string => [header, ...rows, ''].join('\n');
const many = (count: number): string =>
  file(...Array.from({ length: count }, (_, index) => row(100_000 + index)));

describe('importing settings', () => {
  it('registers each, citing file, row and hash, and the same file again writes nothing', async () => {
    const content = await readFile(fixture('full-width.csv'));
    const sha256 = createHash('sha256').update(content).digest('hex');
    const first = await importSettings(content, '/some/where/full-width.csv');
    expect(first).toMatchObject({ rows: 12, registered: 12, changed: 0, unchanged: 0, sha256 });
    expect(first.position).not.toBeNull();
    const { state } = await decisions.load(setting, '100012');
    expect(state).toMatchObject({
      status: 'registered',
      details: {
        name: 'Carlton Primary School',
        status: 'Open, but proposed to close',
        closeDate: '2021-08-31',
        ukprn: '10078063',
        laCode: '202',
        districtCode: 'E09000007',
      },
    });
    const { history } = await decisions.load(setting, '100000');
    expect(history[0]?.data).toMatchObject({ source: { file: 'full-width.csv', row: 2, sha256 } });
    expect(history[0]?.metadata.actor.subject).toBe('ola');

    const again = await importSettings(content, 'full-width.csv');
    expect(again).toMatchObject({ registered: 0, changed: 0, unchanged: 12, position: null });
    expect(await countEvents()).toBe(12);
  });

  it('reads the same settings from 18 columns in another order, with / in dates and a byte order mark', async () => {
    await importSettings(await readFile(fixture('full-width.csv')));
    const narrow = await importSettings(await readFile(fixture('eighteen-columns.csv')));
    expect(narrow).toMatchObject({ rows: 12, unchanged: 12, changed: 0, registered: 0 });
  });

  const realOrSkip = existsSync(REAL_EXTRACT) ? it : it.skip;
  realOrSkip('reads the real extract beside the repository, and keeps no head teacher', async () => {
    const imported = await importSettings(await readFile(REAL_EXTRACT), 'gias-sample.csv');
    expect(imported).toMatchObject({ rows: 99, registered: 99 });
    for await (const page of store.readAll()) {
      for (const { data } of page) expect(Object.keys(data).sort()).toEqual(KEPT);
    }
  });

  it('keeps nobody’s name', async () => {
    const content = `${header},HeadFirstName,HeadLastName\n${row(100_000)},Ada,Quillfeather\n`;
    await importSettings(content);
    for await (const page of store.readAll())
      expect(JSON.stringify(page.map(({ data }) => data))).not.toMatch(/Quillfeather|Ada/);
  });

  it('writes only what a later extract says differently', async () => {
    await importSettings(file(row(100_000), row(100_001)));
    const later = await importSettings(file(row(100_001, 'New name'), row(100_000), row(100_002)));
    expect(later).toMatchObject({ registered: 1, changed: 1, unchanged: 1 });
  });

  it('names both rows of a URN that is there twice, and every other problem, and writes nothing', async () => {
    const content = file(
      row(100_000),
      row(100_001),
      row(100_000),
      '12,x,Open,935,Primary',
      '100002,y,Shut,935,Primary',
    );
    const { refusal } = await refusalOf(importSettings(content));
    expect(refusal).toMatchObject({ code: 'IMPORT.DUPLICATE_URN', kind: 'invalid' });
    expect(refusal.message).toContain('row 4: URN 100000 stands in row 2 already');
    expect(refusal.message).toContain("row 5: URN '12'");
    expect(refusal.message).toContain("row 6: EstablishmentStatus (name) 'Shut' must be one of");
    expect(refusal.details).toMatchObject({ row: 4, field: 'URN', problemCount: 3 });
    expect(await countEvents()).toBe(0);
  });

  it('refuses a day in the future, and an extract older than what the register has', async () => {
    const future = await refusalOf(
      importSettings(file(row(100_000)), 'gias.csv', { occurredAt: parseInstant('2999-01-01T00:00:00Z') }),
    );
    expect(future.code).toBe('TIME.IN_FUTURE');
    await importSettings(file(row(100_000)), 'new.csv', { occurredAt: parseInstant('2024-03-01T00:00:00Z') });
    const older = await refusalOf(
      importSettings(file(row(100_001), row(100_000, 'Old')), 'old.csv', {
        occurredAt: parseInstant('2024-01-01T00:00:00Z'),
      }),
    );
    expect(older.code).toBe('TIME.BEFORE_ITS_FACTS');
    expect(older.message).toContain('row 3');
    expect(await countEvents()).toBe(1);
  });

  it('answers the same when the very same command is sent again', async () => {
    const commandId = randomId();
    const first = await importSettings(many(5), 'gias.csv', { commandId });
    const second = await importSettings(many(5), 'gias.csv', { commandId });
    expect(second).toEqual(first);
    expect(await countEvents()).toBe(5);
  });
});

describe('an import that is interrupted', () => {
  it('by a full disk says how far it came, and is finished by importing again', async () => {
    const full = await openSqliteEventStore({ path: join(folder, 'small.sqlite'), maxPages: 60 });
    const small = new Decisions(full, new EventCodec(settingEvents), systemClock);
    const failed = await refusalOf(
      new ImportSettingsHandler(small).execute(
        new ImportSettings({ file: 'gias.csv', content: Buffer.from(many(2000)) }, context()),
      ),
    );
    await full.close();
    expect(failed.refusal).toMatchObject({ code: 'STORE.FULL', kind: 'full' });
    expect(failed.message).toMatch(/\d+ of 2000 rows had been written: import the same file again/);

    const roomy = await openSqliteEventStore({ path: join(folder, 'small.sqlite') });
    const again = await new ImportSettingsHandler(
      new Decisions(roomy, new EventCodec(settingEvents), systemClock),
    ).execute(new ImportSettings({ file: 'gias.csv', content: Buffer.from(many(2000)) }, context()));
    await roomy.close();
    expect(again.registered + again.unchanged).toBe(2000);
    expect(again.unchanged).toBe(failed.refusal.details['rowsWritten']);
    expect(again.unchanged).toBeGreaterThan(0);
  });
});

describe('importing teacher numbers', () => {
  const census = 'school_urn,school_name,teachers_fte\n100000,a,23.4\n100001,b,x\n';

  it('records each with its source, what is withheld as unknown, and the same file again writes nothing', async () => {
    await importSettings(many(2));
    const first = await importWorkforce(census);
    expect(first).toMatchObject({ rows: 2, recorded: 2, unchanged: 0, suppressed: 1 });
    const { state } = await decisions.load(setting, '100001');
    expect(state).toMatchObject({
      figure: { fte: null, suppressedAs: 'x', source: { file: 'census.csv', row: 3, sha256: first.sha256 } },
    });
    expect(await importWorkforce(census, 'renamed.csv')).toMatchObject({ recorded: 0, unchanged: 2 });
    expect(await countEvents()).toBe(4);
  });

  it('writes only the rows that a corrected file gives otherwise', async () => {
    await importSettings(many(2));
    await importWorkforce(census);
    const corrected = await importWorkforce(`${census.replace('100001,b,x', '100001,b,7.5')}`, 'second.csv');
    expect(corrected).toMatchObject({ recorded: 1, unchanged: 1 });
    const { state } = await decisions.load(setting, '100000');
    expect(state).toMatchObject({ figure: { fte: '23.4', source: { file: 'census.csv' } } });
    expect(await countEvents()).toBe(5);
  });

  it('refuses settings that the register does not know, all of them, and writes nothing', async () => {
    await importSettings(many(1));
    const { refusal } = await refusalOf(importWorkforce(`${census}100009,c,1\n`));
    expect(refusal.code).toBe('SETTING.NOT_FOUND');
    expect(refusal.message).toContain('row 3: there is no setting 100001');
    expect(refusal.message).toContain('row 4: there is no setting 100009');
    expect(await countEvents()).toBe(1);
  });

  it('refuses a file of several years', async () => {
    await importSettings(many(1));
    const { refusal } = await refusalOf(
      importWorkforce('time_period,school_urn,teachers_fte\n2023,100000,1\n2024,100000,2\n'),
    );
    expect(refusal.code).toBe('IMPORT.DUPLICATE_URN');
    expect(refusal.message).toContain('keep the rows of one census only');
  });
});

it('leaves the thread to others while it decides and writes thousands of rows', async () => {
  const content = many(3000);
  const waits: number[] = [];
  let running = true;
  const watch = (async () => {
    for (let last = performance.now(); running;) {
      await setImmediate();
      const now = performance.now();
      waits.push(now - last);
      last = now;
    }
  })();
  const steps: number[] = [];
  const occurredAt: Instant = decisions.now();
  const imported = await new ImportSettingsHandler(decisions).execute(
    new ImportSettings(
      { file: 'gias.csv', content: Buffer.from(content), progress: (done) => steps.push(done) },
      context({ occurredAt }),
    ),
  );
  running = false;
  await watch;
  expect(imported.registered).toBe(3000);
  expect(steps.at(-1)).toBe(6000);
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  expect(waits.sort((a, b) => a - b)[Math.floor(waits.length * 0.99)]).toBeLessThan(50);
});

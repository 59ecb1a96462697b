// The demonstration as a person runs it, and what can be asked of the store that it leaves.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { ApiProcess, ops, temporaryFolder, type Ended } from './api-process.js';
import {
  asked,
  citedIn,
  countOf,
  eventsOf,
  expectLapseExplained,
  expectLedgerIdentities,
  expectRoles,
  expectSuccession,
  flattened,
  only,
  sha256,
  type Explained,
  type Ledger,
  type Taken,
  type Told,
  type Tranche,
} from './demo-store.js';
import { itEmbedded, itOnServers } from './it-embedded.js';

const SAMPLE_DATA = fileURLToPath(new URL('../../../infra/sample-data', import.meta.url));
const PROGRAMME = 'workforce-development';

// Every question is a process of its own, and they share the machine with the rest of the suite: a bound for what hangs.
jest.setTimeout(900_000);

let root: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => (root = await temporaryFolder()));
afterAll(() => root.remove());

describe('the demo on its own files', () => {
  let data: string;
  let ended: Ended;
  let events: Told[];

  beforeAll(async () => {
    data = join(root.path, 'demo');
    ended = await ops(data, ['demo']);
    events = await eventsOf(data);
  });

  it('ends well, and shows progress, the ledger, an explanation and what to do next', () => {
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stderr).toMatch(/Importing gias\.csv/);
    expect(ended.stderr.match(/Academic year to \d{4}-08-31: \d+/g)).toHaveLength(2);
    expect(ended.stdout).toMatch(/ops -- ledger workforce-development/);
    expect(ended.stdout).toMatch(/ops -- explain tranche workforce-development\.\d+\.2/);
    expect(ended.stdout).toMatch(/npm start/);
    expect(ended.stdout).toMatch(/ops -- token/);
  });

  it('says which settings were left out, and why', () => {
    expect(ended.stdout).toMatch(/status is 'Closed': .*Old Dock High School/);
    expect(ended.stdout).toMatch(/status is 'Proposed to open': .*Cornflower Rise/);
    expect(ended.stdout).toMatch(/number of teachers is not known \('c'\): .*Puddlefoot/);
    expect(ended.stdout).toMatch(/number of teachers is not known \('x'\): .*Millrace/);
    // One of each is the academy that a school becomes in the second year.
    expect(countOf(events, 'SettingRegistered')).toBe(61);
    expect(countOf(events, 'SettingEnrolled')).toBe(51);
  });

  it('leaves two whole academic years in the past, told by a clock that never goes back', () => {
    const today = new Date().toISOString();
    const recorded = events.map((event) => event.metadata.recordedAt);
    expect(events.length).toBeGreaterThan(1000);
    expect(recorded).toEqual([...recorded].sort());
    expect(recorded.every((at) => at < today)).toBe(true);
    for (const { metadata } of events) expect(metadata.occurredAt <= metadata.recordedAt).toBe(true);
    const created = only(events, 'ProgrammeCreated');
    expect(created.endsOn < today).toBe(true);
    expect(Number(created.endsOn.slice(0, 4)) - Number(created.startsOn.slice(0, 4))).toBe(2);
    expect(created.budgetPence).toBe(120_000_000);
  });

  it('has the course of a real programme: plans returned, offers open, reports late and missing, money drawn down', async () => {
    expect(countOf(events, 'ActionPlanReturned')).toBeGreaterThan(3);
    expect(countOf(events, 'AllocationOffered')).toBeGreaterThan(countOf(events, 'OfferAccepted'));
    expect(countOf(events, 'ProgressReportAccepted')).toBeGreaterThan(50);
    const tranches = await asked<Tranche[]>(data, 'tranches', PROGRAMME);
    const released = tranches.filter((tranche) => tranche.released !== null);
    expect(released).toHaveLength(countOf(events, 'TrancheReleased'));
    expect(released.length).toBeLessThan(tranches.length);
    const dueOn = only(events, 'ProgrammeCreated').reportWindows[0]!.dueOn;
    const late = events.filter(
      (event) =>
        event.type === 'ProgressReportSubmitted' &&
        event.data.window === 1 &&
        event.metadata.occurredAt > `${dueOn}T23:00`,
    );
    expect(late.length).toBeGreaterThan(0);
    for (const number of ['1', '2', '3']) {
      expect(released.some((tranche) => String(tranche.number) === number)).toBe(true);
    }
  });

  it('has what goes wrong on the way: parts not accepted, proposals refused, tranches held, deadlines extended, settings that leave', async () => {
    for (const type of [
      'ProgressReportPartlyAccepted',
      'TrancheProposalRefused',
      'TrancheHeld',
      'SettingWithdrawn',
      'ReportDeadlineExtended',
      'FinancialReviewCompleted',
      'ReclaimReceived',
      'AllocationClosed',
    ]) {
      expect([type, countOf(events, type) > 0]).toEqual([type, true]);
    }
    expect(countOf(events, 'TrancheHeld')).toBe(countOf(events, 'TrancheResumed'));
    await expectLapseExplained(data, events);
  });

  it('has a school that closed and an academy that took its part over, with what the school had not drawn', async () => {
    expectSuccession(events, await asked<Ledger>(data, 'ledger', PROGRAMME));
  });

  it('has paid everything it released, one payment at the second attempt, and says so to the penny', async () => {
    expect(countOf(events, 'PaymentFailed')).toBe(1);
    expect(countOf(events, 'PaymentSettled')).toBe(countOf(events, 'TrancheReleased'));
    const failed = only(events, 'PaymentFailed');
    const paid = events.find(
      ({ type, data: { trancheId } }) => type === 'PaymentSettled' && trancheId === failed.trancheId,
    );
    expect(paid?.data.attempt).toBe(2);
    const reconciled = await asked<object>(data, 'reconcile', PROGRAMME);
    expect(reconciled).toMatchObject({ agrees: true, differences: [] });
    expect(await asked<object>(data, 'check-ledger', PROGRAMME)).toMatchObject({ holds: true });
  });

  it('has no plan that costs more than its setting was offered', () => {
    const offered = new Map(
      events.flatMap(({ type, data }) =>
        type === 'AllocationOffered' ? [[data.urn, data.amountPence]] : [],
      ),
    );
    const approved = events.filter(({ type }) => type === 'ActionPlanSubmitted');
    expect(approved.length).toBeGreaterThan(40);
    for (const { data } of approved) {
      expect(data.totalPence).toBeLessThanOrEqual(offered.get(data.urn) ?? Infinity);
    }
  });

  it('has three different people behind every released tranche', () => {
    const signed = new Map<string, Set<string>>();
    for (const { type, data, metadata } of events) {
      if (!['TrancheProposed', 'TrancheApproved', 'TrancheReleased'].includes(type)) continue;
      const key = `${data.urn}.${data.number}`;
      signed.set(key, (signed.get(key) ?? new Set()).add(metadata.actor.subject));
    }
    for (const { type, data } of events) {
      if (type === 'TrancheReleased') expect(signed.get(`${data.urn}.${data.number}`)?.size).toBe(3);
    }
  });

  it('has each decision taken in a role that the API would let take it', () => expectRoles(events));

  it('has a ledger that adds up, now and at the end of the first year', async () => {
    const ledger = await asked<Ledger>(data, 'ledger', PROGRAMME);
    expectLedgerIdentities(ledger);
    expect(ledger.settings).toHaveLength(51);
    expect(ledger.budgetPence).toBe(120_000_000);
    // The rate is the highest that fits, so that little is left over but what was never offered.
    expect(ledger.committedPence).toBeGreaterThan(100_000_000);
    const programme = only(events, 'ProgrammeCreated');
    const middle = `${Number(programme.startsOn.slice(0, 4)) + 1}-08-31`;
    const before = await asked<Ledger>(data, 'ledger', PROGRAMME, '--as-of', middle);
    expectLedgerIdentities(before);
    expect(before.releasedPence).toBeGreaterThan(0);
    expect(before.releasedPence).toBeLessThan(ledger.releasedPence);
  });

  it('explains a payment down to a row that is in the file, under the hash the file has', async () => {
    const id = /explain tranche (\S+)/.exec(ended.stdout)![1]!;
    const explained = await asked<Explained>(data, 'explain', 'tranche', id);
    const types = flattened(explained).flatMap((node) => (node.event === undefined ? [] : [node.event.type]));
    expect(types).toEqual(
      expect.arrayContaining([
        'TrancheReleased',
        'TrancheApproved',
        'TrancheProposed',
        'ProgressReportAccepted',
        'ActionPlanApproved',
        'OfferAccepted',
        'AllocationOffered',
        'WorkforceFigureRecorded',
      ]),
    );
    const urn = id.split('.')[1]!;
    const source = citedIn(explained, 'workforce.csv');
    const path = join(SAMPLE_DATA, source.file);
    expect(source.sha256).toBe(await sha256(path));
    const rows: string[][] = parse(await readFile(path));
    const offered = events.find(
      (event) => event.type === 'AllocationOffered' && event.data.urn === urn,
    )!.data;
    expect(rows[source.row - 1]).toEqual([urn, offered.settingName, offered.fte]);
  });

  it('has a snapshot of each year that comes out the same again', async () => {
    const snapshots = await asked<Taken[]>(data, 'snapshots', PROGRAMME);
    expect(snapshots).toHaveLength(2);
    for (const { id, hash, cut } of snapshots) {
      expect(await asked(data, 'snapshot', 'retake', id)).toMatchObject({ id, hash, cut, same: true });
    }
  });

  it('has sent each reminder once, in its time, and no job is left over', async () => {
    const reminders = events.filter((event) => event.type === 'ReminderSent');
    const files = (await readdir(join(data, 'outbox'))).filter((name) => name.endsWith('.json'));
    expect(reminders.length).toBeGreaterThan(100);
    expect(reminders.map((event) => event.data.file).sort()).toEqual(files.sort());
    for (const status of ['waiting', 'running', 'dead']) {
      expect(await asked(data, 'jobs', '--status', status)).toEqual([]);
    }
  });

  it('is served afterwards without a single old reminder, and nothing is recorded by itself', async () => {
    const outbox = await readdir(join(data, 'outbox'));
    const api = await ApiProcess.start(data);
    await api.ready();
    const board = await api.as('board.member', 'board');
    const answer = await board.get(`/api/v1/programmes/${PROGRAMME}/ledger`);
    expect(answer.status).toBe(200);
    expectLedgerIdentities(answer.body as Ledger);
    const listed = await board.get(`/api/v1/programmes/${PROGRAMME}/snapshots`);
    const [newest] = (listed.body as { documents: Taken[] }).documents;
    const retaken = await board.post(`/api/v1/snapshots/${newest!.id}/retake`, {});
    expect(retaken).toMatchObject({ status: 200, body: { hash: newest!.hash, same: true } });
    await pause(1500);
    await api.stop();
    expect(await readdir(join(data, 'outbox'))).toEqual(outbox);
    expect(await eventsOf(data)).toHaveLength(events.length);
  });

  itOnServers('comes out the same as on embedded engines', async () => {
    const embedded = { EVENTSTORE_URL: '', MONGODB_URL: '', REDIS_URL: '' };
    const here = async (...words: readonly string[]): Promise<unknown> => {
      const answered = await ops(join(root.path, 'embedded'), [...words, '--json'], embedded);
      expect(answered).toMatchObject({ code: 0, stderr: '' });
      return JSON.parse(answered.stdout);
    };
    expect(await here('demo')).toMatchObject({ programmeId: PROGRAMME, events: events.length });
    for (const question of [
      ['ledger', PROGRAMME, '--as-of', '2026-07-31'],
      ['ledger', PROGRAMME, '--as-of', '2025-03-31', '--recorded-as-of', '2025-06-30'],
      ['tranches', PROGRAMME],
      ['reports', PROGRAMME],
      ['payments', PROGRAMME],
      ['programme', 'show', PROGRAMME, '--as-of', '2026-07-31'],
    ]) {
      expect(await asked(data, ...question)).toEqual(await here(...question));
    }
  });

  itOnServers('is not run over one that is there', async () => {
    const again = await ops(data, ['demo', '--force', '--json']);
    expect(again.code).toBe(1);
    expect(JSON.parse(again.stderr)).toMatchObject({ error: { code: 'DEMO.EXISTS' } });
    expect(await eventsOf(data)).toHaveLength(events.length);
  });

  itEmbedded('is not overwritten unless it is said to', async () => {
    const before = await sha256(join(data, 'events.sqlite'));
    const again = await ops(data, ['demo', '--json']);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(again.stderr)).toMatchObject({
      error: { code: 'DEMO.EXISTS', message: expect.stringContaining('--force') },
    });
    expect(await sha256(join(data, 'events.sqlite'))).toBe(before);
  });

  itEmbedded('stays as it was when the demo that was to replace it fails', async () => {
    const before = await sha256(join(data, 'events.sqlite'));
    const broken = join(root.path, 'broken.csv');
    await writeFile(broken, 'URN,EstablishmentName\n100000,No columns\n');
    const failed = await ops(data, ['demo', '--force', '--gias', broken]);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/EstablishmentStatus/);
    expect(await sha256(join(data, 'events.sqlite'))).toBe(before);
    expect((await readdir(data)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  itEmbedded('is not replaced while it is being served', async () => {
    const api = await ApiProcess.start(data);
    await api.ready();
    const refused = await ops(data, ['demo', '--force', '--json']);
    await api.stop();
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stderr).error.code).toBe('DEMO.IN_USE');
  });

  itEmbedded('comes out the same when it is replaced with --force', async () => {
    const end = only(events, 'ProgrammeCreated').endsOn;
    const before = await asked<Ledger>(data, 'ledger', PROGRAMME, '--as-of', end);
    const replaced = await asked(data, 'demo', '--force');
    expect(replaced).toMatchObject({
      programmeId: PROGRAMME,
      events: events.length,
      madeUpCensus: null,
      stopped: [],
    });
    expect(await asked<Ledger>(data, 'ledger', PROGRAMME, '--as-of', end)).toEqual(before);
  });
});

describe('the demo and what is not a demo', () => {
  it('never touches a live store, not even with --force', async () => {
    const live = join(root.path, 'live');
    await asked(live, 'import', 'settings', join(SAMPLE_DATA, 'gias.csv'));
    const before = await eventsOf(live);
    for (const force of [[], ['--force']]) {
      const refused = await ops(live, ['demo', ...force, '--json']);
      expect(refused.code).toBe(1);
      expect(JSON.parse(refused.stderr).error.code).toBe('DEMO.NOT_A_DEMO');
    }
    expect(await eventsOf(live)).toEqual(before);
  });

  itEmbedded('never touches a file that is not ours', async () => {
    const foreign = join(root.path, 'foreign');
    await mkdir(foreign);
    await writeFile(join(foreign, 'events.sqlite'), 'not a database, but somebody’s work'.repeat(10));
    const before = await sha256(join(foreign, 'events.sqlite'));
    const refused = await ops(foreign, ['demo', '--force', '--json']);
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stderr).error.code).toBe('STORE.FOREIGN_FILE');
    expect(await sha256(join(foreign, 'events.sqlite'))).toBe(before);
  });

  itEmbedded('leaves a folder alone that has lost its events', async () => {
    const lost = join(root.path, 'lost');
    await mkdir(lost);
    await copyFile(join(root.path, 'demo', 'jobs.sqlite'), join(lost, 'jobs.sqlite'));
    const refused = await ops(lost, ['demo', '--force', '--json']);
    expect(JSON.parse(refused.stderr).error.code).toBe('DEMO.NOT_A_DEMO');
    expect(existsSync(join(lost, 'jobs.sqlite'))).toBe(true);
  });

  it('says so when a file is not there', async () => {
    const refused = await ops(join(root.path, 'nothing'), ['demo', '--gias', 'nowhere.csv']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/nowhere\.csv/);
    expect(existsSync(join(root.path, 'nothing'))).toBe(false);
  });
});

import { randomId, RefusalError, systemClock, type Instant } from '#kernel';
import {
  Decisions,
  EventCodec,
  openSqliteEventStore,
  type CommandContext,
  type EventStore,
} from '#platform/event-store';
import { openSqliteRecords, type Records } from '#platform/records';
import { person } from '#testing';
import { afterEach, beforeEach, expect } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConfirmImport,
  ConfirmImportHandler,
  type ImportConfirmed,
} from '../confirm-import/confirm-import.handler.js';
import { ImportSettings, ImportSettingsHandler } from '../import-settings/import-settings.handler.js';
import { settingEvents } from '../setting.events.js';
import { DryRunImport, DryRunImportHandler, type ImportDryRun } from './dry-run-import.handler.js';
import type { Importable } from './importable.js';

export interface More {
  readonly what?: Importable;
  readonly file?: string;
  readonly at?: Instant;
}

/** Stores of its own for each test, and the three ways of importing a file. */
export class ImportDesk {
  private folder!: string;
  events!: EventStore;
  records!: Records;
  decisions!: Decisions;
  now: () => Instant = () => systemClock.now();

  constructor() {
    beforeEach(async () => {
      this.folder = await mkdtemp(join(tmpdir(), 'tranche-dry-run-'));
      this.events = await openSqliteEventStore({ path: join(this.folder, 'events.sqlite') });
      this.records = await openSqliteRecords({ path: join(this.folder, 'records.sqlite') });
      this.now = () => systemClock.now();
      this.decisions = new Decisions(this.events, new EventCodec(settingEvents), { now: () => this.now() });
    });
    afterEach(async () => {
      await Promise.all([this.events.close(), this.records.close()]);
      await rm(this.folder, { recursive: true, force: true });
    });
  }

  context(occurredAt?: Instant): CommandContext {
    const commandId = randomId();
    const ids = { commandId, correlationId: commandId, causationId: commandId };
    return { ...ids, actor: person('ola'), ...(occurredAt === undefined ? {} : { occurredAt }) };
  }

  dryRun(
    content: string,
    { what = 'settings', file: name = 'gias.csv', at }: More = {},
  ): Promise<ImportDryRun> {
    return new DryRunImportHandler(this.decisions, this.events, this.records).execute(
      new DryRunImport({ import: what, file: name, content: Buffer.from(content) }, this.context(at)),
    );
  }

  confirm(token: string, content: string, { what = 'settings', at }: More = {}): Promise<ImportConfirmed> {
    return new ConfirmImportHandler(this.decisions, this.records).execute(
      new ConfirmImport({ import: what, token, content: Buffer.from(content) }, this.context(at)),
    );
  }

  importNow(content: string): Promise<unknown> {
    return new ImportSettingsHandler(this.decisions).execute(
      new ImportSettings({ file: 'now.csv', content: Buffer.from(content) }, this.context()),
    );
  }

  async countEvents(): Promise<number> {
    let count = 0;
    for await (const page of this.events.readAll()) count += page.length;
    return count;
  }
}

export async function refusalOf(work: Promise<unknown>): Promise<RefusalError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RefusalError);
  return error as RefusalError;
}

export const HEADER = 'URN,EstablishmentName,EstablishmentStatus (name),LA (code),PhaseOfEducation (name)';
export const row = (urn: number | string, name = `School ${urn}`, status = 'Open'): string =>
  `${urn},${name},${status},935,Primary`;
export const file = (...rows: string[]): string => [HEADER, ...rows, ''].join('\n');
/** Three rows that can be used, and two that cannot. */
export const MIXED = file(
  row(100_001),
  row(100_002, 'Renamed'),
  row(100_003),
  row('12', 'x'),
  row(100_004, 'y', 'Shut'),
);

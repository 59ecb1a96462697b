import type { Instant } from '#kernel';
import type { DatabaseSync } from 'node:sqlite';
import type { CheckedWrite } from '../record-rules.js';
import { SWEPT_AT_ONCE, type ExpectedRecord, type RecordKey, type Version } from '../records.js';

export interface RecordRow {
  readonly value: string;
  readonly version: string;
  readonly expires_at: string | null;
}

function prepared(database: DatabaseSync) {
  return {
    get: database.prepare(`SELECT value, version, expires_at FROM records
      WHERE kind = ? AND id = ? AND (expires_at IS NULL OR expires_at > ?)`),
    insert:
      database.prepare(`INSERT INTO records (kind, id, version, value, expires_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (kind, id) DO UPDATE
      SET version = excluded.version, value = excluded.value, expires_at = excluded.expires_at
      WHERE records.expires_at <= ?`),
    update: database.prepare(`UPDATE records SET version = ?, value = ?, expires_at = ?
      WHERE kind = ? AND id = ? AND version = ? AND (expires_at IS NULL OR expires_at > ?)`),
    delete: database.prepare(`DELETE FROM records
      WHERE kind = ? AND id = ? AND version = ? AND (expires_at IS NULL OR expires_at > ?)`),
    anyExpired: database.prepare('SELECT 1 FROM records WHERE expires_at <= ? LIMIT 1'),
    sweep: database.prepare(`DELETE FROM records WHERE (kind, id) IN
      (SELECT kind, id FROM records WHERE expires_at <= ? LIMIT ${SWEPT_AT_ONCE})`),
    owner: database.prepare('SELECT event_store AS eventStore FROM owner'),
    own: database.prepare('INSERT INTO owner (only, event_store) VALUES (1, ?) ON CONFLICT DO NOTHING'),
    adopt: database.prepare(`INSERT INTO owner (only, event_store) VALUES (1, ?)
      ON CONFLICT DO UPDATE SET event_store = excluded.event_store`),
  };
}

/** The records and whose they are. Begins no transaction. */
export class RecordTable {
  private readonly sql;

  constructor(database: DatabaseSync) {
    this.sql = prepared(database);
  }

  get({ kind, id }: RecordKey, now: Instant): RecordRow | undefined {
    return this.sql.get.get(kind, id, now) as RecordRow | undefined;
  }

  /** @returns false if the record is not as expected */
  put(
    { kind, id }: RecordKey,
    { version, text, expiresAt }: CheckedWrite,
    expected: ExpectedRecord,
    now: Instant,
  ): boolean {
    const { changes } =
      expected === 'none'
        ? this.sql.insert.run(kind, id, version, text, expiresAt, now)
        : this.sql.update.run(version, text, expiresAt, kind, id, expected, now);
    return Number(changes) === 1;
  }

  delete({ kind, id }: RecordKey, expected: Version, now: Instant): boolean {
    return Number(this.sql.delete.run(kind, id, expected, now).changes) === 1;
  }

  anyExpired(now: Instant): boolean {
    return this.sql.anyExpired.get(now) !== undefined;
  }

  sweep(now: Instant): number {
    return Number(this.sql.sweep.run(now).changes);
  }

  owner(): string | undefined {
    return (this.sql.owner.get() as { eventStore: string } | undefined)?.eventStore;
  }

  /** @returns whose they are now: of this one, if of nobody before */
  own(eventStore: string): string {
    this.sql.own.run(eventStore);
    return this.owner()!;
  }

  adopt(eventStore: string): void {
    this.sql.adopt.run(eventStore);
  }
}

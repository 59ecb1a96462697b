import type { DatabaseKind } from '#platform/sqlite';

// Times by the caller's clock are instants (text); those by the wall clock are milliseconds since 1970.
// seq gives jobs of the same moment the order in which they came. AUTOINCREMENT: never used twice.
const FIRST = `
CREATE TABLE jobs (
  seq           INTEGER PRIMARY KEY AUTOINCREMENT,
  id            TEXT NOT NULL UNIQUE,
  kind          TEXT NOT NULL,
  payload       TEXT NOT NULL,
  status        TEXT NOT NULL DEFAULT 'waiting',
  run_at        TEXT NOT NULL,
  not_after     TEXT,
  attempts      INTEGER NOT NULL,
  attempts_made INTEGER NOT NULL DEFAULT 0,
  last_error    TEXT,
  enqueued_at   TEXT NOT NULL,
  ended_at      TEXT,
  cancelling    INTEGER NOT NULL DEFAULT 0,
  fence         INTEGER NOT NULL DEFAULT 0,
  held_until    INTEGER
) STRICT;
CREATE INDEX jobs_by_status ON jobs (status, run_at);
CREATE INDEX jobs_held ON jobs (held_until) WHERE status = 'running';
CREATE INDEX jobs_ended ON jobs (ended_at) WHERE ended_at IS NOT NULL AND status <> 'dead';
CREATE TABLE policies (name TEXT PRIMARY KEY, checkpoint INTEGER NOT NULL) STRICT;
CREATE TABLE schedules (name TEXT PRIMARY KEY, cron TEXT NOT NULL, moment TEXT NOT NULL) STRICT;
CREATE TABLE leases (
  name TEXT PRIMARY KEY, holder TEXT NOT NULL, fence INTEGER NOT NULL, held_until INTEGER NOT NULL
) STRICT;
CREATE TABLE fences (newest INTEGER NOT NULL) STRICT;
INSERT INTO fences VALUES (0);
`;

// What was granted tells a hold or lease that a clock set back has made longer from one that is still good.
const SECOND = `
ALTER TABLE jobs ADD COLUMN granted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE leases ADD COLUMN granted INTEGER NOT NULL DEFAULT 0;
DROP INDEX jobs_held;
CREATE INDEX jobs_expiring ON jobs (not_after) WHERE status = 'waiting' AND not_after IS NOT NULL;
CREATE TABLE owner (only INTEGER PRIMARY KEY CHECK (only = 1), event_store TEXT NOT NULL) STRICT;
`;

/** Everything but leases, and fences, which never go back. */
export const FORGET_ALL = 'DELETE FROM jobs; DELETE FROM policies; DELETE FROM schedules; DELETE FROM owner;';

export const JOBS_FILE: DatabaseKind = {
  name: 'jobs',
  applicationId: 0x54724a62,
  migrations: [FIRST, SECOND],
};

import type { DatabaseKind } from '#platform/sqlite';

// Expiry is by the caller's clock: an instant, as text.
const FIRST = `
CREATE TABLE records (
  kind       TEXT NOT NULL,
  id         TEXT NOT NULL,
  version    TEXT NOT NULL,
  value      TEXT NOT NULL,
  expires_at TEXT,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX records_expiring ON records (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE owner (only INTEGER PRIMARY KEY CHECK (only = 1), event_store TEXT NOT NULL) STRICT;
`;

export const RECORDS_FILE: DatabaseKind = {
  name: 'records',
  applicationId: 0x54725263,
  migrations: [FIRST],
  // Payees' details and keys.
  secret: true,
};

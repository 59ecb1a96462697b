import { derivedId, isUuid, refusal, RefusalError, type Instant, type JsonObject } from '#kernel';
import type { Records } from '#platform/records';
import type { Importable } from './importable.js';
import type { RowCounts } from './look-at-rows.js';

/** A dry run can be confirmed for so long. */
export const DRY_RUN_HOURS = 24;

const KIND = 'import-dry-run';

/** What is kept of a dry run: hashes of what it rested on, never the rows. */
export interface KeptDryRun {
  readonly import: Importable;
  /** By which the file is cited. */
  readonly file: string;
  readonly sha256: string;
  /** When what the file says happened, if that was said. */
  readonly occurredAt: Instant | null;
  readonly counts: RowCounts;
  /** Over row, URN, revision read and outcome of every row. */
  readonly digest: string;
  /** The end of the log when it began; `null` if there was no event. */
  readonly head: string | null;
  readonly at: Instant;
}

export async function keepDryRun(
  records: Records,
  token: string,
  dryRun: KeptDryRun,
  expiresAt: Instant,
): Promise<void> {
  const value = dryRun as unknown as JsonObject;
  await records.put({ kind: KIND, id: token }, { value, expected: 'none', expiresAt }, dryRun.at);
}

/** @throws RefusalError `IMPORT.DRY_RUN_UNKNOWN` */
export async function dryRunOf(records: Records, token: string, now: Instant): Promise<KeptDryRun> {
  const kept = isUuid(token)
    ? await records.get<JsonObject>({ kind: KIND, id: token.toLowerCase() }, now)
    : undefined;
  if (kept !== undefined) return kept.value as unknown as KeptDryRun;
  throw new RefusalError(
    refusal(
      'IMPORT.DRY_RUN_UNKNOWN',
      'not-found',
      `there is no dry run with this token: a token is good for ${DRY_RUN_HOURS} hours. Make the dry run again`,
      { field: 'token' },
    ),
  );
}

/** The import that a dry run leads to: confirmed twice, it is the same one and goes on where it was. */
export function importIdOf(token: string): string {
  return derivedId('confirmed-import', token.toLowerCase());
}

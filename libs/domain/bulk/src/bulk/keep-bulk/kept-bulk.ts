import { isUuid, refusal, RefusalError, type Instant, type JsonObject, type Person } from '#kernel';
import type { Records, Version } from '#platform/records';
import type { BulkAction, BulkRow } from '../read-rows/bulk-rows.js';
import type { LookedAtRow, RowOutcome } from '../run-row/row-commands.js';

/** A dry run can be confirmed, and what came of it read, for so long. */
export const BULK_DAYS = 7;

const KIND = 'bulk';
const ROW_KIND = 'bulk-row';
const AT_ONCE = 25;

/** A dry run, its rows beside it. Personal data is the subject's id, as in events. */
export interface KeptBulk {
  readonly action: BulkAction;
  readonly programmeId: string;
  readonly header: readonly string[];
  readonly rows: number;
  readonly by: Person;
  readonly occurredAt: Instant | null;
  readonly at: Instant;
  readonly expiresAt: Instant;
}

export interface KeptRow {
  readonly row: BulkRow;
  readonly said: LookedAtRow;
  /** `null` until it was carried out. */
  readonly result: RowOutcome | null;
}

export interface VersionedRow extends KeptRow {
  readonly index: number;
  readonly version: Version;
}

/** The rows first: a token names a whole dry run or none. */
export async function keepBulk(
  records: Records,
  token: string,
  bulk: KeptBulk,
  rows: readonly KeptRow[],
): Promise<void> {
  const { expiresAt, at } = bulk;
  const put = (kind: string, id: string, value: unknown) =>
    records.put({ kind, id }, { value: value as JsonObject, expected: 'none', expiresAt }, at);
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    const some = rows.slice(from, from + AT_ONCE);
    await Promise.all(some.map((row, index) => put(ROW_KIND, rowId(token, from + index), row)));
  }
  await put(KIND, token, bulk);
}

/** @throws RefusalError `BULK.UNKNOWN` */
export async function bulkOf(
  records: Records,
  { programmeId, token }: { readonly programmeId: string; readonly token: string },
  now: Instant,
): Promise<{ readonly bulk: KeptBulk; readonly rows: readonly VersionedRow[] }> {
  const id = token.toLowerCase();
  const kept = isUuid(token) ? await records.get<JsonObject>({ kind: KIND, id }, now) : undefined;
  const bulk = kept?.value as unknown as KeptBulk | undefined;
  if (bulk === undefined || bulk.programmeId !== programmeId) throw unknown();
  const rows: VersionedRow[] = [];
  for (let from = 0; from < bulk.rows; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, bulk.rows - from) }, (_, at) => from + at);
    rows.push(
      ...(await Promise.all(
        some.map(async (index) => {
          const found = await records.get<JsonObject>({ kind: ROW_KIND, id: rowId(id, index) }, now);
          if (found === undefined) throw unknown();
          return { ...(found.value as unknown as KeptRow), index, version: found.version };
        }),
      )),
    );
  }
  return { bulk, rows };
}

/** Where two confirm at once the first to say so is kept: the events are the same. */
export async function keepResult(
  records: Records,
  token: string,
  of: { readonly row: VersionedRow; readonly result: RowOutcome; readonly expiresAt: Instant },
  now: Instant,
): Promise<void> {
  const { row, said, version, index } = of.row;
  const value = { row, said, result: of.result } as unknown as JsonObject;
  const key = { kind: ROW_KIND, id: rowId(token.toLowerCase(), index) };
  await records.put(key, { value, expected: version, expiresAt: of.expiresAt }, now);
}

function rowId(token: string, index: number): string {
  return `${token}.${index}`;
}

function unknown(): RefusalError {
  const message = `there is no dry run with this token in this programme: one is kept for ${BULK_DAYS} days. Make it again`;
  return new RefusalError(refusal('BULK.UNKNOWN', 'not-found', message, { field: 'token' }));
}

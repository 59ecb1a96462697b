import { isUrn, refusal, RefusalError } from '#kernel';
import { Problems, readCsv, type Columns } from '#platform/csv';

export const BULK_ACTIONS = ['enrol', 'extend', 'remind', 'approve'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

export const MOST_BULK_ROWS = 1000;
export const LARGEST_BULK_BYTES = 1024 * 1024;
/** All fields of one row together. */
export const LONGEST_BULK_ROW = 8 * 1024;

/** What is said once for every row; a row that says it itself has its own. */
export interface BulkDefaults {
  readonly window?: string;
  readonly dueOn?: string;
  readonly closesOn?: string;
  readonly reason?: string;
  readonly tranche?: string;
}

/** One row: what it asks for, and as it was sent. */
export interface BulkRow extends BulkDefaults {
  /** 1 is the header. */
  readonly row: number;
  readonly urn: string;
  readonly sent: readonly string[];
}

export interface BulkRows {
  /** Without the column `error`, which belongs to us. */
  readonly header: readonly string[];
  readonly rows: readonly BulkRow[];
}

const COLUMNS = {
  urn: { names: ['urn', 'school_urn'], required: true },
  window: { names: ['window'], required: false },
  dueOn: { names: ['due_on', 'due on'], required: false },
  closesOn: { names: ['closes_on', 'closes on'], required: false },
  reason: { names: ['reason'], required: false },
  tranche: { names: ['tranche'], required: false },
} as const satisfies Columns<string>;
type Column = keyof typeof COLUMNS;

/** @throws RefusalError `BULK.TOO_LARGE`, `BULK.TOO_MANY_ROWS`, `BULK.ROW_TOO_LONG`, `IMPORT.*` for what is no CSV */
export async function readBulkRows(
  file: string,
  content: Uint8Array,
  defaults: BulkDefaults,
): Promise<BulkRows> {
  if (content.byteLength > LARGEST_BULK_BYTES) {
    const message = `${file} is larger than ${LARGEST_BULK_BYTES / 1024} KiB: send it in parts`;
    throw refused('BULK.TOO_LARGE', message);
  }
  const problems = new Problems(file);
  const rows: BulkRow[] = [];
  let header: readonly string[] = [];
  await readCsv(content, COLUMNS, problems, (row) => {
    const kept = (of: readonly string[]): readonly string[] => of.filter((_, at) => !isError(row.header[at]));
    header = kept(row.header);
    const said: Partial<Record<Column, string>> = {};
    for (const column of Object.keys(COLUMNS) as Column[]) {
      const text = row.text(column);
      if (text !== '') said[column] = text;
    }
    rows.push({ urn: '', ...defaults, ...said, row: row.row, sent: kept(row.record) });
  });
  problems.throwIfFound();
  const long = rows.find(({ sent }) => Buffer.byteLength(sent.join('')) > LONGEST_BULK_ROW);
  if (long !== undefined) {
    const message = `row ${long.row} is longer than ${LONGEST_BULK_ROW / 1024} KiB: shorten it`;
    throw refused('BULK.ROW_TOO_LONG', message);
  }
  return { header, rows: notTooMany(rows) };
}

/** What a filter found, as if it had been sent in a file. */
export function rowsFound(
  found: readonly { readonly urn: string; readonly tranche?: string }[],
  defaults: BulkDefaults,
): BulkRows {
  const header = found.some(({ tranche }) => tranche !== undefined) ? ['urn', 'tranche'] : ['urn'];
  const rows = found.map((one, index) => ({
    ...{ ...defaults, ...one, row: index + 2 },
    sent: one.tranche === undefined ? [one.urn] : [one.urn, one.tranche],
  }));
  if (rows.length > 0) return { header, rows: notTooMany(rows) };
  throw new RefusalError(refusal('BULK.NOTHING_FOUND', 'not-found', 'the filter finds no setting'));
}

/** What is wrong with a row before anybody is asked: `undefined` if nothing is. */
export function objectionTo(
  row: BulkRow,
  action: BulkAction,
  earlier: ReadonlyMap<string, number>,
): { readonly code: string; readonly message: string } | undefined {
  const no = (code: string, message: string) => ({ code, message: `row ${row.row}: ${message}` });
  if (!isUrn(row.urn)) return no('SETTING.BAD_URN', `urn '${row.urn}' must have 6 digits, or 5`);
  const first = earlier.get(targetOf(row, action));
  if (first !== undefined) return no('BULK.ROW_TWICE', `it asks for the same as row ${first}: leave one out`);
  const number = action === 'approve' ? row.tranche : row.window;
  const field = action === 'approve' ? 'tranche' : 'window';
  if (action !== 'enrol' && !/^[1-9]\d?$/.test(number ?? '')) {
    return no('BULK.FIELD', `${field} '${number ?? ''}' must be a number from 1 to 99`);
  }
  if (action !== 'extend') return undefined;
  if (row.dueOn === undefined) return no('BULK.FIELD', 'due_on is missing: give it in the row or for all');
  if (row.reason === undefined) return no('BULK.FIELD', 'reason is missing: give it in the row or for all');
  return undefined;
}

/** What a row is about: two rows about the same are one too many. */
export function targetOf({ urn, window, tranche }: BulkRow, action: BulkAction): string {
  return `${urn}.${action === 'enrol' ? '' : action === 'approve' ? tranche : window}`;
}

function isError(name: string | undefined): boolean {
  return name?.trim().toLowerCase() === 'error';
}

function notTooMany(rows: readonly BulkRow[]): readonly BulkRow[] {
  if (rows.length <= MOST_BULK_ROWS) return rows;
  const message = `${rows.length} rows are too many at once, ${MOST_BULK_ROWS} are the most: send them in parts`;
  throw refused('BULK.TOO_MANY_ROWS', message);
}

function refused(code: string, message: string): RefusalError {
  return new RefusalError(refusal(code, 'invalid', message, { field: 'file' }));
}

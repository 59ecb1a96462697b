import { refusal, RefusalError } from '#kernel';
import { Problems, readCsv } from '#platform/csv';
import {
  BULK_COLUMNS,
  columnOf,
  isErrorColumn,
  isoDayOf,
  READ_BY,
  wrongWith,
  type BulkAction,
  type BulkColumn,
  type BulkDefaults,
} from './bulk-columns.js';

/** More than there are schools in England. */
export const MOST_BULK_ROWS = 30_000;
export const LARGEST_BULK_BYTES = 8 * 1024 * 1024;
/** All fields of one row together. */
export const LONGEST_BULK_ROW = 8 * 1024;

/** One row: what it asks for, and as it is sent back. */
export interface BulkRow extends BulkDefaults {
  /** 1 is the header. */
  readonly row: number;
  readonly urn: string;
  /** As it was sent; what was said for all stands in it, too, so that it can be sent again by itself. */
  readonly sent: readonly string[];
}

export interface BulkRows {
  /** Of `sent`: without the column `error`, which belongs to us. */
  readonly header: readonly string[];
  readonly separator: string;
  /** Headings that say nothing to this action: a slip among them would otherwise go unseen. */
  readonly notLookedAt: readonly string[];
  readonly rows: readonly BulkRow[];
}

/** What is wrong with a row before anybody is asked. */
export interface Objection {
  readonly code: string;
  /** The column it is in. */
  readonly field: string;
  readonly message: string;
}

/** @throws RefusalError `BULK.TOO_LARGE`, `BULK.TOO_MANY_ROWS`, `BULK.ROW_TOO_LONG`, `IMPORT.*` for what is no CSV */
export async function readBulkRows(
  file: string,
  content: Uint8Array,
  action: BulkAction,
  defaults: BulkDefaults,
): Promise<BulkRows> {
  if (content.byteLength > LARGEST_BULK_BYTES) {
    const message = `${file} is larger than ${LARGEST_BULK_BYTES / 1024 / 1024} MiB: send it in parts`;
    throw refused('BULK.TOO_LARGE', message);
  }
  const problems = new Problems(file);
  const found: { readonly row: number; readonly cells: readonly string[] }[] = [];
  let header: readonly string[] = [];
  const { separator } = await readCsv(content, BULK_COLUMNS, problems, (row) => {
    const kept = (of: readonly string[]) => of.filter((_, at) => !isErrorColumn(row.header[at]));
    header = kept(row.header);
    const cells = kept(row.record);
    // A spreadsheet writes the separators of lines that are empty.
    if (cells.some((cell) => cell.trim() !== '')) found.push({ row: row.row, cells });
  });
  problems.throwIfFound();
  if (found.length === 0) throw refused('IMPORT.EMPTY', `${file} has a header and no rows`);
  const long = found.find(({ cells }) => Buffer.byteLength(cells.join('')) > LONGEST_BULK_ROW);
  if (long !== undefined) {
    const message = `row ${long.row} is longer than ${LONGEST_BULK_ROW / 1024} KiB: shorten it`;
    throw refused('BULK.ROW_TOO_LONG', message);
  }
  const read = new RowReader(header, action, defaults);
  const rows = notTooMany(found).map(({ row, cells }) => read.row(row, cells));
  return { header: read.header, separator, notLookedAt: read.notLookedAt, rows };
}

export interface FoundRow {
  readonly urn: string;
  readonly window?: string;
  readonly tranche?: string;
}

/**
 * What a filter or a list has found, as if it had been sent in a file.
 * @throws RefusalError `BULK.NOTHING_FOUND`, `BULK.TOO_MANY_ROWS`
 */
export function rowsFound(found: readonly FoundRow[], action: BulkAction, defaults: BulkDefaults): BulkRows {
  if (found.length === 0) {
    const message = 'nothing is found: no setting is as asked for';
    throw new RefusalError(refusal('BULK.NOTHING_FOUND', 'not-found', message));
  }
  const said = (['window', 'tranche'] as const).filter((column) =>
    found.some((one) => one[column] !== undefined),
  );
  const read = new RowReader(['urn', ...said], action, defaults);
  const rows = notTooMany(found).map((one, index) =>
    read.row(index + 2, [one.urn, ...said.map((column) => one[column] ?? '')]),
  );
  return { header: read.header, separator: ',', notLookedAt: [], rows };
}

/** Reads rows under one heading, and what was said for all into those that do not say it. */
class RowReader {
  readonly header: readonly string[];
  readonly notLookedAt: readonly string[];
  private readonly columns: readonly (BulkColumn | undefined)[];
  private readonly said: Partial<Record<BulkColumn, string>>;

  constructor(header: readonly string[], action: BulkAction, defaults: BulkDefaults) {
    const read = READ_BY[action];
    const known = header
      .map(columnOf)
      .map((column) => (column && read.includes(column) ? column : undefined));
    this.said = { ...defaults };
    const added = read.filter((column) => this.said[column] !== undefined && !known.includes(column));
    this.header = [...header, ...added.map((column) => BULK_COLUMNS[column].names[0])];
    this.columns = [...known, ...added];
    this.notLookedAt = header.filter((name, at) => known[at] === undefined && name.trim() !== '');
  }

  row(row: number, cells: readonly string[]): BulkRow {
    const asked: Partial<Record<BulkColumn, string>> = {};
    const sent = this.columns.map((column, at) => {
      const cell = cells[at] ?? '';
      if (column === undefined) return cell;
      const text = cell.trim() === '' ? this.said[column] : cell.trim();
      if (text !== undefined) {
        asked[column] = column === 'dueOn' || column === 'closesOn' ? isoDayOf(text) : text;
      }
      return cell.trim() === '' ? (text ?? cell) : cell;
    });
    return { urn: '', ...asked, row, sent };
  }
}

/** What is wrong with a row before anybody is asked: `undefined` if nothing is. */
export function objectionTo(row: BulkRow, action: BulkAction): Objection | undefined {
  for (const column of READ_BY[action]) {
    const wrong = wrongWith(column, row[column]);
    if (wrong === undefined) continue;
    const code = column === 'urn' ? 'SETTING.BAD_URN' : 'BULK.FIELD';
    return { code, field: BULK_COLUMNS[column].names[0], message: `row ${row.row}: ${wrong}` };
  }
  return undefined;
}

/**
 * Rows about the same, among those that could be carried out: of rows that ask for the same the first one counts;
 * which of several that ask for different things is meant, nobody can tell. So it does not matter in which order they come.
 */
export function askedTwice(rows: readonly BulkRow[], action: BulkAction): ReadonlyMap<BulkRow, Objection> {
  const about = new Map<string, BulkRow[]>();
  for (const row of rows) {
    const target = targetOf(row, action);
    about.set(target, [...(about.get(target) ?? []), row]);
  }
  const objections = new Map<BulkRow, Objection>();
  const asksFor = (row: BulkRow) => READ_BY[action].map((column) => row[column] ?? '').join('\n');
  for (const [first, ...others] of about.values()) {
    if (first === undefined || others.length === 0) continue;
    const isSame = others.every((one) => asksFor(one) === asksFor(first));
    for (const row of isSame ? others : [first, ...others]) {
      const other = row === first ? others[0]! : first;
      const message = isSame
        ? `row ${row.row}: it asks for the same as row ${first.row}: leave one out`
        : `row ${row.row}: it is about the same as row ${other.row} and asks for something else: leave one out`;
      objections.set(row, { code: 'BULK.ROW_TWICE', field: 'urn', message });
    }
  }
  return objections;
}

function targetOf({ urn, window, tranche }: BulkRow, action: BulkAction): string {
  return `${urn}.${action === 'enrol' ? '' : action === 'approve' ? tranche : window}`;
}

function notTooMany<R>(rows: readonly R[]): readonly R[] {
  if (rows.length <= MOST_BULK_ROWS) return rows;
  const message = `${rows.length} rows are too many at once, ${MOST_BULK_ROWS} are the most: send them in parts`;
  throw refused('BULK.TOO_MANY_ROWS', message);
}

function refused(code: string, message: string): RefusalError {
  return new RefusalError(refusal(code, 'invalid', message, { field: 'file' }));
}

import { CsvError, parse } from 'csv-parse';
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { locate, type Columns, type Located } from './columns.js';
import type { Problems } from './problems.js';
import { separatorOf, type Separator } from './separator.js';
import { encodingOf, looksLike, slicesOfText, UnreadableText, type Encoding } from './text.js';

/** Twice the whole of Get Information About Schools. */
export const LARGEST_FILE_BYTES = 128 * 1024 * 1024;
export const MOST_ROWS = 200_000;
/** In one record; a quote that is never closed would otherwise swallow the file. */
const LARGEST_RECORD_BYTES = 64 * 1024;

/** One record: the text of a column, trimmed, empty if the file does not have the column. */
export interface CsvRow<F extends string> {
  /** 1 is the header. */
  readonly row: number;
  text(field: F): string;
  /** Whether the file has the column at all: what a file does not speak of is not what it leaves empty. */
  has(field: F): boolean;
  /** What the file calls the column. */
  nameOf(field: F): string;
  /** The whole record as it was sent, and the header over it: to be sent back. */
  readonly record: readonly string[];
  readonly header: readonly string[];
}

export interface CsvFile {
  /** Of its bytes, whatever their encoding. */
  readonly sha256: string;
  readonly encoding: Encoding;
  /** What stands between its columns. */
  readonly separator: Separator;
  /** Records, the header not counted. */
  readonly rows: number;
}

/**
 * Reads a CSV file by its header in small steps, giving the thread back between them; every rule it breaks is
 * added to `problems`. Records that are not as wide as the header, and everything after what is no CSV, are not
 * handed over. Columns are separated by commas, semicolons or tabs, whichever the header has.
 */
export async function readCsv<F extends string>(
  content: Uint8Array,
  columns: Columns<F>,
  problems: Problems,
  onRow: (row: CsvRow<F>) => void,
): Promise<CsvFile> {
  const separator = separatorOf(content, columns);
  const nothing: CsvFile = { sha256: '', encoding: 'utf-8', separator, rows: 0 };
  if (content.byteLength > LARGEST_FILE_BYTES) {
    const limit = `${LARGEST_FILE_BYTES / 1024 / 1024} MiB`;
    problems.add('IMPORT.TOO_LARGE', null, null, `the file is larger than ${limit}`);
    return nothing;
  }
  const unlike = looksLike(content);
  if (unlike !== undefined) {
    problems.add(unlike.code, null, null, unlike.message);
    return nothing;
  }
  const hash = createHash('sha256');
  const records = new Records(columns, problems, onRow);
  const parser = parse({
    bom: true,
    delimiter: separator,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: LARGEST_RECORD_BYTES,
  });
  let encoding: Encoding;
  try {
    encoding = await encodingOf(content);
    await pipeline(
      async function* () {
        for await (const { bytes, text } of slicesOfText(content, encoding)) {
          hash.update(bytes);
          yield text;
          await setImmediate();
        }
      },
      parser,
      async (parsed: AsyncIterable<string[]>) => {
        for await (const record of parsed) if (!records.take(record)) throw new Enough();
      },
    );
  } catch (error) {
    if (error instanceof Enough) return nothing;
    if (error instanceof UnreadableText) {
      problems.add(error.code, error.line, null, error.message);
    } else if (error instanceof CsvError) {
      problems.add('IMPORT.NOT_CSV', rowOf(error), null, describe(error));
    } else throw error;
    return nothing;
  }
  records.end();
  return { sha256: hash.digest('hex'), encoding, separator, rows: records.count };
}

/** What follows is of no use: a problem has been found that makes the rest one. */
class Enough extends Error {}

class Records<F extends string> {
  private row = 0;
  private width = 0;
  private header: readonly string[] = [];
  private located: Located<F> | undefined;
  count = 0;

  constructor(
    private readonly columns: Columns<F>,
    private readonly problems: Problems,
    private readonly onRow: (row: CsvRow<F>) => void,
  ) {}

  /** @returns whether there is any use in the next one */
  take(record: readonly string[]): boolean {
    this.row += 1;
    if (this.located === undefined) return this.takeHeader(record);
    if (record.length === 1 && record[0]!.trim() === '') return true; // an empty line, such as the last one
    this.count += 1;
    if (this.count > MOST_ROWS) {
      this.problems.add('IMPORT.TOO_MANY_ROWS', this.row, null, `there are more than ${MOST_ROWS} rows`);
      return false;
    }
    if (record.length !== this.width) {
      this.problems.add(
        'IMPORT.RAGGED_ROW',
        this.row,
        null,
        `it has ${record.length} columns and the header has ${this.width}`,
      );
      return true;
    }
    const { located, columns } = this;
    this.onRow({
      row: this.row,
      text: (field) => {
        const place = located.get(field);
        return place === undefined ? '' : record[place.index]!.trim();
      },
      has: (field) => located.has(field),
      record,
      header: this.header,
      nameOf: (field) => located.get(field)?.name ?? columns[field].names[0],
    });
    return true;
  }

  private takeHeader(record: readonly string[]): boolean {
    this.located = locate(record, this.columns, this.problems);
    this.width = record.length;
    this.header = record;
    return !this.problems.found;
  }

  end(): void {
    if (this.located === undefined) {
      this.problems.add('IMPORT.EMPTY', null, null, 'the file is empty');
    } else if (this.count === 0 && !this.problems.found) {
      this.problems.add('IMPORT.EMPTY', null, null, 'the file has a header and no rows');
    }
  }
}

function rowOf(error: CsvError): number | null {
  const { records } = error as CsvError & { records?: unknown };
  return typeof records === 'number' ? records + 1 : null;
}

const IN_THE_MIDDLE =
  'a quotation mark stands in the middle of a field; it must be doubled and the field quoted';
const SAYS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quotation mark is opened and never closed',
  CSV_MAX_RECORD_SIZE: `one record is larger than ${LARGEST_RECORD_BYTES / 1024} KiB; a quotation mark may be missing`,
  CSV_INVALID_CLOSING_QUOTE: IN_THE_MIDDLE,
  INVALID_OPENING_QUOTE: IN_THE_MIDDLE,
};

function describe({ code, message }: CsvError): string {
  return `not a CSV: ${SAYS[code] ?? message}`;
}

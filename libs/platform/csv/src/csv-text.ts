import { stringify } from 'csv-stringify/sync';

const LIKE_A_FORMULA = /^[=+@\t\r]|^-(?!\d)/;

/** What begins like a formula is data to whoever opens the file in a spreadsheet. */
function harmless(value: string | number): string | number {
  return typeof value === 'string' && LIKE_A_FORMULA.test(value) ? `'${value}` : value;
}

/** Rows as CSV (RFC 4180), the first of them the headings. */
export function csvText(rows: readonly (readonly (string | number)[])[]): string {
  return stringify(
    rows.map((row) => row.map(harmless)),
    { record_delimiter: '\r\n' },
  );
}

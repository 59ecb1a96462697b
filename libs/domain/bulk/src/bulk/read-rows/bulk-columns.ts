import { isUrn, readDate, isRefusal } from '#kernel';
import type { Columns } from '#platform/csv';

export const BULK_ACTIONS = ['enrol', 'extend', 'remind', 'approve'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** What is said once for every row; a row that says it itself has its own. */
export interface BulkDefaults {
  readonly window?: string;
  /** `YYYY-MM-DD`. */
  readonly dueOn?: string;
  readonly closesOn?: string;
  readonly reason?: string;
  readonly tranche?: string;
}

/** How files call each of them, the name first by which we do. */
export const BULK_COLUMNS = {
  urn: { names: ['urn', 'school_urn'], required: true },
  window: { names: ['window'], required: false },
  dueOn: { names: ['due_on', 'due on', 'dueOn'], required: false },
  closesOn: { names: ['closes_on', 'closes on', 'closesOn'], required: false },
  reason: { names: ['reason'], required: false },
  tranche: { names: ['tranche'], required: false },
} as const satisfies Columns<string>;
export type BulkColumn = keyof typeof BULK_COLUMNS;

/** The columns that an action reads. */
export const READ_BY: Readonly<Record<BulkAction, readonly BulkColumn[]>> = {
  enrol: ['urn'],
  extend: ['urn', 'window', 'dueOn', 'closesOn', 'reason'],
  remind: ['urn', 'window'],
  approve: ['urn', 'tranche'],
};

/** @returns which column of ours this heading is */
export function columnOf(heading: string | undefined): BulkColumn | undefined {
  const plain = heading?.trim().replace(/\s+/g, ' ').toLowerCase();
  const columns = Object.keys(BULK_COLUMNS) as BulkColumn[];
  return columns.find((column) => BULK_COLUMNS[column].names.some((name) => name.toLowerCase() === plain));
}

/** The column in which we said before what is wrong: it is ours, and not looked at. */
export function isErrorColumn(heading: string | undefined): boolean {
  return heading?.trim().toLowerCase() === 'error';
}

const DAY_FIRST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})$/;

/** A spreadsheet turns `2025-06-30` into `30/06/2025` when it saves it: that is the same day. What is no day stays as it was written. */
export function isoDayOf(text: string): string {
  const [, day, , month, year] = DAY_FIRST.exec(text.trim()) ?? [];
  if (day === undefined || month === undefined) return text;
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isRefusal(readDate(iso, 'day')) ? text : iso;
}

/** @returns what is wrong with a cell, as a sentence that names the column; `undefined` if nothing is */
export function wrongWith(column: BulkColumn, text: string | undefined): string | undefined {
  const name = BULK_COLUMNS[column].names[0];
  switch (column) {
    case 'urn':
      return isUrn(text ?? '') ? undefined : `urn '${text ?? ''}' must have 6 digits, or 5`;
    case 'window':
    case 'tranche':
      return /^[1-9]\d?$/.test(text ?? '')
        ? undefined
        : `${name} '${text ?? ''}' must be a number from 1 to 99`;
    case 'dueOn':
    case 'closesOn':
      if (text === undefined) return column === 'closesOn' ? undefined : missing(name);
      return isRefusal(readDate(text, name))
        ? `${name} '${text}' must be a date: 2025-06-30 or 30/06/2025`
        : undefined;
    case 'reason':
      return text === undefined ? missing(name) : undefined;
    default:
      return column satisfies never;
  }
}

function missing(name: string): string {
  return `${name} is missing: give it in the row or for all`;
}

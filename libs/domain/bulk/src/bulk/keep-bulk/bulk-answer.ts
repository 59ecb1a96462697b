import type { Instant, Position } from '#kernel';
import { stringify } from 'csv-stringify/sync';
import type { BulkAction } from '../read-rows/bulk-rows.js';
import type { KeptBulk, KeptRow } from './kept-bulk.js';
import type { RowOutcome } from '../run-row/row-commands.js';

/** One row as it is told: what it would come to, and once it was carried out what it came to. */
export interface BulkRowAnswer {
  readonly row: number;
  readonly urn: string;
  readonly window: string | null;
  readonly tranche: string | null;
  readonly wouldBe: RowOutcome['outcome'];
  /** `null` while it was not carried out. */
  readonly outcome: RowOutcome['outcome'] | null;
  readonly code: string | null;
  readonly message: string | null;
}

export interface BulkAnswer {
  /** Confirms it, for as long as nothing that it rests on has changed. */
  readonly token: string;
  readonly action: BulkAction;
  readonly programmeId: string;
  readonly expiresAt: Instant;
  readonly rows: number;
  /** How many rows were carried out, refused ones among them. */
  readonly carriedOut: number;
  readonly status: 'dry run' | 'under way' | 'finished';
  /** By what came of them, or would. */
  readonly counts: { readonly done: number; readonly nothingToDo: number; readonly refused: number };
  readonly told: readonly BulkRowAnswer[];
  /** Of the last event that this confirmation wrote; `null` if it wrote none. */
  readonly position: Position | null;
}

export function answerOf(
  token: string,
  bulk: KeptBulk,
  rows: readonly KeptRow[],
  position: Position | null = null,
): BulkAnswer {
  const carriedOut = rows.filter(({ result }) => result !== null).length;
  const now = rows.map(({ said, result }) => (result ?? said).outcome);
  const count = (outcome: RowOutcome['outcome']) => now.filter((one) => one === outcome).length;
  const { action, programmeId, expiresAt } = bulk;
  return {
    ...{ token, action, programmeId, expiresAt, rows: rows.length, carriedOut, position },
    status: carriedOut === 0 ? 'dry run' : carriedOut < rows.length ? 'under way' : 'finished',
    counts: { done: count('done'), nothingToDo: count('nothing-to-do'), refused: count('refused') },
    told: rows.map(({ row, said, result }) => ({
      ...{ row: row.row, urn: row.urn, window: row.window ?? null, tranche: row.tranche ?? null },
      ...{ wouldBe: said.outcome, outcome: result?.outcome ?? null },
      ...{ code: (result ?? said).code, message: (result ?? said).message },
    })),
  };
}

/** The refused rows as they were sent, and why: mended, it is sent again, and the last column is not looked at. */
export function errorFileOf({ header }: KeptBulk, rows: readonly KeptRow[]): string {
  const refused = rows.filter(({ said, result }) => (result ?? said).outcome === 'refused');
  return stringify([
    [...header, 'error'],
    ...refused.map(({ row, said, result }) => {
      const { code, message } = result ?? said;
      return [...row.sent, `${code}: ${message}`];
    }),
  ]);
}

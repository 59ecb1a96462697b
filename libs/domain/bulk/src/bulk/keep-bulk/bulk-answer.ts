import type { Instant } from '#kernel';
import type { JobStatus } from '#platform/jobs';
import { stringify } from 'csv-stringify/sync';
import type { BulkAction } from '../read-rows/bulk-columns.js';
import type { KeptBulk, KeptRefusal, KeptRow, KeptRun } from './kept-bulk.js';
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
  /** The column of what was refused, where it is one. */
  readonly field: string | null;
  readonly message: string | null;
}

/**
 * `confirmed`: its rows are looked at once more, all of them before the first is carried out. `refused`: as a whole,
 * because something has changed since. `stopped`: it could not go on, and does once it is confirmed again.
 */
export type BulkStatus = 'dry run' | 'confirmed' | 'under way' | 'finished' | 'refused' | 'stopped';

export interface BulkAnswer {
  /** Confirms it, for as long as nothing that it rests on has changed. */
  readonly token: string;
  readonly action: BulkAction;
  readonly programmeId: string;
  /** Until when it can be confirmed. */
  readonly expiresAt: Instant;
  readonly rows: number;
  /** How many rows were looked at again since it was confirmed. */
  readonly lookedAtAgain: number;
  /** How many rows were carried out, refused ones among them. */
  readonly carriedOut: number;
  readonly status: BulkStatus;
  /** Why it was refused or has stopped. */
  readonly refusal: KeptRefusal | null;
  /** How many rows are still to be carried out since it was confirmed; 0 in a dry run, and where it was refused. */
  readonly toCarryOut: number;
  /** In a dry run by what would come of them; since it was confirmed, by what came of those that were carried out. */
  readonly counts: { readonly done: number; readonly nothingToDo: number; readonly refused: number };
  /** Columns of the file that say nothing to this. */
  readonly notLookedAt: readonly string[];
  readonly told: readonly BulkRowAnswer[];
}

/** What a dry run is, and how far it is since it was confirmed. */
export interface BulkSoFar {
  readonly bulk: KeptBulk;
  readonly rows: readonly KeptRow[];
  readonly run?: KeptRun | undefined;
  readonly job?: { readonly status: JobStatus; readonly lastError?: string } | undefined;
}

const GAVE_UP: ReadonlySet<JobStatus> = new Set(['dead', 'cancelled', 'expired']);

export function answerOf(token: string, of: BulkSoFar): BulkAnswer {
  const { bulk, rows, run } = of;
  const carriedOut = rows.filter(({ result }) => result !== null).length;
  const status = statusOf(of, carriedOut);
  const isOpen = status !== 'dry run' && status !== 'refused';
  const now = rows.map(({ said, result }) => (status === 'dry run' ? said : result)?.outcome);
  const count = (outcome: RowOutcome['outcome']) => now.filter((one) => one === outcome).length;
  const { action, programmeId, expiresAt, notLookedAt } = bulk;
  return {
    ...{ token, action, programmeId, expiresAt, rows: rows.length, carriedOut, notLookedAt, status },
    toCarryOut: isOpen ? rows.length - carriedOut : 0,
    lookedAtAgain: run === undefined ? 0 : Math.round((rows.length * run.checked) / Math.max(bulk.parts, 1)),
    refusal: run?.refusal ?? (status === 'stopped' ? whyStopped(of) : null),
    counts: { done: count('done'), nothingToDo: count('nothing-to-do'), refused: count('refused') },
    told: rows.map(({ row, said, result }) => ({
      ...{ row: row.row, urn: row.urn, window: row.window ?? null, tranche: row.tranche ?? null },
      ...{ wouldBe: said.outcome, outcome: result?.outcome ?? null, code: (result ?? said).code },
      ...{ field: (result ?? said).field, message: (result ?? said).message },
    })),
  };
}

/** Most rows in one answer over HTTP. */
export const MOST_ROWS_TOLD = 1000;

/** @param after the number of the last row of the page before */
export function pageOf(answer: BulkAnswer, after = 0, most = MOST_ROWS_TOLD): BulkAnswer {
  return { ...answer, told: answer.told.filter(({ row }) => row > after).slice(0, most) };
}

function statusOf({ rows, run, job }: BulkSoFar, carriedOut: number): BulkStatus {
  if (run === undefined) return 'dry run';
  if (run.refusal !== null) return 'refused';
  if (carriedOut === rows.length) return 'finished';
  if (job !== undefined && GAVE_UP.has(job.status)) return 'stopped';
  return carriedOut === 0 ? 'confirmed' : 'under way';
}

function whyStopped({ job }: BulkSoFar): KeptRefusal {
  const message = `its job is ${job?.status ?? 'gone'}: ${job?.lastError ?? 'nothing was said'}`;
  return { code: 'BULK.STOPPED', message, details: {} };
}

/**
 * The refused rows as they were sent, what was said for all in them, and why: mended, it is sent again by itself, and
 * the last column is not looked at. A spreadsheet opens it as it wrote the other: separated the same way, and marked
 * as UTF-8 where that makes a difference.
 */
export function errorFileOf({ header, separator }: KeptBulk, rows: readonly KeptRow[]): string {
  const refused = rows.filter(({ said, result }) => (result ?? said).outcome === 'refused');
  const text = stringify(
    [
      [...header, 'error'],
      ...refused.map(({ row, said, result }) => {
        const { code, message } = result ?? said;
        return [...row.sent, `${code}: ${message}`];
      }),
    ],
    { delimiter: separator },
  );
  return /[^\u0000-\u007f]/.test(text) ? `\ufeff${text}` : text;
}

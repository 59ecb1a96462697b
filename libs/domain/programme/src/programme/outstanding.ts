import type { Fact, Instant, Pence } from '#kernel';
import type { Desk } from '../turn.js';

export const OUTSTANDING_KINDS = [
  'round-unreconciled',
  'money-reserved',
  'money-committed',
  'offer-unanswered',
  'tranche-unreleased',
  'tranche-unsettled',
  'allocation-undrawn',
  'allocation-unclosed',
  'payment-unreleased',
  'spend-unaccounted',
  'reclaim-owed',
  'report-unanswered',
] as const;
export type OutstandingKind = (typeof OUTSTANDING_KINDS)[number];

/** One thing that has to end before a programme can be closed. */
export interface OutstandingLine {
  readonly what: OutstandingKind;
  /** In words, naming the setting. */
  readonly says: string;
  /** Whose; `null`: the programme's own. */
  readonly urn: string | null;
  /** Tranche, round or report window; `null` where there is none. */
  readonly number: number | null;
  readonly amountPence: Pence | null;
  readonly since: Instant;
  /** Who acts; `null`: it ends by itself. */
  readonly next: Desk | null;
  /** What somebody does about it. */
  readonly endedBy: string;
}

export interface OutstandingFacts {
  readonly lines: readonly OutstandingLine[];
  /** When the newest of the things looked at happened: a programme was not closed before it. */
  readonly latestAt: Instant | undefined;
  /** By which the fund was closed already, so that the programme follows; `null`: it is open. */
  readonly fundClosed: Fact | null;
}

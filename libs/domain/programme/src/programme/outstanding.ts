import type { Instant, Pence } from '#kernel';

export const OUTSTANDING_KINDS = [
  'round-unreconciled',
  'money-reserved',
  'offer-unanswered',
  'tranche-unreleased',
  'tranche-unsettled',
  'allocation-undrawn',
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
  /** What somebody does about it. */
  readonly endedBy: string;
}

export interface OutstandingFacts {
  readonly lines: readonly OutstandingLine[];
  /** When the newest of the things looked at happened: a programme was not closed before it. */
  readonly latestAt: Instant | undefined;
}

/**
 * What of a programme is unfinished, from the streams that decide it. Those who hold the money give it, because the
 * programme knows nothing of them.
 */
export interface Outstanding {
  of(programmeId: string): Promise<OutstandingFacts>;
}

export const OUTSTANDING = Symbol('OUTSTANDING');

import type { Actor, Fact, Instant } from '#kernel';
import type { Need, Rating, Supporter } from './audit.events.js';

export interface Begun {
  readonly programmeId: string;
  readonly urn: string;
  readonly cycle: number;
  readonly startedAt: Instant;
  /** Such as `2024/25`. */
  readonly academicYear: string;
  /** Of the instrument that it rates by, whatever is in force by now. */
  readonly instrumentVersion: number;
}

/** What somebody other than those who completed it said of a completed audit; `null` until then. */
export type SignOff =
  | { readonly outcome: 'signed-off'; readonly by: Actor }
  | { readonly outcome: 'returned'; readonly by: Actor; readonly comments: string; readonly at: Instant };

export interface Completed extends Begun {
  /** Also while it is returned: what was found then stays the newest there is until it is completed again. */
  readonly status: 'completed';
  readonly completion: Fact;
  /** Whoever completed it, each time it was. */
  readonly completers: readonly Actor[];
  /** Of its workforce, each rated on each feature; `null` where it was not asked. */
  readonly groups: readonly string[] | null;
  readonly ratings: readonly Rating[];
  readonly needs: readonly Need[];
  readonly supportedBy: readonly Supporter[];
  readonly signOff: SignOff | null;
}

export type AuditState =
  { readonly status: 'not-started' } | (Begun & { readonly status: 'started' }) | Completed;

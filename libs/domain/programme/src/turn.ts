import type { Instant } from '#kernel';

/** Who can be the one that things wait for: seven desks, each with a work list of its own. */
export const DESKS = ['setting', 'adviser', 'operations', 'approver', 'payer', 'board', 'bank'] as const;
export type Desk = (typeof DESKS)[number];

/** Whose turn it is on a participation, a plan, a report or a tranche; all `null` if nobody need do anything. */
export interface Turn {
  readonly next: Desk | null;
  /** What they are to do, as it stands on their list: "sign the grant agreement". */
  readonly nextIs: string | null;
  /** Since when they can: an instant that may lie ahead, for what cannot be done yet. */
  readonly nextSince: Instant | string | null;
  /** The last day for it, `YYYY-MM-DD`; `null` where nobody has set one. */
  readonly nextUntil: string | null;
}

export const NOBODYS_TURN: Turn = { next: null, nextIs: null, nextSince: null, nextUntil: null };

export function turnOf(next: Desk, nextIs: string, nextSince: string, nextUntil: string | null = null): Turn {
  return { next, nextIs, nextSince, nextUntil };
}

import type { Instant, Pence } from '#kernel';

/**
 * How large a programme's budget is, after whatever it was raised or lowered by. Those who hold the money give it, because
 * the programme knows only what it was set up with.
 */
export interface Budgets {
  /**
   * @param atLeast a position that the answer must have seen
   * @returns `undefined` while the ledger has not seen the programme
   */
  now(programmeId: string, atLeast?: string): Promise<Pence | undefined>;
  /** As it was at an instant; the programme was set up by then. */
  at(programmeId: string, instant: Instant): Promise<Pence>;
}

export const BUDGETS = Symbol('BUDGETS');

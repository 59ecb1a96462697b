import type { CommandContext } from '#platform/event-store';
import type { OutstandingFacts } from '../outstanding.js';

/**
 * What of a programme is unfinished, from the streams that decide it. Those who hold the money give it, because the
 * programme knows nothing of them.
 */
export interface Outstanding {
  of(programmeId: string): Promise<OutstandingFacts>;
  /**
   * Closes the fund of the programme, or leaves it closed: what is promised in the same moment is seen, or refused.
   * @throws RefusalError `FUND.NOT_SETTLED`, `TIME.BEFORE_ITS_FACTS`
   */
  closeFund(
    closing: { readonly programmeId: string; readonly reason: string },
    context: CommandContext,
  ): Promise<void>;
}

export const OUTSTANDING = Symbol('OUTSTANDING');

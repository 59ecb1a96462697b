import type { Decisions } from '#platform/event-store';
import { audit, auditId, MOST_CYCLES } from '../audit.js';

/** The cycle that was started last, which a command means that names none; 1 before there is any. */
export async function newestCycle(decisions: Decisions, programmeId: string, urn: string): Promise<number> {
  let newest = 1;
  for (let cycle = 2; cycle <= MOST_CYCLES; cycle += 1) {
    const { state } = await decisions.load(audit, auditId(programmeId, urn, cycle));
    if (state.status === 'not-started') break;
    newest = cycle;
  }
  return newest;
}

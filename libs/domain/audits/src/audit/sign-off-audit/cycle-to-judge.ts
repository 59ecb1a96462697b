import type { Decisions } from '#platform/event-store';
import { audit, auditId } from '../audit.js';
import { newestCycle } from '../complete-audit/newest-cycle.js';

/**
 * The cycle that a sign-off or a return means that names none: the newest that is completed and waits for one, whatever
 * has been started since; if none waits, the newest. A command sent again means the one that it judged.
 */
export async function cycleToJudge(
  decisions: Decisions,
  programmeId: string,
  urn: string,
  commandId: string,
): Promise<number> {
  const newest = await newestCycle(decisions, programmeId, urn);
  let waiting: number | undefined;
  for (let cycle = newest; cycle >= 1; cycle -= 1) {
    const { state, history } = await decisions.load(audit, auditId(programmeId, urn, cycle));
    if (history.some(({ metadata }) => metadata.commandId === commandId)) return cycle;
    if (state.status === 'completed' && state.signOff === null) waiting ??= cycle;
  }
  return waiting ?? newest;
}

import { isRefusal, RefusalError } from '#kernel';
import type { Decisions } from '#platform/event-store';
import { audit, auditId } from '../audit.js';
import type { AuditState } from '../audit-state.js';
import { newestCycle } from '../complete-audit/newest-cycle.js';
import { cycleMeant } from '../cycle-meant.js';

/**
 * The cycle that a sign-off or a return means that names none (`cycleMeant`); sent again, it means the one that it judged.
 * @throws RefusalError `AUDIT.CYCLE_NOT_NAMED`
 */
export async function cycleToJudge(
  decisions: Decisions,
  programmeId: string,
  urn: string,
  commandId: string,
): Promise<number> {
  const newest = await newestCycle(decisions, programmeId, urn);
  const cycles: AuditState[] = [];
  for (let cycle = 1; cycle <= newest; cycle += 1) {
    const { state, history } = await decisions.load(audit, auditId(programmeId, urn, cycle));
    if (history.some(({ metadata }) => metadata.commandId === commandId)) return cycle;
    cycles.push(state);
  }
  const meant = cycleMeant(urn, cycles);
  if (isRefusal(meant)) throw new RefusalError(meant);
  return meant;
}

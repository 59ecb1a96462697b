import { refusal, RefusalError } from '#kernel';
import type { Decisions } from '#platform/event-store';
import { audit, auditId } from '../audit.js';
import { newestCycle } from '../complete-audit/newest-cycle.js';

const SAYS = { 'signed-off': 'signed off', returned: 'returned to the setting' } as const;

/**
 * The cycle that a sign-off or a return means that names none: the newest that is completed, whatever has been started since,
 * if it waits for one; if none waits, the newest. A command sent again means the one that it judged.
 * @throws RefusalError `AUDIT.CYCLE_NOT_NAMED` where that one is judged and an older one waits: nobody judges that unawares
 */
export async function cycleToJudge(
  decisions: Decisions,
  programmeId: string,
  urn: string,
  commandId: string,
): Promise<number> {
  const newest = await newestCycle(decisions, programmeId, urn);
  const waiting: number[] = [];
  let judged: { readonly cycle: number; readonly how: string } | undefined;
  for (let cycle = newest; cycle >= 1; cycle -= 1) {
    const { state, history } = await decisions.load(audit, auditId(programmeId, urn, cycle));
    if (history.some(({ metadata }) => metadata.commandId === commandId)) return cycle;
    if (state.status !== 'completed') continue;
    if (state.signOff === null) waiting.push(cycle);
    else if (waiting.length === 0) judged ??= { cycle, how: SAYS[state.signOff.outcome] };
  }
  const [first] = waiting;
  if (first === undefined) return newest;
  if (judged === undefined) return first;
  const message =
    `cycle ${judged.cycle} of the audit of setting ${urn} is ${judged.how}, and cycle ${first} waits to be judged: ` +
    `name the cycle if that is meant (--cycle ${first})`;
  const details = { field: 'cycle', urn, cycle: judged.cycle, waiting };
  throw new RefusalError(refusal('AUDIT.CYCLE_NOT_NAMED', 'wrong-state', message, details));
}

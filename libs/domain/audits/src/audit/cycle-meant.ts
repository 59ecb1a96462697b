import { refusal, type Refusal } from '#kernel';
import type { AuditState } from './audit-state.js';

const SAYS = { 'signed-off': 'signed off', returned: 'returned to the setting' } as const;

/**
 * The cycle that a sign-off or a return means that names none: the newest that is completed, whatever has been started since,
 * if it waits for one; if none waits, the newest.
 * @param cycles of one setting's audit, from the first on
 * @returns its number from 1 on, or `AUDIT.CYCLE_NOT_NAMED` where the newest that is completed is judged and an older one
 * waits: nobody judges that unawares
 */
export function cycleMeant(urn: string, cycles: readonly AuditState[]): number | Refusal {
  const completed = cycles.flatMap((audit) => (audit.status === 'completed' ? [audit] : []));
  const waiting = completed.filter(({ signOff }) => signOff === null).map(({ cycle }) => cycle);
  const first = waiting.at(-1);
  if (first === undefined) return Math.max(1, cycles.length);
  const newest = completed.at(-1)!;
  if (newest.signOff === null) return newest.cycle;
  return refusal(
    'AUDIT.CYCLE_NOT_NAMED',
    'wrong-state',
    `cycle ${newest.cycle} of the audit of setting ${urn} is ${SAYS[newest.signOff.outcome]}, and cycle ${first} waits to be judged: ` +
      `name the cycle if that is meant (--cycle ${first})`,
    { field: 'cycle', urn, cycle: newest.cycle, waiting: waiting.toReversed() },
  );
}

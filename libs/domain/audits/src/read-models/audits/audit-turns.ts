import { asTurn, turnOf, type Turn } from '#domain/programme';
import { addDays, dateInLondon, endOfDay, later, parseDate, startOfDay, type Instant } from '#kernel';
import { auditId, MOST_CYCLES } from '../../audit/audit.js';
import type { AuditDocument } from './audits.projection.js';

/** Whose turn it is on one cycle of a setting's audit, begun or not. */
export type AuditTurn = Turn & { readonly id: string };

/** An audit is revisited a year after it was completed at the latest. */
const REVISITED_AFTER_DAYS = 365;

/**
 * What waits on the audits of one setting that takes part: its cycles, and the next one. That can be started from the first day
 * of the academic year after the one in which the newest began, which may lie ahead. Once the programme is over nobody is asked
 * for another, as for no offer or plan: what is begun all the same is not refused, and what was begun goes on.
 * @param enrolledAt since when the first can be started
 * @param endsOn the last day of the programme
 */
export function auditTurns(
  setting: { readonly programmeId: string; readonly urn: string },
  cycles: readonly AuditDocument[],
  enrolledAt: Instant,
  endsOn: string,
  now: Instant,
): readonly AuditTurn[] {
  const { programmeId, urn } = setting;
  const newest = cycles.toSorted((a, b) => a.cycle - b.cycle).at(-1);
  const begun = cycles.filter(({ next }) => next !== null).map((one) => ({ ...asTurn(one), id: one.id }));
  if (now > endOfDay(parseDate(endsOn))) return begun;
  if (newest === undefined) {
    const first = turnOf('start-audit', 'start the audit of need', enrolledAt);
    return [{ ...first, id: auditId(programmeId, urn, 1) }];
  }
  const cycle = newest.cycle + 1;
  const from = nextYearAfter(newest.academicYear);
  if (newest.completedAt === null || cycle > MOST_CYCLES || from > endsOn) return begun;
  const until = addDays(dateInLondon(newest.completedAt as Instant), REVISITED_AFTER_DAYS);
  const since = later(startOfDay(parseDate(from)), newest.completedAt as Instant);
  const next = turnOf('start-audit', `start audit ${cycle}, a year after the last`, since, until);
  return [...begun, { ...next, id: auditId(programmeId, urn, cycle) }];
}

/** `2024/25` → `2025-09-01` */
function nextYearAfter(academicYear: string): string {
  return `${Number(academicYear.slice(0, 4)) + 1}-09-01`;
}

import type { AuditDocument } from '#domain/audits';
import { planTurn, type PlanDocument } from '#domain/plans';
import {
  asTurn,
  isEnded,
  NOBODYS_TURN,
  turnOf,
  type ParticipationDocument,
  type Turn,
} from '#domain/programme';
import { addDays, endOfDay, parseDate, startOfDay, type Instant } from '#kernel';
import type { ReportDocument } from './reports.projection.js';

/** What a setting's reports rest on. `endsOn`: the last day of the programme, beyond which no deadline is extended. */
export interface PlanStanding {
  readonly participation: ParticipationDocument | undefined;
  readonly audits: readonly AuditDocument[];
  readonly plan: PlanDocument | undefined;
  readonly endsOn: string;
}

/** A report is on a plan that was approved; a variation that waits takes nothing from that. */
function planMissing({ participation, audits, plan }: PlanStanding): Turn | undefined {
  if (plan?.status === 'approved') return undefined;
  return planTurn(plan, audits, participation?.enrolledAt ?? '');
}

/**
 * Whose turn it is on a report today. Until its window closes it is the setting's, after its due day as overdue; once the
 * window has closed it is taken no more, and operations must extend the deadline or end the part; after the last day of
 * the programme it is not awaited any more. While the plan that it is to report on is not approved, it waits for whomever
 * the plan waits for. Once the part has ended, a report is not awaited any more, and one that was sent in is still judged:
 * it says what was spent.
 */
export function reportTurn(report: ReportDocument, standing: PlanStanding, now: Instant): Turn {
  const { participation } = standing;
  const own = asTurn(report);
  if (participation !== undefined && isEnded(participation.part)) {
    return report.status === 'awaited' ? NOBODYS_TURN : own;
  }
  if (report.status !== 'awaited') return own;
  const { window, closesOn, dueOn } = report;
  if (now > endOfDay(parseDate(closesOn))) {
    if (now > endOfDay(parseDate(standing.endsOn))) return NOBODYS_TURN;
    const says = `extend the deadline of report ${window}, which closed on ${closesOn} without it, or end the part`;
    return turnOf('extend-deadline', says, startOfDay(addDays(parseDate(closesOn), 1)));
  }
  if (own.nextSince === null || own.nextSince > now) return own;
  const plan = planMissing(standing);
  if (plan !== undefined) {
    return { ...plan, nextIs: `${plan.nextIs} (report ${window} rests on it)`, nextUntil: dueOn };
  }
  const inForceSince = standing.plan?.inForceSince ?? own.nextSince;
  return { ...own, nextSince: inForceSince > own.nextSince ? inForceSince : own.nextSince };
}

import type { AuditDocument } from '#domain/audits';
import { asTurn, turnOf, type Turn } from '#domain/programme';
import type { PlanDocument } from './plans.projection.js';

/** What comes before a setting that takes part has a plan: an audit that is completed, and then the plan. */
export function turnBeforePlan(audits: readonly AuditDocument[], enrolledAt: string): Turn {
  // Of a cycle that was returned, what was found then stays the newest there is.
  const completed = audits.flatMap(({ completedAt }) => (completedAt === null ? [] : [completedAt])).sort();
  const [first] = completed;
  if (first !== undefined) return turnOf('submit-plan', 'submit an action plan', first);
  const [begun] = audits;
  return begun === undefined ? turnOf('start-audit', 'start the audit of need', enrolledAt) : asTurn(begun);
}

/** Whose turn it is on a setting's plan; nobody's once a version is in force and none waits to replace it. */
export function planTurn(
  plan: PlanDocument | undefined,
  audits: readonly AuditDocument[],
  enrolledAt: string,
): Turn {
  return plan === undefined ? turnBeforePlan(audits, enrolledAt) : asTurn(plan);
}

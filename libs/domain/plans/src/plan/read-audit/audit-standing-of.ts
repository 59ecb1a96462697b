import { audit } from '#domain/audits';
import type { EventReference } from '#kernel';
import type { Decisions } from '#platform/event-store';
import type { AuditStanding } from '../audit-standing.js';

const STREAM = 'audit-';

/** How the audit stands whose completion a version of a plan names, from its stream. */
export async function auditStandingOf(
  decisions: Decisions,
  { stream }: EventReference,
): Promise<AuditStanding | null> {
  const { state } = await decisions.load(audit, stream.slice(STREAM.length));
  if (state.status !== 'completed') return null;
  const { cycle, completion, signOff } = state;
  const returned =
    signOff?.outcome === 'returned' ? { by: signOff.by.subject, comments: signOff.comments } : null;
  return { cycle, completion: completion.event, returned };
}

import { refusal, type EventReference, type Refusal } from '#kernel';

/** How the audit stands by now whose needs a version of a plan answers. */
export interface AuditStanding {
  readonly cycle: number;
  /** The newest completion there is of it. */
  readonly completion: EventReference;
  /** Who gave that back to the setting, and why; `null`: nobody has. */
  readonly returned: { readonly by: string; readonly comments: string } | null;
}

/** A plan is submitted, varied and approved on what an audit found, and not on what is being looked at again. */
function refuseReturnedAudit({ cycle, returned }: AuditStanding): Refusal | undefined {
  if (returned === null) return undefined;
  return refusal(
    'PLAN.AUDIT_RETURNED',
    'wrong-state',
    `cycle ${cycle} of the audit was returned by ${returned.by} (${returned.comments}): its setting completes it again, then submits a plan that answers what it found`,
    { cycle, by: returned.by },
  );
}

/**
 * What a version answers must be what the audit found last.
 * @param answered the completion that the version names
 * @param standing `null` only if that audit is not there, which no history holds
 */
export function refuseOtherAudit(
  answered: EventReference,
  standing: AuditStanding | null,
): Refusal | undefined {
  if (standing === null) return undefined;
  const returned = refuseReturnedAudit(standing);
  if (returned !== undefined || standing.completion.eventId === answered.eventId) return returned;
  return refusal(
    'PLAN.AUDIT_COMPLETED_AGAIN',
    'wrong-state',
    `cycle ${standing.cycle} of the audit was completed again since the plan was submitted, which answers what it found before: return the plan, to be submitted on what the audit found last`,
    { cycle: standing.cycle, answered: answered.eventId, completion: standing.completion.eventId },
  );
}

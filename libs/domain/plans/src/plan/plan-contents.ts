import { isRefusal, refusal, type EventReference, type Fact, type Refusal } from '#kernel';
import { totalOf, wholeActions, withoutNulls, type PlanBounds, type SubmittedActions } from './plan-rules.js';
import { refuseEndedPart, type EndedPart } from '#domain/programme';
import { refuseOtherAudit, type AuditStanding } from './audit-standing.js';
import { refuseOverAllocation, type Allocated } from './allocated.js';
import type { PlanState } from './plan-state.js';
import type { PlanAction } from './plan.events.js';

/** What a setting submits, as a plan or as a variation, with what was looked up for it. */
export type PlanContents = Readonly<{
  programmeId: string;
  urn: string;
  /** The completed audit the plan answers; `null` if there is none. */
  audit: (Fact & Pick<PlanBounds, 'needIds' | 'groups'>) | null;
  /** How that audit stands by now. */
  standing?: AuditStanding | null;
  /** `null` while the setting's part runs. */
  ended?: EndedPart | null;
  /** The programme the setting is enrolled in; `null` if there is none of this id. */
  programme: Pick<PlanBounds, 'startsOn' | 'endsOn'> | null;
  /** `null` while nothing is offered or accepted. */
  allocated: Allocated | null;
  actions: SubmittedActions;
}>;

/** Contents that break no rule of their own. */
export interface SoundContents {
  readonly audit: Fact;
  readonly actions: PlanAction[];
  /** The sum of the actions' costs. */
  readonly totalPence: number;
}

/** The first rule that is broken, of the plan's state only by what is carried over; else what a version would say. */
export function soundContents(contents: PlanContents, state: PlanState): SoundContents | Refusal {
  const { programmeId, urn, audit, programme } = contents;
  if (programme === null) {
    return refusal('PROGRAMME.NOT_FOUND', 'not-found', `there is no programme ${programmeId}`, {
      programmeId,
    });
  }
  if (audit === null) {
    return refusal(
      'PLAN.AUDIT_NOT_COMPLETED',
      'wrong-state',
      `setting ${urn} has no completed audit in programme ${programmeId}: a plan answers the needs an audit found`,
      { programmeId, urn },
    );
  }
  const said = withoutNulls(contents.actions);
  const totalPence = totalOf(said, {
    ...audit,
    ...programme,
    carried: state.status === 'none' ? [] : state.carried,
  });
  if (isRefusal(totalPence)) return totalPence;
  return { audit, actions: wholeActions(said), totalPence };
}

/** What a version rests on besides what it says, whenever it is submitted, varied or approved. */
export type RestsOn = Pick<PlanContents, 'standing' | 'ended' | 'allocated'>;

/** The part runs, the audit found last what the version answers, and the money is there. */
export function refuseGrounds(
  version: { readonly audit: EventReference; readonly totalPence: number },
  { ended, standing = null, allocated }: RestsOn,
): Refusal | undefined {
  return (
    refuseEndedPart(ended) ??
    refuseOtherAudit(version.audit, standing) ??
    refuseOverAllocation(version.totalPence, allocated)
  );
}

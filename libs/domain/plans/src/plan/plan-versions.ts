import { refusal, RefusalError, type RecordedEvent } from '#kernel';
import { Equal } from 'typebox/value';
import { tiedAsBefore } from './carried-over.js';
import type { ActionComment, PlanAction, PlanEvent } from './plan.events.js';

/** What became of one version of a plan. */
export type VersionStatus =
  'submitted' | 'returned' | 'approved' | 'approval-withdrawn' | 'replaced' | 'fell';

/** An action with the cycle of the audit that found its need: an earlier one than its version answers if it was carried over. */
export type VersionAction = PlanAction & { readonly auditCycle: number };

/** One version of a setting's plan, as it was submitted, and what was said of it. */
export interface PlanVersion {
  readonly version: number;
  /** `null`: a submission of the plan itself; otherwise why the version in force was to be varied. */
  readonly varies: { readonly version: number; readonly reason: string } | null;
  readonly status: VersionStatus;
  /** Of the audit that the version answers. */
  readonly auditCycle: number;
  readonly submittedAt: string;
  /** Subject of who submitted it. */
  readonly submittedBy: string;
  readonly decidedAt: string | null;
  readonly decidedBy: string | null;
  /** Of its return, or why its approval was withdrawn. */
  readonly because: string | null;
  readonly comments: readonly ActionComment[];
  readonly totalPence: number;
  readonly actions: readonly VersionAction[];
}

type Recorded = RecordedEvent<PlanEvent>;
type Begun = Extract<Recorded, { type: 'ActionPlanSubmitted' | 'ActionPlanVariationSubmitted' }>;

/** @param carried the actions of the version in force, or that was so last */
function begunBy(event: Begun, carried: readonly VersionAction[]): PlanVersion {
  const { data, metadata } = event;
  const { version, totalPence } = data;
  const auditCycle = Number(data.audit.stream.slice(data.audit.stream.lastIndexOf('.') + 1));
  const actions = data.actions.map((action) => ({
    ...action,
    auditCycle: tiedAsBefore(action, carried)?.auditCycle ?? auditCycle,
  }));
  const varies =
    event.type === 'ActionPlanVariationSubmitted'
      ? { version: event.data.inForce, reason: event.data.reason }
      : null;
  return {
    ...{ version, varies, status: 'submitted', auditCycle, submittedAt: metadata.occurredAt },
    ...{ totalPence, actions },
    ...{ submittedBy: metadata.actor.subject, decidedAt: null, decidedBy: null, because: null, comments: [] },
  };
}

/** Every version of a plan, the first first, from its stream. Total. */
export function versionsOf(history: readonly Recorded[]): readonly PlanVersion[] {
  const versions = new Map<number, PlanVersion>();
  let carried: readonly VersionAction[] = [];
  const change = (number: number, to: Partial<PlanVersion>): void => {
    const version = versions.get(number);
    if (version !== undefined) versions.set(number, { ...version, ...to });
  };
  for (const event of history) {
    const { metadata, data } = event;
    const decided = { decidedAt: metadata.occurredAt, decidedBy: metadata.actor.subject };
    switch (event.type) {
      case 'ActionPlanSubmitted':
      case 'ActionPlanVariationSubmitted':
        versions.set(data.version, begunBy(event, carried));
        break;
      case 'ActionPlanReturned':
      case 'ActionPlanVariationReturned':
        change(data.version, {
          ...{ status: 'returned', ...decided },
          ...{ because: event.data.comments, comments: event.data.actions },
        });
        break;
      case 'ActionPlanApproved':
        change(data.version, { status: 'approved', ...decided });
        carried = versions.get(data.version)?.actions ?? carried;
        break;
      case 'ActionPlanVariationApproved':
        change(event.data.replaces, { status: 'replaced' });
        change(data.version, { status: 'approved', ...decided });
        carried = versions.get(data.version)?.actions ?? carried;
        break;
      case 'ActionPlanApprovalWithdrawn':
        change(data.version, { status: 'approval-withdrawn', ...decided, because: event.data.reason });
        // What would have varied it fell with it.
        for (const { version, varies, status } of [...versions.values()]) {
          const pending =
            varies?.version === data.version && (status === 'submitted' || status === 'returned');
          if (pending) change(version, { status: 'fell', ...decided });
        }
        break;
    }
  }
  return [...versions.values()];
}

/** One field of an action in two versions. */
export interface FieldChange {
  readonly field: keyof VersionAction;
  readonly from: VersionAction[keyof VersionAction];
  readonly to: VersionAction[keyof VersionAction];
}

/** What is otherwise in the later of two versions. */
export interface PlanDifference {
  readonly from: number;
  readonly to: number;
  readonly fromPence: number;
  readonly toPence: number;
  readonly added: readonly VersionAction[];
  readonly removed: readonly VersionAction[];
  /** In both, by id, but not the same. */
  readonly changed: readonly { readonly actionId: string; readonly changes: readonly FieldChange[] }[];
}

export function differenceBetween(from: PlanVersion, to: PlanVersion): PlanDifference {
  const before = new Map(from.actions.map((action) => [action.actionId, action]));
  const after = new Set(to.actions.map(({ actionId }) => actionId));
  return {
    ...{ from: from.version, to: to.version, fromPence: from.totalPence, toPence: to.totalPence },
    added: to.actions.filter(({ actionId }) => !before.has(actionId)),
    removed: from.actions.filter(({ actionId }) => !after.has(actionId)),
    changed: to.actions.flatMap((action) => {
      const earlier = before.get(action.actionId);
      const changes = earlier === undefined ? [] : changesOf(earlier, action);
      return changes.length === 0 ? [] : [{ actionId: action.actionId, changes }];
    }),
  };
}

function changesOf(from: VersionAction, to: VersionAction): readonly FieldChange[] {
  const fields = Object.keys(to) as (keyof VersionAction)[];
  return fields
    .filter((field) => !Equal(from[field], to[field]))
    .map((field) => ({ field, from: from[field], to: to[field] }));
}

/** @throws RefusalError `PLAN.VERSION` */
export function versionNumber(text: string, field: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new RefusalError(
    refusal('PLAN.VERSION', 'invalid', `${field} must be the number of a version of the plan`, { field }),
  );
}

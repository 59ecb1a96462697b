import { versionsOf, type PlanEvent, type PlanState } from '#domain/plans';
import { factOf, type RecordedEvent } from '#kernel';
import type { SubmitProgressReportCommand } from '../report.js';

/** Of a version that is, or once was, in force: what it planned may have been begun. */
const WAS_IN_FORCE: ReadonlySet<string> = new Set(['approved', 'replaced', 'approval-withdrawn']);

/**
 * The plan that a setting reports on: the one in force, or, once its part has ended, the last that was; with the actions
 * that only earlier ones had. `null` while no plan is approved.
 */
export function planReportedOn(
  planned: { readonly state: PlanState; readonly history: readonly RecordedEvent<PlanEvent>[] },
  hasEnded: boolean,
): SubmitProgressReportCommand['data']['plan'] {
  const approval = planned.history.findLast(
    (event) => event.type === 'ActionPlanApproved' || event.type === 'ActionPlanVariationApproved',
  );
  if (approval === undefined || (planned.state.status !== 'approved' && !hasEnded)) return null;
  const versions = versionsOf(planned.history).filter(({ status }) => WAS_IN_FORCE.has(status));
  // A later version says over an earlier one what an action costs.
  const plannedIn = (those: typeof versions) => [
    ...new Map(
      those.flatMap(({ actions }) =>
        actions.map(({ actionId, costPence }) => [actionId, { actionId, costPence }] as const),
      ),
    ).values(),
  ];
  const actions = plannedIn(versions.filter(({ version }) => version === approval.data.version));
  const inForce = new Set(actions.map(({ actionId }) => actionId));
  const formerly = plannedIn(versions).filter(({ actionId }) => !inForce.has(actionId));
  return { ...factOf(approval), actions, formerly };
}

import { plansProjection } from './read-models/plans/plans.projection.js';

export * from './plan/plan.events.js';
export { ALLOCATIONS, type Allocated, type Allocations } from './plan/allocated.js';
export { plan } from './plan/plan.js';
export type { PlanState } from './plan/plan-state.js';
export { MOST_ACTIONS, type SubmittedActions } from './plan/plan-rules.js';
export { ApproveActionPlan } from './plan/approve-action-plan/approve-action-plan.handler.js';
export { ReturnActionPlan } from './plan/return-action-plan/return-action-plan.handler.js';
export {
  SubmitActionPlan,
  type SubmitActionPlanInput,
} from './plan/submit-action-plan/submit-action-plan.handler.js';
export { WithdrawPlanApproval } from './plan/withdraw-plan-approval/withdraw-plan-approval.handler.js';
export {
  VaryActionPlan,
  type VaryActionPlanInput,
} from './plan/vary-action-plan/vary-action-plan.handler.js';
export { ReturnActionPlanVariation } from './plan/return-action-plan-variation/return-action-plan-variation.handler.js';
export { ApproveActionPlanVariation } from './plan/approve-action-plan-variation/approve-action-plan-variation.handler.js';
export {
  ComparePlanVersions,
  ExportPlanCsv,
  GetPrioritisation,
  ListPlanVersions,
} from './plan/review-plan/review-plan.query.js';
export {
  versionNumber,
  versionsOf,
  type FieldChange,
  type PlanDifference,
  type PlanVersion,
} from './plan/plan-versions.js';
export type { PrioritisationMatrix } from './plan/prioritisation.js';
export { GetPlan, type PlanShown } from './read-models/plans/plans.query.js';
export { planTurn, turnBeforePlan } from './read-models/plans/plan-turn.js';
export { plansProjection, type PlanDocument } from './read-models/plans/plans.projection.js';
export const plansProjections = [plansProjection] as const;
export { PlansModule } from './plans.module.js';

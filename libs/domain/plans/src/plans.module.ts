import { Module } from '@nestjs/common';
import { ApproveActionPlanController } from './plan/approve-action-plan/approve-action-plan.controller.js';
import { ApproveActionPlanHandler } from './plan/approve-action-plan/approve-action-plan.handler.js';
import { ReturnActionPlanController } from './plan/return-action-plan/return-action-plan.controller.js';
import { ReturnActionPlanHandler } from './plan/return-action-plan/return-action-plan.handler.js';
import { SubmitActionPlanController } from './plan/submit-action-plan/submit-action-plan.controller.js';
import { SubmitActionPlanHandler } from './plan/submit-action-plan/submit-action-plan.handler.js';
import { WithdrawPlanApprovalController } from './plan/withdraw-plan-approval/withdraw-plan-approval.controller.js';
import { WithdrawPlanApprovalHandler } from './plan/withdraw-plan-approval/withdraw-plan-approval.handler.js';
import { PlansController } from './read-models/plans/plans.controller.js';
import { GetPlanHandler } from './read-models/plans/plans.query.js';

@Module({
  controllers: [
    SubmitActionPlanController,
    ReturnActionPlanController,
    ApproveActionPlanController,
    WithdrawPlanApprovalController,
    PlansController,
  ],
  providers: [
    SubmitActionPlanHandler,
    ReturnActionPlanHandler,
    ApproveActionPlanHandler,
    WithdrawPlanApprovalHandler,
    GetPlanHandler,
  ],
})
export class PlansModule {}

import { PartToday } from '#domain/programme';
import { Module } from '@nestjs/common';
import { ReviewPlanController } from './plan/review-plan/review-plan.controller.js';
import {
  ComparePlanVersionsHandler,
  ExportPlanCsvHandler,
  GetPrioritisationHandler,
  ListPlanVersionsHandler,
} from './plan/review-plan/review-plan.query.js';
import { ApproveActionPlanVariationController } from './plan/approve-action-plan-variation/approve-action-plan-variation.controller.js';
import { ApproveActionPlanVariationHandler } from './plan/approve-action-plan-variation/approve-action-plan-variation.handler.js';
import { ApproveActionPlanController } from './plan/approve-action-plan/approve-action-plan.controller.js';
import { ApproveActionPlanHandler } from './plan/approve-action-plan/approve-action-plan.handler.js';
import { ReturnActionPlanVariationController } from './plan/return-action-plan-variation/return-action-plan-variation.controller.js';
import { ReturnActionPlanVariationHandler } from './plan/return-action-plan-variation/return-action-plan-variation.handler.js';
import { ReturnActionPlanController } from './plan/return-action-plan/return-action-plan.controller.js';
import { ReturnActionPlanHandler } from './plan/return-action-plan/return-action-plan.handler.js';
import { SubmissionFacts } from './plan/submit-action-plan/submission-facts.js';
import { SubmitActionPlanController } from './plan/submit-action-plan/submit-action-plan.controller.js';
import { SubmitActionPlanHandler } from './plan/submit-action-plan/submit-action-plan.handler.js';
import { VaryActionPlanController } from './plan/vary-action-plan/vary-action-plan.controller.js';
import { VaryActionPlanHandler } from './plan/vary-action-plan/vary-action-plan.handler.js';
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
    VaryActionPlanController,
    ReturnActionPlanVariationController,
    ApproveActionPlanVariationController,
    PlansController,
    ReviewPlanController,
  ],
  providers: [
    SubmissionFacts,
    SubmitActionPlanHandler,
    ReturnActionPlanHandler,
    ApproveActionPlanHandler,
    WithdrawPlanApprovalHandler,
    VaryActionPlanHandler,
    ReturnActionPlanVariationHandler,
    ApproveActionPlanVariationHandler,
    GetPlanHandler,
    PartToday,
    ListPlanVersionsHandler,
    ComparePlanVersionsHandler,
    ExportPlanCsvHandler,
    GetPrioritisationHandler,
  ],
})
export class PlansModule {}

import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { plan } from '../plan.js';
import { SubmissionFacts } from '../submit-action-plan/submission-facts.js';

/** Approves a submitted plan; never by somebody who submitted a version of it. */
export class ApproveActionPlan {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ApproveActionPlan)
export class ApproveActionPlanHandler implements ICommandHandler<ApproveActionPlan, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    private readonly facts: SubmissionFacts,
  ) {}

  async execute({ input, context }: ApproveActionPlan): Promise<Outcome> {
    const { programmeId, urn } = input;
    const data = await this.facts.forApproval(input, (state) =>
      state.status === 'submitted' ? state.audit : null,
    );
    const request = { type: 'ApproveActionPlan', data } as const;
    return this.decisions.execute(plan, participationId(programmeId, urn), request, context);
  }
}

import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { plan } from '../plan.js';
import { SubmissionFacts } from '../submit-action-plan/submission-facts.js';

/** Approves a variation, which takes the place of the version in force; never by somebody who submitted a version. */
export class ApproveActionPlanVariation {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ApproveActionPlanVariation)
export class ApproveActionPlanVariationHandler implements ICommandHandler<
  ApproveActionPlanVariation,
  Outcome
> {
  constructor(
    private readonly decisions: Decisions,
    private readonly facts: SubmissionFacts,
  ) {}

  async execute({ input, context }: ApproveActionPlanVariation): Promise<Outcome> {
    const { programmeId, urn } = input;
    const data = await this.facts.forApproval(input, (state) =>
      state.status === 'approved' ? (state.variation?.audit ?? null) : null,
    );
    const request = { type: 'ApproveActionPlanVariation', data } as const;
    return this.decisions.execute(plan, participationId(programmeId, urn), request, context);
  }
}

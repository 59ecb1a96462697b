import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { plan } from '../plan.js';
import { SubmissionFacts, type SubmissionInput } from '../submit-action-plan/submission-facts.js';

export type VaryActionPlanInput = SubmissionInput & {
  /** Why the approved plan no longer serves. */
  readonly reason: string;
};

/** Submits another version of an approved plan, which stays in force until that one is approved. */
export class VaryActionPlan {
  constructor(
    readonly input: VaryActionPlanInput,
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(VaryActionPlan)
export class VaryActionPlanHandler implements ICommandHandler<VaryActionPlan, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    private readonly facts: SubmissionFacts,
  ) {}

  async execute({ input, context }: VaryActionPlan): Promise<Outcome> {
    const data = { ...(await this.facts.of(input, context)), reason: input.reason };
    const id = participationId(input.programmeId, input.urn);
    return this.decisions.execute(plan, id, { type: 'VaryActionPlan', data }, context);
  }
}

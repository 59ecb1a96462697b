import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { plan } from '../plan.js';
import { SubmissionFacts, type SubmissionInput } from './submission-facts.js';

export type SubmitActionPlanInput = SubmissionInput;

/** Submits a setting's action plan, or submits it again after it was returned. */
export class SubmitActionPlan {
  constructor(
    readonly input: SubmitActionPlanInput,
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(SubmitActionPlan)
export class SubmitActionPlanHandler implements ICommandHandler<SubmitActionPlan, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    private readonly facts: SubmissionFacts,
  ) {}

  async execute({ input, context }: SubmitActionPlan): Promise<Outcome> {
    const data = await this.facts.of(input, context);
    const id = participationId(input.programmeId, input.urn);
    return this.decisions.execute(plan, id, { type: 'SubmitActionPlan', data }, context);
  }
}

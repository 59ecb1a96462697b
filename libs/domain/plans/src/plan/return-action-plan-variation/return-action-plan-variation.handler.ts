import { endedPartOf } from '#domain/programme';
import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { plan } from '../plan.js';
import type { ReturnActionPlanInput } from '../return-action-plan/return-action-plan.handler.js';

/** Gives a variation back to its setting with comments; the version in force stays so. */
export class ReturnActionPlanVariation {
  constructor(
    readonly input: ReturnActionPlanInput,
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ReturnActionPlanVariation)
export class ReturnActionPlanVariationHandler implements ICommandHandler<ReturnActionPlanVariation, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input, context }: ReturnActionPlanVariation): Promise<Outcome> {
    const { programmeId, urn, comments, actions = [] } = input;
    const ended = await endedPartOf(this.decisions, programmeId, urn);
    const request = { type: 'ReturnActionPlanVariation', data: { comments, actions, ended } } as const;
    return this.decisions.execute(plan, participationId(programmeId, urn), request, context);
  }
}

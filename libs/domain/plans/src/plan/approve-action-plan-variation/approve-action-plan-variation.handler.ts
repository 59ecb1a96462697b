import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ALLOCATIONS, type Allocations } from '../allocated.js';
import { plan } from '../plan.js';

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
    @Inject(ALLOCATIONS) private readonly allocations: Allocations,
  ) {}

  async execute({ input, context }: ApproveActionPlanVariation): Promise<Outcome> {
    const { programmeId, urn } = input;
    const data = { allocated: await this.allocations.of(programmeId, urn) };
    const request = { type: 'ApproveActionPlanVariation', data } as const;
    return this.decisions.execute(plan, participationId(programmeId, urn), request, context);
  }
}

import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ALLOCATIONS, type Allocations } from '../allocated.js';
import { plan } from '../plan.js';

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
    @Inject(ALLOCATIONS) private readonly allocations: Allocations,
  ) {}

  async execute({ input, context }: ApproveActionPlan): Promise<Outcome> {
    const { programmeId, urn } = input;
    const data = { allocated: await this.allocations.of(programmeId, urn) };
    const request = { type: 'ApproveActionPlan', data } as const;
    return this.decisions.execute(plan, participationId(programmeId, urn), request, context);
  }
}

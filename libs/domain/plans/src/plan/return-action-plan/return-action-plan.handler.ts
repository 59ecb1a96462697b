import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { plan } from '../plan.js';

/** Gives a submitted plan back to its setting with comments. */
export class ReturnActionPlan {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string; readonly comments: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ReturnActionPlan)
export class ReturnActionPlanHandler implements ICommandHandler<ReturnActionPlan, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  execute({ input, context }: ReturnActionPlan): Promise<Outcome> {
    const { programmeId, urn, comments } = input;
    const request = { type: 'ReturnActionPlan', data: { comments } } as const;
    return this.decisions.execute(plan, participationId(programmeId, urn), request, context);
  }
}

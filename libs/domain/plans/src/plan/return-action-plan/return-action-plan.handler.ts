import { endedPartOf } from '#domain/programme';
import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Comments } from '../plan-comments.js';
import { plan } from '../plan.js';

export type ReturnActionPlanInput = Pick<Comments, 'comments'> & {
  readonly programmeId: string;
  readonly urn: string;
  /** Left out: there is nothing to say of single actions. */
  readonly actions?: Comments['actions'];
};

/** Gives a submitted plan back to its setting with comments, on the whole and on single actions. */
export class ReturnActionPlan {
  constructor(
    readonly input: ReturnActionPlanInput,
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ReturnActionPlan)
export class ReturnActionPlanHandler implements ICommandHandler<ReturnActionPlan, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input, context }: ReturnActionPlan): Promise<Outcome> {
    const { programmeId, urn, comments, actions = [] } = input;
    const ended = await endedPartOf(this.decisions, programmeId, urn);
    const request = { type: 'ReturnActionPlan', data: { comments, actions, ended } } as const;
    return this.decisions.execute(plan, participationId(programmeId, urn), request, context);
  }
}

import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { allocation } from '../allocation.js';

/** Approves what somebody else proposed to claim back: the setting owes it. */
export class ApproveReclaim {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly urn: string;
      readonly reclaim: number;
    },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ApproveReclaim)
export class ApproveReclaimHandler implements ICommandHandler<ApproveReclaim, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  execute({ input: { programmeId, urn, ...data }, context }: ApproveReclaim): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    return this.decisions.execute(allocation, id, { type: 'ApproveReclaim', data }, context);
  }
}

import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { allocation } from '../allocation.js';

/** Lets go of what is still owed of a reclaim, with the reason; once it is approved, not by who proposed it. */
export class WithdrawReclaim {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly urn: string;
      readonly reclaim: number;
      readonly reason: string;
    },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(WithdrawReclaim)
export class WithdrawReclaimHandler implements ICommandHandler<WithdrawReclaim, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  execute({ input: { programmeId, urn, ...data }, context }: WithdrawReclaim): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    return this.decisions.execute(allocation, id, { type: 'WithdrawReclaim', data }, context);
  }
}

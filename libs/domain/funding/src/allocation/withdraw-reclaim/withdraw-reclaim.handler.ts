import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { allocation } from '../allocation.js';
import type { WithdrawnAs } from '../money-back.events.js';

/**
 * What is still owed of a reclaim is not asked for any more, with the reason: it was a mistake, or the money is let go of, which takes
 * an approved reclaim and somebody else than who proposed it.
 */
export class WithdrawReclaim {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly urn: string;
      readonly reclaim: number;
      readonly outcome: WithdrawnAs;
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

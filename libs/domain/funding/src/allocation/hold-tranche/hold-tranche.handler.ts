import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { allocation } from '../allocation.js';

/** Hold a tranche, with the reason: nobody signs it until it is resumed. */
export class HoldTranche {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly urn: string;
      readonly number: number;
      readonly reason: string;
    },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(HoldTranche)
export class HoldTrancheHandler implements ICommandHandler<HoldTranche, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  execute({ input: { programmeId, urn, ...data }, context }: HoldTranche): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    return this.decisions.execute(allocation, id, { type: 'HoldTranche', data }, context);
  }
}

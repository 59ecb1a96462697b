import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { allocation } from '../allocation.js';
import { settledTranches } from '../read-settled/settled-tranches.js';

/** Records money that came in for a reclaim, all of it or a part, by the reference of the bank. */
export class ReceiveReclaim {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly urn: string;
      readonly reclaim: number;
      readonly amountPence: number;
      readonly reference: string;
    },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ReceiveReclaim)
export class ReceiveReclaimHandler implements ICommandHandler<ReceiveReclaim, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input: { programmeId, urn, ...said }, context }: ReceiveReclaim): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    const data = { ...said, paid: await settledTranches(this.decisions, programmeId, urn) };
    return this.decisions.execute(allocation, id, { type: 'ReceiveReclaim', data }, context);
  }
}

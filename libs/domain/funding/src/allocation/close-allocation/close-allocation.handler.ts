import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { settledAfter } from '../../fund/settle-reservation/settled-after.js';
import { allocation } from '../allocation.js';
import { settledTranches } from '../read-settled/settled-tranches.js';

/** Closes an allocation, with the reason; refused while anything of it is unfinished. */
export class CloseAllocation {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string; readonly reason: string },
    readonly context: CommandContext,
  ) {}
}

/** First the allocation is closed, then the fund has back what it did not come to. */
@CommandHandler(CloseAllocation)
export class CloseAllocationHandler implements ICommandHandler<CloseAllocation, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    private readonly commands: CommandBus,
  ) {}

  async execute({ input: { programmeId, urn, reason }, context }: CloseAllocation): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    const data = { reason, paid: await settledTranches(this.decisions, programmeId, urn) };
    const outcome = await this.decisions.execute(allocation, id, { type: 'CloseAllocation', data }, context);
    const { state } = await this.decisions.load(allocation, id);
    if (state.status !== 'closed') return outcome;
    const { reservationId } = state;
    return settledAfter(outcome, { programmeId, reservationId }, context, this.commands);
  }
}

import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { settledAfter } from '../../fund/settle-reservation/settled-after.js';
import { allocation } from '../allocation.js';

/** The setting declines its offer, with the reason. */
export class DeclineOffer {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string; readonly reason: string },
    readonly context: CommandContext,
  ) {}
}

/** First the allocation records it, then the fund has its money back. */
@CommandHandler(DeclineOffer)
export class DeclineOfferHandler implements ICommandHandler<DeclineOffer, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    private readonly commands: CommandBus,
  ) {}

  async execute({ input: { programmeId, urn, reason }, context }: DeclineOffer): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    const request = { type: 'DeclineOffer', data: { reason } } as const;
    const outcome = await this.decisions.execute(allocation, id, request, context);
    const { state } = await this.decisions.load(allocation, id);
    if (state.status !== 'none' || state.ended === undefined) return outcome;
    const { reservationId } = state.ended;
    return settledAfter(outcome, { programmeId, reservationId }, context, this.commands);
  }
}

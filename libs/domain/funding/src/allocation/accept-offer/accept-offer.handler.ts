import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { settledAfter } from '../../fund/settle-reservation/settled-after.js';
import { allocation } from '../allocation.js';
import { partStanding } from '../read-standing/part-standing.js';

/** The setting accepts its offer, on the grant agreement that it has signed. */
export class AcceptOffer {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string },
    readonly context: CommandContext,
  ) {}
}

/** First the allocation records the acceptance, then the fund confirms. */
@CommandHandler(AcceptOffer)
export class AcceptOfferHandler implements ICommandHandler<AcceptOffer, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    private readonly commands: CommandBus,
  ) {}

  async execute({ input: { programmeId, urn }, context }: AcceptOffer): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    const at = context.occurredAt ?? this.decisions.now();
    const data = { standing: await partStanding(this.decisions, programmeId, urn, at) };
    const outcome = await this.decisions.execute(allocation, id, { type: 'AcceptOffer', data }, context);
    const { state } = await this.decisions.load(allocation, id);
    if (state.status !== 'accepted') return outcome;
    const { reservationId } = state;
    return settledAfter(outcome, { programmeId, reservationId }, context, this.commands);
  }
}

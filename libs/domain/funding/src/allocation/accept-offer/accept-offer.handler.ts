import { participationId, RefusalError, systemActor } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SettleReservation } from '../../fund/settle-reservation/settle-reservation.handler.js';
import { allocation } from '../allocation.js';

/** The setting accepts its offer, and with it the grant agreement. */
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
    const outcome = await this.decisions.execute(allocation, id, { type: 'AcceptOffer', data: {} }, context);
    const { state } = await this.decisions.load(allocation, id);
    if (state.status !== 'accepted') return outcome;
    const { correlationId, commandId: causationId } = context;
    const byItself = { actor: systemActor('settle-reservations'), correlationId, causationId };
    const { reservationId } = state;
    try {
      const confirmed = await this.commands.execute<SettleReservation, Outcome | undefined>(
        new SettleReservation({ programmeId, reservationId }, byItself),
      );
      // Whoever waits for this position sees the commitment too.
      const position = confirmed?.position ?? 0n;
      return position > outcome.position ? { ...outcome, position } : outcome;
    } catch (error) {
      // The offer is accepted, whatever became of the second half: the policy finishes it.
      if (error instanceof RefusalError) return outcome;
      throw error;
    }
  }
}

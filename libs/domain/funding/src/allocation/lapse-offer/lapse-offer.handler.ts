import { derivedId, participationId, RefusalError } from '#kernel';
import { Decisions } from '#platform/event-store';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { fund } from '../../fund/fund.js';
import { carriedOverFor } from '../../fund/reservation.js';
import { SettleReservation } from '../../fund/settle-reservation/settle-reservation.handler.js';
import type { SystemContext } from '../../policies/caused-by.js';
import { allocation } from '../allocation.js';
import { partStanding } from '../read-standing/part-standing.js';

/**
 * Ends an offer whose last day has passed, or whose setting takes part no more; leaves every other as it is. Also what was
 * kept to be offered to the setting, and never was, is then free again.
 */
export class LapseOffer {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string },
    readonly context: SystemContext,
  ) {}
}

/** What was answered meanwhile, or stands still, is left alone. */
const LEFT_ALONE: ReadonlySet<string> = new Set([
  'ALLOCATION.NOT_OFFERED',
  'ALLOCATION.ALREADY_ACCEPTED',
  'ALLOCATION.CLOSED',
  'ALLOCATION.OFFER_STANDS',
]);

@CommandHandler(LapseOffer)
export class LapseOfferHandler implements ICommandHandler<LapseOffer, void> {
  constructor(
    private readonly decisions: Decisions,
    private readonly commands: CommandBus,
  ) {}

  async execute({ input, context }: LapseOffer): Promise<void> {
    const { programmeId, urn } = input;
    const id = participationId(programmeId, urn);
    const { state } = await this.decisions.load(allocation, id);
    if (state.status === 'none') return this.freeCarriedOver(input, context);
    if (state.status !== 'offered') return;
    const standing = await partStanding(this.decisions, programmeId, urn, this.decisions.now());
    try {
      await this.decisions.execute(
        allocation,
        id,
        { type: 'LapseOffer', data: { standing } },
        { ...context, commandId: derivedId('lapse-offer', id, state.reservationId) },
      );
    } catch (error) {
      if (!(error instanceof RefusalError) || !LEFT_ALONE.has(error.code)) throw error;
    }
  }

  private async freeCarriedOver(
    { programmeId, urn }: LapseOffer['input'],
    context: SystemContext,
  ): Promise<void> {
    const { state } = await this.decisions.load(fund, programmeId);
    const kept = carriedOverFor(state, participationId(programmeId, urn));
    if (kept === undefined) return;
    const standing = await partStanding(this.decisions, programmeId, urn, this.decisions.now());
    if (standing === null || standing.ended === null) return;
    const { reservationId } = kept;
    await this.commands.execute(new SettleReservation({ programmeId, reservationId }, context));
  }
}

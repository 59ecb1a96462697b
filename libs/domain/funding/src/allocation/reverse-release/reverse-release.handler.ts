import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { settledAfter } from '../../fund/settle-reservation/settled-after.js';
import { allocation } from '../allocation.js';
import { paymentStanding } from '../read-payment/payment-standing.js';

/** Reverses the release of a tranche that the bank was not told to pay, or would not, with the reason. */
export class ReverseRelease {
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

@CommandHandler(ReverseRelease)
export class ReverseReleaseHandler implements ICommandHandler<ReverseRelease, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    private readonly commands: CommandBus,
  ) {}

  async execute({ input: { programmeId, urn, ...said }, context }: ReverseRelease): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    const payment = await paymentStanding(this.decisions, programmeId, urn, said.number);
    const data = { ...said, payment };
    const outcome = await this.decisions.execute(allocation, id, { type: 'ReverseRelease', data }, context);
    const { state } = await this.decisions.load(allocation, id);
    if (state.status !== 'closed') return outcome;
    const { reservationId } = state;
    return settledAfter(outcome, { programmeId, reservationId }, context, this.commands);
  }
}

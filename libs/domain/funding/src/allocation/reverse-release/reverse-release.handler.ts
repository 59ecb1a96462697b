import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
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
  constructor(private readonly decisions: Decisions) {}

  async execute({ input: { programmeId, urn, ...said }, context }: ReverseRelease): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    const payment = await paymentStanding(this.decisions, programmeId, urn, said.number);
    const data = { ...said, payment };
    return this.decisions.execute(allocation, id, { type: 'ReverseRelease', data }, context);
  }
}

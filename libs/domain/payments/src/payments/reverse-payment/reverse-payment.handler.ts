import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RELEASED_TRANCHES, type ReleasedTranches } from '../payable/released-tranches.js';
import { payments } from '../payments.js';

/** Reverses what was recorded of a payment, with the reason: money that came back, or a failure that was none. */
export class ReversePayment {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly trancheId: string;
      /** `failed`: it was settled, and came back. `instructed`: it had not failed. */
      readonly becomes: 'failed' | 'instructed';
      readonly reason: string;
    },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ReversePayment)
export class ReversePaymentHandler implements ICommandHandler<ReversePayment, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    @Inject(RELEASED_TRANCHES) private readonly released: ReleasedTranches,
  ) {}

  async execute({ input, context }: ReversePayment): Promise<Outcome> {
    const cameBack = await this.released.cameBack(input.programmeId, input.trancheId);
    const request = { type: 'ReversePayment', data: { ...input, cameBack } } as const;
    return this.decisions.execute(payments, input.programmeId, request, context);
  }
}

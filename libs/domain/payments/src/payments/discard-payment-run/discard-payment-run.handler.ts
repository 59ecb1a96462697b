import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { payments } from '../payments.js';

/** Discards a run before it is released, with the reason: its tranches can be put into another. */
export class DiscardPaymentRun {
  constructor(
    readonly input: { readonly programmeId: string; readonly run: number; readonly reason: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(DiscardPaymentRun)
export class DiscardPaymentRunHandler implements ICommandHandler<DiscardPaymentRun, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  execute({ input, context }: DiscardPaymentRun): Promise<Outcome> {
    return this.decisions.execute(
      payments,
      input.programmeId,
      { type: 'DiscardPaymentRun', data: input },
      context,
    );
  }
}

import { isRefusal, RefusalError } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RELEASED_TRANCHES, type ReleasedTranches } from '../payable/released-tranches.js';
import type { ReleasedNow } from '../bars.js';
import { payments } from '../payments.js';

/** Reverses what is recorded of a payment, with the reason: money that came back, or a failure that was none. */
export class ReversePayment {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly trancheId: string;
      /** `failed`: it was settled, or the bank named another amount, and all of it came back. `instructed`: it had not failed. */
      readonly becomes: 'failed' | 'instructed';
      readonly reason: string;
    },
    readonly context: CommandContext,
  ) {}
}

/**
 * First the allocation is told that money was not paid, so that none of it comes back in the same moment, then the payment is
 * reversed. Broken off between the two, it is finished by whoever asks again, or minutes later by a policy of the funding; until
 * then nothing of it can come back. What the bank named another amount for was not settled: of that the allocation is told nothing,
 * and a settlement in the same moment wins.
 */
@CommandHandler(ReversePayment)
export class ReversePaymentHandler implements ICommandHandler<ReversePayment, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    @Inject(RELEASED_TRANCHES) private readonly released: ReleasedTranches,
  ) {}

  /** @throws RefusalError `PAYMENT.*`, `TIME.BEFORE_ITS_FACTS` */
  async execute({ input, context }: ReversePayment): Promise<Outcome> {
    const { programmeId, trancheId, becomes, reason } = input;
    const released = becomes === 'instructed' ? await this.releasedNow(programmeId, trancheId) : null;
    const request = { type: 'ReversePayment', data: { ...input, released } } as const;
    const at = this.decisions.momentOf(context);
    const { state, history, revision } = await this.decisions.load(payments, programmeId);
    const payment = state.payments[trancheId];
    const done = history.some(({ metadata }) => metadata.commandId === context.commandId);
    const stale = context.expectedRevision !== undefined && context.expectedRevision !== revision;
    if (becomes === 'failed' && !done && !stale) {
      const decision = payments.decide({ ...request, by: context.actor, at }, state);
      if (isRefusal(decision)) throw new RefusalError(decision);
      const settlement = payment?.status === 'settled' ? payment.answered : null;
      if (decision.length > 0 && settlement !== null) {
        const { expectedRevision: _, ...own } = context;
        const said = { programmeId, trancheId, settlement, reason };
        await this.released.paymentReversed(said, { ...own, occurredAt: at });
      }
    }
    const differs = becomes === 'failed' && payment !== undefined && payment.differs !== null;
    const asDecided = differs && revision !== 'no-stream' ? { expectedRevision: revision } : {};
    return this.decisions.execute(payments, programmeId, request, {
      ...{ ...asDecided, ...context, occurredAt: at },
    });
  }

  private async releasedNow(programmeId: string, trancheId: string): Promise<ReleasedNow | null> {
    const released = await this.released.of(programmeId);
    const tranche = released.find((one) => one.trancheId === trancheId);
    if (tranche === undefined) return null;
    const { amountPence, release } = tranche;
    return { eventId: release.event.eventId, amountPence };
  }
}

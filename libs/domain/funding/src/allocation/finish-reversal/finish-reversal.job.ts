import { barOf, paymentBarred, payments, ReversePayment } from '#domain/payments';
import { participationId, RefusalError, type RecordedEvent } from '#kernel';
import { Decisions, type CommandContext } from '#platform/event-store';
import { HandlesJob, type JobHandler } from '#platform/jobs';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Type, type Static } from 'typebox';
import { Cause, payloadAs } from '../../policies/caused-by.js';
import { tranchePaymentReversed } from '../allocation.events.js';
import { allocation } from '../allocation.js';
import { ReverseRelease } from '../reverse-release/reverse-release.handler.js';
import { trancheId } from '../tranche-id.js';

export const FINISH_REVERSAL = 'finish-reversal';
const Payload = Type.Object({
  programmeId: Type.String(),
  urn: Type.String(),
  number: Type.Integer(),
  cause: Cause,
});
type OfTranche = Static<typeof Payload>;

/** The release stands for now, and what barred it is lifted: that ends it as well. */
const STANDS = 'TRANCHE.LATER_RELEASED';

/**
 * Sends once more the command of whoever began to reverse a release or a payment and was broken off: theirs, by its own id, so that
 * it is done once however often it is asked for. What was ended meanwhile, either way, is left as it is.
 */
@Injectable()
@HandlesJob(FINISH_REVERSAL)
export class FinishReversalJob implements JobHandler {
  constructor(
    private readonly decisions: Decisions,
    private readonly commands: CommandBus,
  ) {}

  async run(job: { readonly payload: unknown }): Promise<void> {
    const of = payloadAs(Payload, job.payload);
    await this.finishRelease(of);
    await this.finishPayment(of);
  }

  private async finishRelease({ programmeId, urn, number, cause }: OfTranche): Promise<void> {
    const { state: paid, history } = await this.decisions.load(payments, programmeId);
    const begun = history.find(({ id }) => id === cause.eventId);
    if (begun?.type !== paymentBarred.type) return;
    const { release, reason } = begun.data;
    const bar = barOf(paid, trancheId(programmeId, urn, number), release);
    const { state, history: ofAllocation } = await this.decisions.load(
      allocation,
      participationId(programmeId, urn),
    );
    const tranche = state.status === 'none' ? undefined : state.tranches.find((one) => one.number === number);
    const isLeft = bar !== undefined && tranche?.released?.event.eventId === release.eventId;
    if (!isLeft) return;
    // Released anew meanwhile, it would be another release that is reversed.
    const context = { ...asAsked(begun), expectedRevision: ofAllocation.at(-1)!.revision };
    try {
      await this.commands.execute(new ReverseRelease({ programmeId, urn, number, reason }, context));
    } catch (error) {
      if (!(error instanceof RefusalError) || error.code !== STANDS) throw error;
    }
  }

  private async finishPayment({ programmeId, urn, number, cause }: OfTranche): Promise<void> {
    const { history } = await this.decisions.load(allocation, participationId(programmeId, urn));
    const begun = history.find(({ id }) => id === cause.eventId);
    if (begun?.type !== tranchePaymentReversed.type) return;
    const { settlement, reason } = begun.data;
    const id = trancheId(programmeId, urn, number);
    const { state, history: ofPayments } = await this.decisions.load(payments, programmeId);
    if (state.payments[id]?.answered?.event.eventId !== settlement.eventId) return;
    const input = { programmeId, trancheId: id, becomes: 'failed', reason } as const;
    const context = { ...asAsked(begun), expectedRevision: ofPayments.at(-1)!.revision };
    await this.commands.execute(new ReversePayment(input, context));
  }
}

/** As they asked for it: the first step names their command as what caused it. */
function asAsked({ id, metadata }: RecordedEvent): CommandContext {
  const { actor, causationId: commandId, correlationId, occurredAt } = metadata;
  return { actor, commandId, correlationId, causationId: id, occurredAt };
}

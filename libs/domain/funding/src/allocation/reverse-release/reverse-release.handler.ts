import { payments } from '#domain/payments';
import { derivedId, isRefusal, participationId, RefusalError, type Fact, type Instant } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { settledAfter } from '../../fund/settle-reservation/settled-after.js';
import { allocation } from '../allocation.js';
import { paymentStandings } from '../read-payment/payment-standings.js';
import { trancheId } from '../tranche-id.js';
import type { ReverseReleaseCommand } from '../tranche-objections.js';

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

/** After this the release stands for now; after any other somebody may be at it. */
const STANDS = 'TRANCHE.LATER_RELEASED';

interface Release {
  readonly programmeId: string;
  readonly urn: string;
  readonly number: number;
  readonly amountPence: number;
  readonly release: Fact;
}

/**
 * First the payments bar the release, so that it is not paid in the same moment, then it is reversed. Broken off between the two,
 * it is finished, or the bar lifted, by whoever asks again, or minutes later by the policy `finish-reversals`.
 */
@CommandHandler(ReverseRelease)
export class ReverseReleaseHandler implements ICommandHandler<ReverseRelease, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    private readonly commands: CommandBus,
  ) {}

  async execute({ input: { programmeId, urn, ...said }, context }: ReverseRelease): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    const at = this.decisions.momentOf(context);
    const { state, history, revision } = await this.decisions.load(allocation, id);
    const standings = await paymentStandings(this.decisions, state);
    const request = { type: 'ReverseRelease', data: { ...said, payments: standings } } as const;
    const tranche =
      state.status === 'none' ? undefined : state.tranches.find((one) => one.number === said.number);
    const decision = allocation.decide({ ...request, by: context.actor, at }, state);
    const done = history.some(({ metadata }) => metadata.commandId === context.commandId);
    // Whoever has not seen what happened since is refused before anything is barred.
    const stale = context.expectedRevision !== undefined && context.expectedRevision !== revision;
    if (done || stale || tranche === undefined || tranche.released === null)
      return this.reverse(id, request, at, context);
    const { number, amountPence, released } = tranche;
    const release = { programmeId, urn, number, amountPence, release: released };
    try {
      if (isRefusal(decision)) throw new RefusalError(decision);
      await this.bar(release, said.reason, at, context);
      return await this.reverse(id, request, at, context);
    } catch (error) {
      if (error instanceof RefusalError && error.code === STANDS) await this.lift(release, context);
      throw error;
    }
  }

  private async reverse(
    id: string,
    request: Pick<ReverseReleaseCommand, 'type' | 'data'>,
    occurredAt: Instant,
    context: CommandContext,
  ): Promise<Outcome> {
    const outcome = await this.decisions.execute(allocation, id, request, {
      ...context,
      occurredAt,
    });
    const { state } = await this.decisions.load(allocation, id);
    if (state.status !== 'closed') return outcome;
    const { programmeId, reservationId } = state;
    return settledAfter(outcome, { programmeId, reservationId }, context, this.commands);
  }

  private async bar(
    { release: { event, occurredAt: releasedAt }, ...of }: Release,
    reason: string,
    occurredAt: Instant,
    { expectedRevision: _, ...context }: CommandContext,
  ): Promise<void> {
    const { programmeId, urn, number } = of;
    const release = { event, occurredAt: releasedAt };
    const data = { ...of, reason, release, trancheId: trancheId(programmeId, urn, number) };
    await this.decisions.execute(
      payments,
      programmeId,
      { type: 'BarPayment', data },
      {
        ...context,
        commandId: derivedId('bar-payment', event.eventId, context.commandId),
        causationId: context.commandId,
        occurredAt,
      },
    );
  }

  /** The release stands. */
  private async lift(
    { programmeId, urn, number, release: { event } }: Release,
    { expectedRevision: _, ...context }: CommandContext,
  ): Promise<void> {
    // Somebody else may have reversed it meanwhile.
    const { state } = await this.decisions.load(allocation, participationId(programmeId, urn));
    const tranche = state.status === 'none' ? undefined : state.tranches.find((one) => one.number === number);
    if (tranche?.released?.event.eventId !== event.eventId) return;
    const data = { programmeId, urn, number, release: event, trancheId: trancheId(programmeId, urn, number) };
    await this.decisions.execute(
      payments,
      programmeId,
      { type: 'LiftPaymentBar', data },
      {
        ...context,
        commandId: derivedId('lift-payment-bar', event.eventId, context.commandId),
        causationId: context.commandId,
      },
    );
  }
}

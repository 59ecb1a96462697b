import { derivedId, isRefusal, participationId, RefusalError, type Instant } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { FundDesk } from '../../fund/fund-desk.js';
import { givenBackAfter } from '../../fund/settle-reservation/settled-after.js';
import { costPence } from '../allocation-state.js';
import { allocation } from '../allocation.js';
import type { Receipt } from '../money-back-state.js';
import type { Closed } from '../tranche-signatures.js';

/** Reverses a receipt, with the reason: the money had not come back, or went out again. */
export class ReverseReceipt {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly urn: string;
      readonly receipt: number;
      readonly reason: string;
    },
    readonly context: CommandContext,
  ) {}
}

/**
 * Where the allocation is closed, the fund commits the money again first, and then the receipt is reversed. What was committed for a
 * reversal that is then refused is given back at once, or some minutes later.
 */
@CommandHandler(ReverseReceipt)
export class ReverseReceiptHandler implements ICommandHandler<ReverseReceipt, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    private readonly desk: FundDesk,
    private readonly commands: CommandBus,
  ) {}

  async execute({ input, context }: ReverseReceipt): Promise<Outcome> {
    const { programmeId, urn, receipt, reason } = input;
    const id = participationId(programmeId, urn);
    const { state, history } = await this.decisions.load(allocation, id);
    const of = (reversalId: string | null, keptPence: number) =>
      ({ type: 'ReverseReceipt', data: { receipt, reason, reversalId, keptPence } }) as const;
    const known = history.some((event) => event.metadata.commandId === context.commandId);
    const found = state.status === 'closed' ? ofReceipt(state, receipt) : undefined;
    if (known || state.status !== 'closed' || found === undefined || found.reversed !== null)
      return this.decisions.execute(allocation, id, of(null, 0), context);
    // Both halves happen at one moment.
    const at = context.occurredAt ?? this.decisions.now();
    const reversalId = derivedId('receipt-reversal', id, context.commandId);
    const keptPence = costPence(state) + found.amountPence;
    const request = of(reversalId, keptPence);
    // What is refused is refused before anything is committed.
    const decision = allocation.decide({ ...request, by: context.actor, at }, state);
    if (isRefusal(decision)) throw new RefusalError(decision);
    await this.restore(state, found, reversalId, at, context);
    try {
      return await this.decisions.execute(allocation, id, request, { ...context, occurredAt: at });
    } catch (error) {
      const { reservationId } = state;
      await givenBackAfter(error, { programmeId, reservationId }, context, this.commands);
      throw error;
    }
  }

  private async restore(
    state: Closed,
    { amountPence, recorded: { event, occurredAt } }: Receipt,
    reversalId: string,
    at: Instant,
    context: CommandContext,
  ): Promise<void> {
    const { programmeId, urn, reservationId } = state;
    const fromPence = costPence(state);
    const toPence = fromPence + amountPence;
    const data = { reservationId, fromPence, toPence, reversalId, reverses: { event, occurredAt } };
    await this.desk.execute(
      programmeId,
      { type: 'RestoreCommitment', data },
      {
        ...context,
        commandId: derivedId('restore-commitment', participationId(programmeId, urn), reversalId),
        causationId: context.commandId,
        occurredAt: at,
      },
    );
  }
}

function ofReceipt({ moneyBack }: Closed, number: number): Receipt | undefined {
  return moneyBack.receipts.find(({ receipt }) => receipt === number);
}

import { participation } from '#domain/programme';
import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { settledAfter } from '../../fund/settle-reservation/settled-after.js';
import { allocation } from '../allocation.js';
import type { Successor, UndrawnGoes } from '../closing.js';
import { accountsOf } from '../read-accounts/accounts-of.js';
import { settledTranches } from '../read-settled/settled-tranches.js';

/** Closes an allocation, with the reason; refused while anything of it is unfinished. */
export class CloseAllocation {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly urn: string;
      readonly reason: string;
      readonly undrawn?: UndrawnGoes;
    },
    readonly context: CommandContext,
  ) {}
}

/** First the allocation is closed, then the fund has back, or keeps for the successor, what it did not come to. */
@CommandHandler(CloseAllocation)
export class CloseAllocationHandler implements ICommandHandler<CloseAllocation, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    private readonly commands: CommandBus,
  ) {}

  async execute({ input, context }: CloseAllocation): Promise<Outcome> {
    const { programmeId, urn, reason, undrawn = null } = input;
    const id = participationId(programmeId, urn);
    const paid = await settledTranches(this.decisions, programmeId, urn);
    const accounts = await accountsOf(this.decisions, programmeId, urn);
    const data = { reason, undrawn, paid, accounts, successor: await this.successorOf(programmeId, urn) };
    const outcome = await this.decisions.execute(allocation, id, { type: 'CloseAllocation', data }, context);
    const { state } = await this.decisions.load(allocation, id);
    if (state.status !== 'closed') return outcome;
    const { reservationId } = state;
    return settledAfter(outcome, { programmeId, reservationId }, context, this.commands);
  }

  private async successorOf(programmeId: string, urn: string): Promise<Successor | null> {
    const { state: part } = await this.decisions.load(participation, participationId(programmeId, urn));
    const toUrn = part.status === 'transferred' ? (part.continuity?.toUrn ?? null) : null;
    if (toUrn === null) return null;
    const { state } = await this.decisions.load(participation, participationId(programmeId, toUrn));
    const taken = 'takenOver' in state ? state.takenOver.find(({ from }) => from.urn === urn) : undefined;
    return { urn: toUrn, takeOver: taken === undefined ? null : { ...taken.fact, enrols: taken.enrols } };
  }
}

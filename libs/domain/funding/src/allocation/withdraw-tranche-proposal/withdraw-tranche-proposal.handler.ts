import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { allocation } from '../allocation.js';

/** Withdraw the proposal of a tranche that is not approved yet, with the reason. */
export class WithdrawTrancheProposal {
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

@CommandHandler(WithdrawTrancheProposal)
export class WithdrawTrancheProposalHandler implements ICommandHandler<WithdrawTrancheProposal, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  execute({ input: { programmeId, urn, ...data }, context }: WithdrawTrancheProposal): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    return this.decisions.execute(allocation, id, { type: 'WithdrawTrancheProposal', data }, context);
  }
}

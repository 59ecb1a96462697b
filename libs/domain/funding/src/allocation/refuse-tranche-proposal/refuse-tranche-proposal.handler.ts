import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { allocation } from '../allocation.js';

/** Refuse a proposed tranche, with the reason: somebody who did not propose it. */
export class RefuseTrancheProposal {
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

@CommandHandler(RefuseTrancheProposal)
export class RefuseTrancheProposalHandler implements ICommandHandler<RefuseTrancheProposal, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  execute({ input: { programmeId, urn, ...data }, context }: RefuseTrancheProposal): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    return this.decisions.execute(allocation, id, { type: 'RefuseTrancheProposal', data }, context);
  }
}

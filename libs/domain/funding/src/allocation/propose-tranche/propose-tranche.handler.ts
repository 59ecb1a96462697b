import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { allocation } from '../allocation.js';

/** Proposes that a tranche be paid: the first of three signatures. */
export class ProposeTranche {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string; readonly number: number },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ProposeTranche)
export class ProposeTrancheHandler implements ICommandHandler<ProposeTranche, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  execute({ input: { programmeId, urn, number }, context }: ProposeTranche): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    return this.decisions.execute(allocation, id, { type: 'ProposeTranche', data: { number } }, context);
  }
}

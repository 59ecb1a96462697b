import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { allocation } from '../allocation.js';
import { partStanding } from '../read-standing/part-standing.js';

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

  async execute({ input: { programmeId, urn, number }, context }: ProposeTranche): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    const at = context.occurredAt ?? this.decisions.now();
    const data = { number, standing: await partStanding(this.decisions, programmeId, urn, at) };
    return this.decisions.execute(allocation, id, { type: 'ProposeTranche', data }, context);
  }
}

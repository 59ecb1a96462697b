import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { allocation } from '../allocation.js';
import { partStanding } from '../read-standing/part-standing.js';

/** Approves a proposed tranche: the second signature, of somebody else. */
export class ApproveTranche {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string; readonly number: number },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ApproveTranche)
export class ApproveTrancheHandler implements ICommandHandler<ApproveTranche, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input: { programmeId, urn, number }, context }: ApproveTranche): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    const at = context.occurredAt ?? this.decisions.now();
    const data = { number, standing: await partStanding(this.decisions, programmeId, urn, at) };
    return this.decisions.execute(allocation, id, { type: 'ApproveTranche', data }, context);
  }
}

import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { allocation } from '../allocation.js';

/** Revoke the approval of a tranche before it is released, with the reason; the proposal stands. */
export class RevokeTrancheApproval {
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

@CommandHandler(RevokeTrancheApproval)
export class RevokeTrancheApprovalHandler implements ICommandHandler<RevokeTrancheApproval, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  execute({ input: { programmeId, urn, ...data }, context }: RevokeTrancheApproval): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    return this.decisions.execute(allocation, id, { type: 'RevokeTrancheApproval', data }, context);
  }
}

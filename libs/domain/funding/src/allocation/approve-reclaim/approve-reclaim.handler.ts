import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { allocation } from '../allocation.js';
import { accountsOf } from '../read-accounts/accounts-of.js';
import { settledTranches } from '../read-settled/settled-tranches.js';

/** Approves what somebody else proposed to claim back: the setting owes it. */
export class ApproveReclaim {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly urn: string;
      readonly reclaim: number;
    },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ApproveReclaim)
export class ApproveReclaimHandler implements ICommandHandler<ApproveReclaim, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input: { programmeId, urn, reclaim }, context }: ApproveReclaim): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    const paid = await settledTranches(this.decisions, programmeId, urn);
    const data = { reclaim, paid, accounts: await accountsOf(this.decisions, programmeId, urn) };
    return this.decisions.execute(allocation, id, { type: 'ApproveReclaim', data }, context);
  }
}

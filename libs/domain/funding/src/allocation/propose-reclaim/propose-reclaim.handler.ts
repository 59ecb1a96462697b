import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { allocation } from '../allocation.js';
import { accountsOf } from '../read-accounts/accounts-of.js';
import { settledTranches } from '../read-settled/settled-tranches.js';

/** Proposes to claim money of a paid tranche back, with the reason; another person approves it. */
export class ProposeReclaim {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly urn: string;
      readonly number: number;
      readonly amountPence: number;
      readonly reason: string;
    },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ProposeReclaim)
export class ProposeReclaimHandler implements ICommandHandler<ProposeReclaim, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input: { programmeId, urn, ...asked }, context }: ProposeReclaim): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    const paid = await settledTranches(this.decisions, programmeId, urn);
    const accounts = await accountsOf(this.decisions, programmeId, urn);
    const data = { ...asked, paid, accounts };
    return this.decisions.execute(allocation, id, { type: 'ProposeReclaim', data }, context);
  }
}

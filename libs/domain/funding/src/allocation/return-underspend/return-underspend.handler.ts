import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { allocation } from '../allocation.js';
import { accountsOf } from '../read-accounts/accounts-of.js';
import { settledTranches } from '../read-settled/settled-tranches.js';

/** Records what a setting paid back of its own accord, by the reference of the bank. */
export class ReturnUnderspend {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly urn: string;
      readonly number: number;
      readonly amountPence: number;
      readonly reference: string;
      readonly reason: string;
    },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ReturnUnderspend)
export class ReturnUnderspendHandler implements ICommandHandler<ReturnUnderspend, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input: { programmeId, urn, ...asked }, context }: ReturnUnderspend): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    const paid = await settledTranches(this.decisions, programmeId, urn);
    const data = { ...asked, paid, accounts: await accountsOf(this.decisions, programmeId, urn) };
    return this.decisions.execute(allocation, id, { type: 'ReturnUnderspend', data }, context);
  }
}

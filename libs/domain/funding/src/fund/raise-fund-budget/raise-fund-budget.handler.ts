import type { CommandContext, Outcome } from '#platform/event-store';
import { requireSlug } from '#kernel';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { FundBudgetDesk, type FundBudgetInput } from '../fund-budget-desk.js';

/** Raises a programme's budget to the amount given. */
export class RaiseFundBudget {
  constructor(
    readonly input: FundBudgetInput,
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(RaiseFundBudget)
export class RaiseFundBudgetHandler implements ICommandHandler<RaiseFundBudget, Outcome> {
  constructor(private readonly desk: FundBudgetDesk) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND`, `FUND.BUDGET_*`, `TIME.BEFORE_ITS_FACTS` */
  async execute({ input, context }: RaiseFundBudget): Promise<Outcome> {
    requireSlug(input.programmeId, 'programmeId');
    return this.desk.change('RaiseFundBudget', input, context);
  }
}

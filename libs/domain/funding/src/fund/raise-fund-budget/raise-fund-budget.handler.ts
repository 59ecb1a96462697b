import { requireOpenProgramme } from '#domain/programme';
import { requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
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
  constructor(
    private readonly decisions: Decisions,
    private readonly desk: FundBudgetDesk,
  ) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND`, `PROGRAMME.CLOSED`, `FUND.BUDGET_*`, `TIME.BEFORE_ITS_FACTS` */
  async execute({ input, context }: RaiseFundBudget): Promise<Outcome> {
    requireSlug(input.programmeId, 'programmeId');
    await requireOpenProgramme(this.decisions, input.programmeId);
    return this.desk.change('RaiseFundBudget', input, context);
  }
}

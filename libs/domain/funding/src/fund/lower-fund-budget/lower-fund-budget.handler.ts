import { requireOpenProgramme } from '#domain/programme';
import { requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { FundBudgetDesk, type FundBudgetInput } from '../fund-budget-desk.js';

/** Lowers a programme's budget to the amount given. */
export class LowerFundBudget {
  constructor(
    readonly input: FundBudgetInput,
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(LowerFundBudget)
export class LowerFundBudgetHandler implements ICommandHandler<LowerFundBudget, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    private readonly desk: FundBudgetDesk,
  ) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND`, `PROGRAMME.CLOSED`, `FUND.BUDGET_*`, `TIME.BEFORE_ITS_FACTS` */
  async execute({ input, context }: LowerFundBudget): Promise<Outcome> {
    requireSlug(input.programmeId, 'programmeId');
    await requireOpenProgramme(this.decisions, input.programmeId);
    return this.desk.change('LowerFundBudget', input, context);
  }
}

import { systemActor, type Pence } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FundBudgetCommand } from './fund-budget.js';
import { FundDesk } from './fund-desk.js';
import { fund } from './fund.js';
import { OpenFund } from './open-fund/open-fund.handler.js';

export interface FundBudgetInput {
  readonly programmeId: string;
  readonly budgetPence: Pence;
  readonly reason: string;
}

/** Raises and lowers budgets in their turn among the offers, of a fund that is opened first if it is not yet. */
@Injectable()
export class FundBudgetDesk {
  constructor(
    private readonly decisions: Decisions,
    private readonly desk: FundDesk,
    private readonly commands: CommandBus,
  ) {}

  async change(
    type: FundBudgetCommand['type'],
    { programmeId, ...data }: FundBudgetInput,
    context: CommandContext,
  ): Promise<Outcome> {
    const { state } = await this.decisions.load(fund, programmeId);
    if (state.status === 'none') {
      const { correlationId, commandId: causationId } = context;
      const byItself = { actor: systemActor('open-fund'), correlationId, causationId };
      await this.commands.execute(new OpenFund({ programmeId }, byItself));
    }
    return this.desk.executeOnFund(programmeId, { type, data }, context);
  }
}

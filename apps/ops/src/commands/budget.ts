import { LowerFundBudget, RaiseFundBudget } from '#domain/funding';
import type { Command } from 'commander';
import { carryOut } from '../outcome.js';
import { penceIn } from '../pence.js';
import { withGlobals, type Register } from '../session.js';

/** `budget raise` and `budget lower`. */
export const registerBudget: Register = (program, session) => {
  const budget = program.command('budget').description("a programme's budget: raised, or lowered");
  const change = (verb: 'raise' | 'lower', description: string, Change: typeof RaiseFundBudget): void => {
    withGlobals(budget.command(`${verb} <programme> <pence>`))
      .description(description)
      .requiredOption('--reason <text>', 'why')
      .action(async (programmeId: string, pence: string, { reason }, command: Command) => {
        const ops = await session(command);
        const budgetPence = penceIn(pence);
        await carryOut(ops, new Change({ programmeId, budgetPence, reason: String(reason) }, ops.context()));
      });
  };
  change('raise', 'raise the budget to so many pence', RaiseFundBudget);
  change('lower', 'lower the budget to so many pence; never below what is committed', LowerFundBudget);
};

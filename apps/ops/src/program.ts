import { Command } from 'commander';
import { registerAudits } from './commands/audits.js';
import { registerBulk } from './commands/bulk.js';
import { registerBudget } from './commands/budget.js';
import { registerCopy } from './commands/copy.js';
import { registerEvents } from './commands/events.js';
import { registerEvaluation } from './commands/evaluation.js';
import { registerFunding } from './commands/funding.js';
import { registerHealth } from './commands/health.js';
import { registerJobs } from './commands/jobs.js';
import { registerLedger } from './commands/ledger.js';
import { registerParticipation } from './commands/participation.js';
import { registerFte } from './commands/fte.js';
import { registerFundingRules } from './commands/funding-rules.js';
import { registerMoneyBack } from './commands/money-back.js';
import { registerPayments } from './commands/payments.js';
import { registerPlans } from './commands/plans.js';
import { registerProgramme } from './commands/programme.js';
import { registerRebuild } from './commands/rebuild.js';
import { registerRecords } from './commands/records.js';
import { registerReporting } from './commands/reporting.js';
import { registerRounds } from './commands/rounds.js';
import { registerServiceStandards } from './commands/service-standards.js';
import { registerSettings } from './commands/settings.js';
import { registerProgrammeOffice } from './commands/programme-office.js';
import { registerTerms } from './commands/terms.js';
import { registerToken } from './commands/token.js';
import { registerWorkLists } from './commands/work-lists.js';
import { registerDemo } from './demo/demo.command.js';
import { withGlobals, type Register } from './session.js';

const REGISTERED: readonly Register[] = [
  registerSettings,
  registerProgramme,
  registerParticipation,
  registerTerms,
  registerProgrammeOffice,
  registerAudits,
  registerPlans,
  registerFunding,
  registerLedger,
  registerFte,
  registerFundingRules,
  registerServiceStandards,
  registerMoneyBack,
  registerPayments,
  registerRounds,
  registerBudget,
  registerReporting,
  registerWorkLists,
  registerBulk,
  registerEvaluation,
  registerRebuild,
  registerRecords,
  registerEvents,
  registerCopy,
  registerJobs,
  registerHealth,
  registerToken,
  registerDemo,
];

/** The whole command line. `json` says how commander's own complaints are told, before it has parsed anything. */
export function opsProgram(session: Parameters<Register>[1], json: boolean): Command {
  const program = withGlobals(new Command('ops'))
    .description(
      'Tranche at the command line. Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 some of many rows refused.',
    )
    .exitOverride()
    .configureOutput({
      // Told once, by main, in the form that was asked for; only help asked for by name is printed from here.
      outputError: () => undefined,
      writeErr: (text) => void (json ? undefined : process.stderr.write(text)),
    });
  // Before the commands are added: each takes over these settings when it is made.
  for (const register of REGISTERED) register(program, session);
  return program;
}

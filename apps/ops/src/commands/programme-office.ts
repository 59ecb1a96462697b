import { TRANCHE_TURNS_FROM } from '#domain/funding';
import {
  AppointSeniorOwner,
  ListOutstanding,
  NameProgrammeBoard,
  ReplaceReportWindows,
  ReplaceTrancheSchedule,
  ShowGovernance,
  WithdrawVersion,
  type GovernanceShown,
  type OutstandingAnswer,
} from '#domain/programme';
import { dateInLondon } from '#kernel';
import { ReadModels } from '#platform/read-store';
import type { Command } from 'commander';
import { readBody } from '../json-file.js';
import { carryOut } from '../outcome.js';
import { withGlobals, type Register } from '../session.js';
import { table } from '../table.js';

/** Who answers for a programme, its terms by version, and what keeps it from being closed. */
export const registerProgrammeOffice: Register = (program, session) => {
  const one = program.commands.find((command) => command.name() === 'programme')!;
  registerGovernance(one, session);
  registerVersions(one, session);
  registerWithdrawal(one, session);

  withGlobals(one.command('outstanding <programme>'))
    .description('what has to end before it can be closed, oldest first')
    .action(async (programmeId: string, _options, command: Command) => {
      const ops = await session(command);
      for (const projection of TRANCHE_TURNS_FROM) await ops.app.get(ReadModels).upToHead(projection);
      const answer = await ops.queries.execute<ListOutstanding, OutstandingAnswer>(
        new ListOutstanding(programmeId),
      );
      ops.print(answer, () => outstandingInWords(answer));
    });
};

const registerGovernance: Register = (one, session) => {
  withGlobals(one.command('senior-owner <programme> <subject>'))
    .description('name the senior responsible owner (SRO), from a day on')
    .requiredOption('--from <date>', 'the first day, YYYY-MM-DD')
    .requiredOption('--reason <text>', 'why')
    .action(async (programmeId: string, subject: string, { from, reason }, command: Command) => {
      const ops = await session(command);
      const input = { programmeId, subject, effectiveOn: String(from), reason: String(reason) };
      await carryOut(ops, new AppointSeniorOwner(input, ops.context()));
    });

  withGlobals(one.command('board <programme> <subject...>'))
    .description('name the programme board, all of it, from a day on')
    .requiredOption('--from <date>', 'the first day, YYYY-MM-DD')
    .requiredOption('--reason <text>', 'why')
    .action(async (programmeId: string, members: string[], { from, reason }, command: Command) => {
      const ops = await session(command);
      const input = { programmeId, members, effectiveOn: String(from), reason: String(reason) };
      await carryOut(ops, new NameProgrammeBoard(input, ops.context()));
    });

  withGlobals(one.command('governance <programme>'))
    .description('the senior responsible owner and the board of a day')
    .option('--on <date>', 'YYYY-MM-DD; today where it is not given')
    .action(async (programmeId: string, { on }, command: Command) => {
      const ops = await session(command);
      const shown = await ops.queries.execute<ShowGovernance, GovernanceShown>(
        new ShowGovernance(programmeId, on === undefined ? undefined : String(on)),
      );
      ops.print(shown, () => governanceInWords(shown));
    });
};

const registerVersions: Register = (one, session) => {
  const said = ['effectiveOn', 'reason'] as const;
  withGlobals(one.command('replace-tranches <programme> <file>'))
    .description('a new version of the tranche schedule from a JSON file, for offers made from its day on')
    .action(async (programmeId: string, file: string, _options, command: Command) => {
      const { body, said: when } = await readBody(file, ['tranches', ...said]);
      const ops = await session(command);
      const input = body as unknown as Omit<ReplaceTrancheSchedule['input'], 'programmeId'>;
      await carryOut(ops, new ReplaceTrancheSchedule({ ...input, programmeId }, ops.context(when)));
    });

  withGlobals(one.command('replace-windows <programme> <file>'))
    .description(
      'a new version of the report windows from a JSON file, for settings enrolled from its day on',
    )
    .action(async (programmeId: string, file: string, _options, command: Command) => {
      const { body, said: when } = await readBody(file, ['reportWindows', ...said]);
      const ops = await session(command);
      const input = body as unknown as Omit<ReplaceReportWindows['input'], 'programmeId'>;
      await carryOut(ops, new ReplaceReportWindows({ ...input, programmeId }, ops.context(when)));
    });
};

const registerWithdrawal: Register = (one, session) => {
  withGlobals(one.command('withdraw-version <programme> <what> <version>'))
    .description(
      'take back a version that is not in force yet: of the allocation-policy, tranche-schedule, report-windows, funding-rules, service-standards, senior-owner or board',
    )
    .requiredOption('--reason <text>', 'why')
    .action(async (programmeId: string, what: string, version: string, { reason }, command: Command) => {
      const ops = await session(command);
      const input = { programmeId, what: what as WithdrawVersion['input']['what'], version: Number(version) };
      await carryOut(ops, new WithdrawVersion({ ...input, reason: String(reason) }, ops.context()));
    });
};

function governanceInWords({ on, seniorOwner, board }: GovernanceShown): string {
  return [
    seniorOwner === null
      ? `On ${on} nobody is named as senior responsible owner.`
      : `On ${on} the senior responsible owner is ${seniorOwner.subject} (since ${seniorOwner.effectiveOn}).`,
    board === null
      ? 'No board is named.'
      : `The board is ${board.members.join(', ')} (since ${board.effectiveOn}).`,
  ].join('\n');
}

function outstandingInWords({ lines }: OutstandingAnswer): string {
  if (lines.length === 0) return 'Nothing is outstanding: the programme can be closed.';
  const head = ['URN', 'Since', 'What', 'Who acts', 'It ends when'];
  return table(
    head,
    head.length,
    lines.map(({ urn, since, says, next, endedBy }) => [
      urn ?? 'all',
      dateInLondon(since),
      says,
      next ?? '',
      endedBy,
    ]),
  );
}

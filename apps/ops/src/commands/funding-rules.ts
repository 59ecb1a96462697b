import {
  DelegateApproval,
  delegationNumber,
  EndApprovalDelegation,
  GetProgramme,
  programmesProjection,
  SetFundingRules,
  type ProgrammeDocument,
} from '#domain/programme';
import { formatPence } from '#kernel';
import { ReadModels } from '#platform/read-store';
import type { Command } from 'commander';
import { readBody } from '../json-file.js';
import { carryOut } from '../outcome.js';
import { withGlobals, type Register } from '../session.js';
import { table } from '../table.js';

/** `funding-rules set` and `show`, `delegation make` and `end`. */
export const registerFundingRules: Register = (program, session) => {
  const rules = program
    .command('funding-rules')
    .description('how long offers stand, who approves how much, and who approves for whom');
  withGlobals(rules.command('set <programme> <file>'))
    .description('a new version from a JSON file, the same as the body over HTTP')
    .action(async (programmeId: string, file: string, _options, command: Command) => {
      const fields = ['acceptanceDays', 'defaultLimitPence', 'limits', 'effectiveOn', 'reason'];
      const { body, said } = await readBody(file, fields);
      const ops = await session(command);
      const input = { ...body, programmeId } as unknown as SetFundingRules['input'];
      await carryOut(ops, new SetFundingRules(input, ops.context(said)));
    });
  withGlobals(rules.command('show <programme>'))
    .description('every version of them, and every delegation')
    .action(async (programmeId: string, _options, command: Command) => {
      const ops = await session(command);
      await ops.app.get(ReadModels).upToHead(programmesProjection);
      const shown = await ops.queries.execute<GetProgramme, ProgrammeDocument>(new GetProgramme(programmeId));
      const { fundingRules, delegations } = shown;
      ops.print({ fundingRules, delegations }, () => rulesInWords(shown));
    });

  const delegation = program
    .command('delegation')
    .description('somebody lets another approve up to their own limit, for some days');
  withGlobals(delegation.command('make <programme> <subject>'))
    .description('let this person approve in the place of --as')
    .requiredOption('--from <date>', 'the first day')
    .requiredOption('--until <date>', 'the last day')
    .requiredOption('--reason <text>', 'why')
    .action(async (programmeId: string, to: string, said: Record<string, string>, command: Command) => {
      const { from: startsOn = '', until: endsOn = '', reason = '' } = said;
      const ops = await session(command);
      const input = { programmeId, to, startsOn, endsOn, reason };
      await carryOut(ops, new DelegateApproval(input, ops.context()));
    });
  withGlobals(delegation.command('end <programme> <delegation>'))
    .description('take it back before its last day')
    .requiredOption('--reason <text>', 'why')
    .action(async (programmeId: string, number: string, { reason }: { reason: string }, command: Command) => {
      const input = { programmeId, delegation: delegationNumber(number), reason };
      const ops = await session(command);
      await carryOut(ops, new EndApprovalDelegation(input, ops.context()));
    });
};

function amount(pence: number | null): string {
  return pence === null ? 'any amount' : formatPence(pence);
}

function rulesInWords({ fundingRules, delegations }: ProgrammeDocument): string {
  const versions = fundingRules.map((one) => [
    String(one.version),
    one.withdrawn === null ? one.effectiveOn : `${one.effectiveOn}, withdrawn`,
    one.acceptanceDays === null ? 'until answered' : `${one.acceptanceDays} days`,
    [`others ${amount(one.defaultLimitPence)}`]
      .concat(one.limits.map(({ subject, upToPence }) => `${subject} ${amount(upToPence)}`))
      .join(', '),
    one.decidedBy,
    one.reason,
  ]);
  const lent = delegations.map(({ delegation, from, to, startsOn, endsOn, endedAt, reason }) => [
    ...[String(delegation), from, to, startsOn, endedAt === null ? endsOn : `ended ${endedAt.slice(0, 10)}`],
    reason,
  ]);
  return [
    versions.length === 0
      ? 'No rules are set: offers stand until they are answered, and any approver approves any amount.'
      : table(['Version', 'From', 'Offers stand', 'Approve up to', 'Decided by', 'Reason'], 6, versions),
    ...(lent.length === 0
      ? []
      : ['', table(['Delegation', 'From', 'To', 'First day', 'Last day', 'Reason'], 6, lent)]),
  ].join('\n');
}

import {
  CloseProgramme,
  GetProgramme,
  PauseProgramme,
  programmesProjection,
  ReplaceAllocationPolicy,
  ResumeProgramme,
  type PolicyForm,
  type ProgrammeDocument,
  type ProgrammeShown,
} from '#domain/programme';
import { fundingLedger, GetLedger, ledgerBreakdown, type Ledger } from '#domain/funding';
import { counted, formatPence } from '#kernel';
import { ReadModels } from '#platform/read-store';
import type { Command } from 'commander';
import { dayIn } from '../day-in.js';
import { readBody } from '../json-file.js';
import { carryOut } from '../outcome.js';
import { withGlobals, type Register } from '../session.js';
import { table } from '../table.js';

/** What happens to a programme after it is set up: `programme show`, `pause`, `resume` and `replace-policy`. */
export const registerTerms: Register = (program, session) => {
  const one = program.commands.find((command) => command.name() === 'programme')!;
  withGlobals(one.command('show <programme>'))
    .description(
      'its terms by version, its budget and how it changed, who answers for it, and whether it is paused or closed',
    )
    .option('--as-of <when>', 'as it was on a date, to the end of that day, or at an instant')
    .action(async (programmeId: string, { asOf }: { asOf?: string }, command: Command) => {
      const ops = await session(command);
      await ops.app.get(ReadModels).upToHead(programmesProjection);
      await ops.app.get(ReadModels).upToHead(fundingLedger);
      await ops.app.get(ReadModels).upToHead(ledgerBreakdown);
      const shown = await ops.queries.execute<GetProgramme, ProgrammeShown>(
        new GetProgramme(programmeId, undefined, asOf),
      );
      const ledger = await ops.queries.execute<GetLedger, Ledger>(
        new GetLedger({ programmeId, ...(asOf === undefined ? {} : { asOf }) }),
      );
      const { budgetPence, budgetChanges, committedPence, availablePence } = ledger;
      ops.print({ ...shown, budgetPence, budgetChanges, committedPence, availablePence }, () =>
        inWords(shown, ledger),
      );
    });

  const switched = (
    verb: 'pause' | 'resume' | 'close',
    description: string,
    Switch: typeof PauseProgramme,
  ): void => {
    withGlobals(one.command(`${verb} <programme>`))
      .description(description)
      .requiredOption('--reason <text>', 'why')
      .action(async (programmeId: string, { reason }, command: Command) => {
        const ops = await session(command);
        await carryOut(ops, new Switch({ programmeId, reason: String(reason) }, ops.context()));
      });
  };
  switched('pause', 'nothing is offered or released until it is resumed', PauseProgramme);
  switched('resume', 'let a paused programme go on', ResumeProgramme);
  switched('close', 'close it for good, if no money is out and nothing is unfinished', CloseProgramme);

  withGlobals(one.command('replace-policy <programme> <file>'))
    .description('a new version of the allocation policy from a JSON file, the same as the body over HTTP')
    .action(async (programmeId: string, file: string, _options, command: Command) => {
      const { body, said } = await readBody(file, ['policy', 'effectiveOn', 'reason']);
      const ops = await session(command);
      const input = body as unknown as { policy: PolicyForm; effectiveOn: string; reason: string };
      await carryOut(ops, new ReplaceAllocationPolicy({ ...input, programmeId }, ops.context(said)));
    });
};

interface Version {
  readonly version: number;
  readonly effectiveOn: string;
  readonly withdrawn: { readonly by: string; readonly reason: string } | null;
  readonly decidedBy: string;
  readonly reason: string;
}

/** What is replaced from a later day on, each in all its versions, the newest last. */
function versionsInWords({ policyVersions, trancheSchedules, reportWindowVersions }: ProgrammeDocument) {
  const row = (of: string, says: string, { version, effectiveOn, withdrawn, decidedBy, reason }: Version) => [
    ...[of, String(version), dayOf(effectiveOn, withdrawn), says, decidedBy, reason],
  ];
  const head = ['Of', 'Version', 'In force from', 'Says', 'Decided by', 'Reason'];
  return table(head, head.length, [
    ...policyVersions.map((version) =>
      row('policy', policyInWords(version.policy), { ...version, version: version.policy.version }),
    ),
    ...trancheSchedules.map((version) => row('tranches', sharesOf(version.tranches), version)),
    ...reportWindowVersions.map((version) =>
      row('reports due', version.reportWindows.map(({ dueOn }) => dueOn).join(', '), version),
    ),
  ]);
}

function policyInWords(policy: ProgrammeDocument['policyVersions'][number]['policy']): string {
  const rule =
    policy.kind === 'rate-per-fte'
      ? `${formatPence(policy.ratePencePerFte)} per FTE`
      : 'the budget shared by FTE';
  return `${rule}, ${formatPence(policy.floorPence)} to ${formatPence(policy.capPence)}`;
}

function sharesOf(tranches: readonly { readonly shareBasisPoints: number }[]): string {
  return tranches.map(({ shareBasisPoints }) => `${shareBasisPoints / 100}%`).join(', ');
}

/** All there are, the newest last: their numbers are what a version is withdrawn by. */
function governanceInWords({ seniorOwners, boards }: ProgrammeDocument): readonly string[] {
  return [
    ...seniorOwners.map(
      ({ version, effectiveOn, withdrawn, subject }) =>
        `Senior responsible owner (${version}) from ${dayOf(effectiveOn, withdrawn)}: ${subject}`,
    ),
    ...boards.map(
      ({ version, effectiveOn, withdrawn, members }) =>
        `Board (${version}) from ${dayOf(effectiveOn, withdrawn)}: ${members.join(', ')}`,
    ),
  ];
}

function dayOf(
  effectiveOn: string,
  withdrawn: { readonly by: string; readonly reason: string } | null,
): string {
  return withdrawn === null
    ? effectiveOn
    : `${effectiveOn}, withdrawn by ${withdrawn.by} (${withdrawn.reason})`;
}

function inWords(shown: ProgrammeShown, ledger: Ledger): string {
  const { id, name, area, startsOn, endsOn, paused, closed, enrolledCount } = shown;
  const budgets = table(
    ['Budget until then', 'From then on', 'When', 'By', 'Reason'],
    5,
    ledger.budgetChanges.map(({ fromPence, budgetPence, changedAt, changedBy, reason }) => [
      ...[formatPence(fromPence), formatPence(budgetPence), dayIn(changedAt), changedBy, reason],
    ]),
  );
  const { budgetPence, committedPence, availablePence } = ledger;
  return [
    `${id}  ${name} (${area}), ${startsOn} to ${endsOn}`,
    ...(closed === null ? [] : [`CLOSED since ${dayIn(closed.since)} by ${closed.by}: ${closed.reason}`]),
    ...(paused === null ? [] : [`PAUSED since ${dayIn(paused.since)} by ${paused.by}: ${paused.reason}`]),
    `Budget ${formatPence(budgetPence)}: ${formatPence(committedPence)} committed, ${formatPence(availablePence)} available`,
    `${counted(enrolledCount, 'setting')} enrolled`,
    ...governanceInWords(shown),
    '',
    versionsInWords(shown),
    ...(ledger.budgetChanges.length === 0 ? [] : ['', budgets]),
  ].join('\n');
}

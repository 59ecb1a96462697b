import {
  AcceptOffer,
  ApproveTranche,
  DeclineOffer,
  HoldTranche,
  ListTranches,
  OfferAllocation,
  parseRule,
  parseTrancheId,
  PreviewRevision,
  ProposeTranche,
  RefuseTrancheProposal,
  ReleaseTranche,
  ReviseAllocation,
  RULES,
  ResumeTranche,
  ReverseRelease,
  RevokeTrancheApproval,
  TRANCHE_TURNS_FROM,
  WithdrawTrancheProposal,
  type RevisionPreview,
  type TrancheInTurn,
} from '#domain/funding';
import { formatPence } from '#kernel';
import type { CommandContext } from '#platform/event-store';
import { ReadModels } from '#platform/read-store';
import type { Command } from 'commander';
import { carryOut } from '../outcome.js';
import { withGlobals, type Register } from '../session.js';
import { table } from '../table.js';
import { turnInWords } from './work-commands.js';

interface ReviseOptions {
  readonly reason: string;
  readonly rule: string;
  readonly dryRun?: boolean;
}

type Session = Parameters<Register>[1];

/** `offer`, `tranche` and `tranches`. */
export const registerFunding: Register = (program, session) => {
  registerOffers(program, session);
  registerSignatures(program, session);

  withGlobals(program.command('tranches <programme>'))
    .description('the tranches of a programme: what each waits for, and who acts next')
    .action(async (programmeId: string, _options, command: Command) => {
      const ops = await session(command);
      for (const projection of TRANCHE_TURNS_FROM) await ops.app.get(ReadModels).upToHead(projection);
      const rows = await ops.queries.execute<ListTranches, readonly TrancheInTurn[]>(
        new ListTranches({ programmeId }),
      );
      ops.print(rows, () => tranchesInWords(rows));
    });
};

function registerRevising(offer: Command, session: Session): void {
  withGlobals(offer.command('revise <programme> <urn>'))
    .description(
      'work it out again, up or down, before or after it was accepted, because what it rests on was a mistake',
    )
    .requiredOption('--reason <text>', 'what the mistake was')
    .option(
      '--rule <rule>',
      `${RULES.join(' or ')}: the rule and census it was worked out by, or policy and figure in force`,
      'same',
    )
    .option('--dry-run', 'say what it would come to, and write nothing')
    .action(async (programmeId: string, urn: string, options: ReviseOptions, command: Command) => {
      const ops = await session(command);
      const input = { programmeId, urn, rule: parseRule(options.rule) };
      if (options.dryRun !== true) {
        await carryOut(ops, new ReviseAllocation({ ...input, reason: options.reason }, ops.context()));
        return;
      }
      const preview = await ops.queries.execute<PreviewRevision, RevisionPreview>(new PreviewRevision(input));
      ops.print(preview, () => revisionInWords(preview));
    });
}

function revisionInWords({
  fte,
  duePence,
  fromPence,
  amountPence,
  overpaidPence,
  tranches,
}: RevisionPreview): string {
  return [
    `With ${fte} teachers ${formatPence(duePence)} is due: ${formatPence(fromPence)} would become ${formatPence(amountPence)}.`,
    ...(overpaidPence > 0
      ? [`${formatPence(overpaidPence)} of what is released would be too much, to be reclaimed.`]
      : []),
    table(
      ['tranche', 'is', 'would be'],
      1,
      tranches.map((one) => [String(one.number), formatPence(one.fromPence), formatPence(one.amountPence)]),
    ),
  ].join('\n');
}

function registerOffers(program: Command, session: Session): void {
  const offer = program
    .command('offer')
    .description("a setting's share of the fund: offered, accepted, declined");
  registerDeclining(offer, session);
  registerRevising(offer, session);

  withGlobals(offer.command('make <programme> <urn>'))
    .description('offer a setting its share; the amount follows from the policy and the census')
    .action(async (programmeId: string, urn: string, _options, command: Command) => {
      const ops = await session(command);
      await carryOut(ops, new OfferAllocation({ programmeId, urn }, ops.context()));
    });

  withGlobals(offer.command('accept <programme> <urn>'))
    .description('accept an offer, once the grant agreement in force is signed')
    .action(async (programmeId: string, urn: string, _options, command: Command) => {
      const ops = await session(command);
      await carryOut(ops, new AcceptOffer({ programmeId, urn }, ops.context()));
    });
}

function registerDeclining(offer: Command, session: Session): void {
  withGlobals(offer.command('decline <programme> <urn>'))
    .description('decline an offer; the setting may be offered another')
    .requiredOption('--reason <text>', 'why')
    .action(async (programmeId: string, urn: string, { reason }: { reason: string }, command: Command) => {
      const ops = await session(command);
      await carryOut(ops, new DeclineOffer({ programmeId, urn, reason }, ops.context()));
    });
}

function registerSignatures(program: Command, session: Session): void {
  const tranche = program
    .command('tranche')
    .description('the three signatures of a tranche, by three different people, and what holds it up');
  registerObjections(tranche, session);
  const sign = (
    verb: string,
    description: string,
    made: (input: ReturnType<typeof parseTrancheId>, context: CommandContext) => object,
  ): void => {
    withGlobals(tranche.command(`${verb} <id>`))
      .description(description)
      .action(async (id: string, _options, command: Command) => {
        const input = parseTrancheId(id);
        const ops = await session(command);
        await carryOut(ops, made(input, ops.context()));
      });
  };
  sign('propose', 'propose that it be paid', (input, context) => new ProposeTranche(input, context));
  sign(
    'approve',
    'approve what somebody else proposed',
    (input, context) => new ApproveTranche(input, context),
  );
  sign(
    'release',
    'release what others proposed and approved',
    (input, context) => new ReleaseTranche(input, context),
  );
}

/** What keeps a tranche from being paid: each with a reason. */
function registerObjections(tranche: Command, session: Session): void {
  for (const [verb, description, Of] of [
    ['refuse', 'refuse what somebody else proposed', RefuseTrancheProposal],
    ['withdraw-proposal', 'withdraw a proposal that is not approved yet', WithdrawTrancheProposal],
    ['revoke-approval', 'revoke an approval before the release; the proposal stands', RevokeTrancheApproval],
    ['hold', 'hold it: nobody signs it until it is resumed', HoldTranche],
    ['resume', 'resume it after a hold', ResumeTranche],
    ['reverse-release', 'reverse a release that the bank was not told to pay, or would not', ReverseRelease],
  ] as const) {
    withGlobals(tranche.command(`${verb} <id>`))
      .description(description)
      .requiredOption('--reason <text>', 'why')
      .action(async (id: string, { reason }: { reason: string }, command: Command) => {
        const input = { ...parseTrancheId(id), reason };
        const ops = await session(command);
        await carryOut(ops, new Of(input, ops.context()));
      });
  }
}

function tranchesInWords(rows: readonly TrancheInTurn[]): string {
  if (rows.length === 0) return 'Nothing has been offered yet.';
  const lines = rows.map((row) => {
    const { id, name, status, missing, amountPence } = row;
    return [id, name, status, turnInWords(row), missing.join('; '), formatPence(amountPence)];
  });
  return table(['Tranche', 'Setting', 'Status', 'Next', 'Waits because', 'Amount'], 5, lines);
}

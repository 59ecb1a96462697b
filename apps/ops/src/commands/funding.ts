import {
  AcceptOffer,
  ApproveTranche,
  DeclineOffer,
  explanationInWords,
  ExplainTranche,
  fundingLedger,
  GetLedger,
  HoldTranche,
  inLondon,
  ListTranches,
  OfferAllocation,
  parseTrancheId,
  ProposeTranche,
  RefuseTrancheProposal,
  ReleaseTranche,
  ResumeTranche,
  RevokeTrancheApproval,
  tranches,
  WithdrawTrancheProposal,
  type Explanation,
  type Ledger,
  type TrancheRow,
} from '#domain/funding';
import { formatPence } from '#kernel';
import type { CommandContext } from '#platform/event-store';
import { ReadModels } from '#platform/read-store';
import type { Command } from 'commander';
import { carryOut } from '../outcome.js';
import { withGlobals, type Register } from '../session.js';
import { table } from '../table.js';

type Session = Parameters<Register>[1];

/** `offer`, `tranche`, `tranches`, `ledger` and `explain tranche`. */
export const registerFunding: Register = (program, session) => {
  registerOffers(program, session);
  registerSignatures(program, session);
  registerLedger(program, session);

  withGlobals(program.command('tranches <programme>'))
    .description('the tranches of a programme: what each waits for, and who acts next')
    .action(async (programmeId: string, _options, command: Command) => {
      const ops = await session(command);
      await ops.app.get(ReadModels).upToHead(tranches);
      const rows = await ops.queries.execute<ListTranches, readonly TrancheRow[]>(
        new ListTranches({ programmeId }),
      );
      ops.print(rows, () => tranchesInWords(rows));
    });

  const explain = program.command('explain').description('why something is as it is');
  withGlobals(explain.command('tranche <id>'))
    .description('why a tranche was released, down to the row of the file; or what it still waits for')
    .action(async (id: string, _options, command: Command) => {
      const ops = await session(command);
      const explanation = await ops.queries.execute<ExplainTranche, Explanation>(new ExplainTranche(id));
      ops.print(explanation, () => explanationInWords(explanation));
    });
};

function registerOffers(program: Command, session: Session): void {
  const offer = program
    .command('offer')
    .description("a setting's share of the fund: offered, accepted, declined");
  registerDeclining(offer, session);

  withGlobals(offer.command('make <programme> <urn>'))
    .description('offer a setting its share; the amount follows from the policy and the census')
    .action(async (programmeId: string, urn: string, _options, command: Command) => {
      const ops = await session(command);
      await carryOut(ops, new OfferAllocation({ programmeId, urn }, ops.context()));
    });

  withGlobals(offer.command('accept <programme> <urn>'))
    .description('accept an offer, and with it the grant agreement')
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

function registerLedger(program: Command, session: Session): void {
  withGlobals(program.command('ledger <programme>'))
    .description("a programme's money, and each setting's: now, as it was, or as it was known")
    .option(
      '--as-of <when>',
      'what had happened by then: a date, to its end in London, or an instant with offset',
    )
    .option('--recorded-as-of <when>', 'what was recorded by then; with --as-of, both must hold')
    .action(
      async (
        programmeId: string,
        { asOf, recordedAsOf }: { asOf?: string; recordedAsOf?: string },
        command: Command,
      ) => {
        const ops = await session(command);
        const cut = {
          ...(asOf === undefined ? {} : { asOf }),
          ...(recordedAsOf === undefined ? {} : { recordedAsOf }),
        };
        if (asOf === undefined && recordedAsOf === undefined) {
          await ops.app.get(ReadModels).upToHead(fundingLedger);
        }
        const ledger = await ops.queries.execute<GetLedger, Ledger>(new GetLedger({ programmeId, ...cut }));
        ops.print(ledger, () => ledgerInWords(ledger));
      },
    );
}

/** A ledger as it is read at a desk: the programme's totals, then each setting. */
export function ledgerInWords(ledger: Ledger): string {
  const known = ledger.recordedAsOf === null ? '' : `, as it was known on ${inLondon(ledger.recordedAsOf)}`;
  const lines = ledger.settings.map(
    ({ urn, name, status, allocatedPence, committedPence, releasedPence, undrawnPence }) => [
      ...[urn, name, status],
      ...[allocatedPence, committedPence, releasedPence, undrawnPence].map(formatPence),
    ],
  );
  const { budgetPence, committedPence, confirmedPence, reservedPence, availablePence, releasedPence } =
    ledger;
  return [
    `${ledger.name}: the ledger as of ${inLondon(ledger.asOf)}${known}`,
    `  budget     ${formatPence(budgetPence)}`,
    `  committed  ${formatPence(committedPence)}  (accepted ${formatPence(confirmedPence)}, reserved for offers ${formatPence(reservedPence)})`,
    `  available  ${formatPence(availablePence)}`,
    `  released   ${formatPence(releasedPence)}`,
    '',
    lines.length === 0
      ? 'No setting is enrolled.'
      : table(['URN', 'Setting', 'Status', 'Allocated', 'Committed', 'Released', 'Undrawn'], 3, lines),
  ].join('\n');
}

function tranchesInWords(rows: readonly TrancheRow[]): string {
  if (rows.length === 0) return 'Nothing has been offered yet.';
  const lines = rows.map(({ id, name, status, next, missing, amountPence }) => [
    ...[id, name, status, next ?? '', missing.join('; ')],
    formatPence(amountPence),
  ]);
  return table(['Tranche', 'Setting', 'Status', 'Next', 'Waits because', 'Amount'], 5, lines);
}

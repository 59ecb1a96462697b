import {
  ApproveReclaim,
  CloseAllocation,
  GetSettlement,
  ListReclaims,
  parseTrancheId,
  ProposeReclaim,
  receiptNumber,
  ReceiveReclaim,
  reclaimNumber,
  ReturnUnderspend,
  ReverseReceipt,
  UNDRAWN_GOES,
  trancheId,
  TRANCHE_TURNS_FROM,
  WITHDRAWN_AS,
  WithdrawReclaim,
  type WithdrawnAs,
  type ReclaimRow,
  type Settlement,
  type UndrawnGoes,
} from '#domain/funding';
import { formatPence } from '#kernel';
import { ReadModels } from '#platform/read-store';
import { Option, type Command } from 'commander';
import { carryOut } from '../outcome.js';
import { penceIn } from '../pence.js';
import { withGlobals, type Register } from '../session.js';
import { table } from '../table.js';
import { turnInWords } from './work-commands.js';

type Session = Parameters<Register>[1];

/** `settlement`, `reclaim …`, `underspend return`, `receipt reverse` and `allocation close`. */
export const registerMoneyBack: Register = (program, session) => {
  withGlobals(program.command('settlement <programme> <urn>'))
    .description('what a setting was paid, is accepted to have spent, and owes back')
    .action(async (programmeId: string, urn: string, _options, command: Command) => {
      const ops = await session(command);
      const settlement = await ops.queries.execute<GetSettlement, Settlement>(
        new GetSettlement({ programmeId, urn }),
      );
      ops.print(settlement, () => settlementInWords(settlement));
    });
  registerReclaims(program, session);
  registerReturns(program, session);

  const allocation = program
    .command('allocation')
    .description('the end of an allocation, once all that was paid is accounted for');
  withGlobals(allocation.command('close <programme> <urn>'))
    .description('end an allocation: what was never drawn and what came back goes to the fund')
    .requiredOption('--reason <text>', 'why')
    .addOption(
      new Option(
        '--undrawn <where>',
        'where what was never drawn goes: has to be said where the part was passed on to another setting',
      ).choices(UNDRAWN_GOES),
    )
    .action(
      async (
        programmeId: string,
        urn: string,
        said: { reason: string; undrawn?: UndrawnGoes },
        command: Command,
      ) => {
        const ops = await session(command);
        await carryOut(ops, new CloseAllocation({ ...said, programmeId, urn }, ops.context()));
      },
    );
};

function registerReclaims(program: Command, session: Session): void {
  const reclaim = program.command('reclaim').description('money that is claimed back, by two people');
  withGlobals(reclaim.command('propose <tranche> <pence>'))
    .description('propose to claim so many pence of a paid tranche back')
    .requiredOption('--reason <text>', 'why')
    .action(async (id: string, pence: string, { reason }: { reason: string }, command: Command) => {
      const input = { ...parseTrancheId(id), amountPence: penceIn(pence), reason };
      const ops = await session(command);
      await carryOut(ops, new ProposeReclaim(input, ops.context()));
    });
  withGlobals(reclaim.command('approve <programme> <urn> <reclaim>'))
    .description('approve what somebody else proposed')
    .action(async (programmeId: string, urn: string, number: string, _options, command: Command) => {
      const input = { programmeId, urn, reclaim: reclaimNumber(number) };
      const ops = await session(command);
      await carryOut(ops, new ApproveReclaim(input, ops.context()));
    });
  registerWithdrawal(reclaim, session);
  withGlobals(reclaim.command('receive <programme> <urn> <reclaim> <pence>'))
    .description('record what came in for it, all of it or a part')
    .requiredOption('--reference <text>', 'by which the bank knows the payment')
    .action(
      async (
        ...[programmeId, urn, number, pence, { reference }, command]: [
          ...[programmeId: string, urn: string, reclaim: string, pence: string],
          ...[said: { reference: string }, command: Command],
        ]
      ) => {
        const input = { programmeId, urn, reclaim: reclaimNumber(number), amountPence: penceIn(pence) };
        const ops = await session(command);
        await carryOut(ops, new ReceiveReclaim({ ...input, reference }, ops.context()));
      },
    );
  withGlobals(reclaim.command('list <programme>'))
    .description('every reclaim: what is owed, what came in, and who acts next')
    .action(async (programmeId: string, _options, command: Command) => {
      const ops = await session(command);
      for (const projection of TRANCHE_TURNS_FROM) await ops.app.get(ReadModels).upToHead(projection);
      const rows = await ops.queries.execute<ListReclaims, readonly ReclaimRow[]>(
        new ListReclaims({ programmeId }),
      );
      ops.print(rows, () => reclaimsInWords(rows));
    });
}

interface Because {
  readonly reason: string;
}

function registerWithdrawal(reclaim: Command, session: Session): void {
  withGlobals(reclaim.command('withdraw <programme> <urn> <reclaim>'))
    .description('ask no more for what is still owed: it was a mistake, or is let go of by a second person')
    .addOption(
      new Option(
        '--outcome <which>',
        'a mistake is still to be accounted for; what is let go of, once approved and not by who proposed it, is not',
      )
        .choices(WITHDRAWN_AS)
        .makeOptionMandatory(),
    )
    .requiredOption('--reason <text>', 'why')
    .action(
      async (
        ...[programmeId, urn, number, said, command]: [
          ...[programmeId: string, urn: string, reclaim: string],
          ...[said: Because & { outcome: WithdrawnAs }, command: Command],
        ]
      ) => {
        const input = { programmeId, urn, reclaim: reclaimNumber(number), ...said };
        const ops = await session(command);
        await carryOut(ops, new WithdrawReclaim(input, ops.context()));
      },
    );
}

function registerReturns(program: Command, session: Session): void {
  const underspend = program.command('underspend').description('what a setting pays back of its own accord');
  withGlobals(underspend.command('return <tranche> <pence>'))
    .description('record so many pence of a paid tranche as come back')
    .requiredOption('--reference <text>', 'by which the bank knows the payment')
    .requiredOption('--reason <text>', 'why it was not spent')
    .action(async (id: string, pence: string, said: Because & { reference: string }, command: Command) => {
      const { reason, reference } = said;
      const input = { ...parseTrancheId(id), amountPence: penceIn(pence), reason, reference };
      const ops = await session(command);
      await carryOut(ops, new ReturnUnderspend(input, ops.context()));
    });
  const receipt = program.command('receipt').description('money that came back');
  withGlobals(receipt.command('reverse <programme> <urn> <receipt>'))
    .description('it had not come back, or went out again')
    .requiredOption('--reason <text>', 'why')
    .action(async (programmeId: string, urn: string, number: string, said: Because, command: Command) => {
      const input = { programmeId, urn, receipt: receiptNumber(number), reason: said.reason };
      const ops = await session(command);
      await carryOut(ops, new ReverseReceipt(input, ops.context()));
    });
}

function settlementInWords(settlement: Settlement): string {
  const { programmeId, settingName, urn, status, reclaim, passedOnTo, toBeTakenOverBy, unfinished } =
    settlement;
  const amounts: readonly (readonly [string, number])[] = [
    ['allocated', settlement.allocatedPence],
    ['released', settlement.releasedPence],
    ['paid', settlement.settledPence],
    ['accepted as spent', settlement.spentPence],
    ['reclaimed', settlement.reclaimedPence],
    ['returned', settlement.returnedPence],
    ['asked back', settlement.askedPence],
    ['let go', settlement.letGoPence],
    ['released too much', settlement.overpaidPence],
    ['taken over', settlement.inheritedPence],
    ['not accounted for', settlement.toComeBackPence],
  ];
  const reclaims = reclaim.map(
    (one) => `  reclaim ${formatPence(one.amountPence)} of ${trancheId(programmeId, one.urn, one.number)}`,
  );
  return [
    `${settingName} (${urn}): ${status === 'none' ? 'it has no allocation' : `the allocation is ${status}`}`,
    ...amounts.map(([what, pence]) => `  ${what.padEnd(19)}${formatPence(pence)}`),
    ...(passedOnTo === null
      ? []
      : [`Setting ${passedOnTo} has its part, and answers for what is left of it.`]),
    ...(toBeTakenOverBy === null
      ? []
      : [
          `Its part was passed on to setting ${toBeTakenOverBy}, which answers for what is left once it has taken it over; if it cannot, the board decides anew.`,
        ]),
    ...(settlement.allToComeBack ? ['The board decided to reclaim what it was paid, spent or not.'] : []),
    ...(reclaims.length === 0
      ? []
      : [
          settlement.allToComeBack
            ? 'It is asked back:'
            : 'What of it no report comes to account for is asked back:',
          ...reclaims,
        ]),
    ...(unfinished.length === 0 ? [] : ['It cannot be closed yet:', ...unfinished.map((one) => `  ${one}`)]),
  ].join('\n');
}

function reclaimsInWords(rows: readonly ReclaimRow[]): string {
  if (rows.length === 0) return 'Nothing has been reclaimed.';
  const lines = rows.map((row) => {
    const { urn, name, reclaim, tranche, status, reason, amountPence, receivedPence, owedPence } = row;
    const amounts = [amountPence, receivedPence, owedPence].map(formatPence);
    return [urn, name, String(reclaim), String(tranche), status, turnInWords(row), reason, ...amounts];
  });
  return table(
    ['URN', 'Setting', 'Reclaim', 'Tranche', 'Status', 'Next', 'Because', 'Amount', 'Received', 'Owed'],
    7,
    lines,
  );
}

// What is on a work list can be done: each item that money waits for is carried out by somebody who has signed nothing before.
import {
  AcceptOffer,
  ApproveReclaim,
  ApproveTranche,
  CloseAllocation,
  GetSettlement,
  ListReclaims,
  ProposeReclaim,
  ProposeTranche,
  ReceiveReclaim,
  ReleaseTranche,
  ReverseRelease,
  ReviseAllocation,
  RevokeTrancheApproval,
  WithdrawReclaim,
  WithdrawTrancheProposal,
  type ReclaimRow,
  type Settlement,
} from '#domain/funding';
import {
  DiscardPaymentRun,
  ImportBankResponse,
  MakePaymentRun,
  payments,
  ReleasePaymentRun,
} from '#domain/payments';
import {
  CloseProgramme,
  DecideContinuity,
  ListParticipations,
  TakeOverPart,
  type Action,
  type ParticipationRow,
} from '#domain/programme';
import type { WorkItem } from '#domain/work-lists';
import { RefusalError } from '#kernel';
import { Decisions, type CommandContext } from '#platform/event-store';
import type { Page } from '#platform/read-store';
import { person } from '#testing';
import { Desks } from './desks.harness.js';
import type { Funding } from './funding.harness.js';

const reason = 'it was on the list';
/** More than are ever on the lists of two settings: each item that is carried out may bring another. */
const MOST_ITEMS = 60;
let people = 0;

interface Doing {
  readonly funding: Funding;
  readonly item: WorkItem;
  readonly of: { readonly programmeId: string; readonly urn: string };
  /** Of the tranche or the reclaim. */
  readonly number: number;
  readonly as: CommandContext;
}
type Does = (doing: Doing) => object | Promise<readonly object[]>;

const ofTranche =
  (
    Of: new (input: Doing['of'] & { number: number; reason: string }, context: CommandContext) => object,
  ): Does =>
  ({ of, number, as }) =>
    new Of({ ...of, number, reason }, as);

async function askBack({ funding, of, as }: Doing): Promise<readonly object[]> {
  const { reclaim } = await funding.ask<Settlement>(new GetSettlement(of));
  if (reclaim.length === 0) throw new Error(`nothing is to be asked back of ${of.urn}`);
  return reclaim.map((one) => {
    const commandId = crypto.randomUUID();
    return new ProposeReclaim({ ...of, ...one, reason }, { ...as, commandId });
  });
}

async function payBack({ funding, of, number, as }: Doing): Promise<readonly object[]> {
  const rows = await funding.ask<readonly ReclaimRow[]>(new ListReclaims({ programmeId: of.programmeId }));
  const { owedPence: amountPence } = rows.find((one) => one.urn === of.urn && one.reclaim === number)!;
  return [
    new ReceiveReclaim({ ...of, reclaim: number, amountPence, reference: as.commandId.slice(0, 18) }, as),
  ];
}

async function takeOver({
  funding,
  of: { programmeId, urn: fromUrn },
  as,
}: Doing): Promise<readonly object[]> {
  const asked = new ListParticipations(programmeId, { urns: [fromUrn] });
  const [row] = (await funding.ask<Page<ParticipationRow>>(asked)).documents;
  return [new TakeOverPart({ programmeId, urn: row?.continuity?.toUrn ?? '', fromUrn }, as)];
}

/** With nobody to name: what was paid is settled. */
const windDown: Does = ({ of, as }) => new DecideContinuity({ ...of, outcome: 'wind-down', reason }, as);

const runsOf = async ({ funding, of }: Doing) =>
  (await funding.office.app.get(Decisions).load(payments, of.programmeId)).state.runs;

const runMade = async (doing: Doing) => (await runsOf(doing)).findLast(({ status }) => status === 'made')!;

async function releaseRun(doing: Doing): Promise<readonly object[]> {
  const { run, file } = await runMade(doing);
  return [new ReleasePaymentRun({ ...doing.of, run, fileSha256: file.sha256 }, doing.as)];
}

async function discardRun(doing: Doing): Promise<readonly object[]> {
  const { run } = await runMade(doing);
  return [new DiscardPaymentRun({ ...doing.of, run, reason }, doing.as)];
}

async function bankAnswers(doing: Doing): Promise<readonly object[]> {
  const { id, programmeId } = doing.item;
  const run = Number(id.split('.').at(-1));
  const { items } = (await runsOf(doing)).find((one) => one.run === run)!;
  const { bankReference, amountPence } = items.find(({ trancheId }) => id === `${trancheId}.${run}`)!;
  const line = `${bankReference},${(amountPence / 100).toFixed(2)},settled,`;
  const content = Buffer.from(['reference,amount,status,reason', line, ''].join('\n'));
  return [new ImportBankResponse({ programmeId, run, file: `${doing.as.commandId}.csv`, content }, doing.as)];
}

const DOES: Partial<Record<Action, Does>> = {
  'decide-continuity': windDown,
  'name-successor': windDown,
  'let-take-over': takeOver,
  'answer-offer': ({ of, as }) => new AcceptOffer(of, as),
  'propose-tranche': ofTranche(ProposeTranche),
  'approve-tranche': ofTranche(ApproveTranche),
  'release-tranche': ofTranche(ReleaseTranche),
  'revoke-approval': ofTranche(RevokeTrancheApproval),
  'withdraw-proposal': ofTranche(WithdrawTrancheProposal),
  'reverse-release': ofTranche(ReverseRelease),
  'revise-allocation': ({ of, as }) => new ReviseAllocation({ ...of, rule: 'same', reason }, as),
  'make-payment-run': ({ of: { programmeId, urn }, number, as }) =>
    new MakePaymentRun({ programmeId, tranches: [`${programmeId}.${urn}.${number}`] }, as),
  'release-payment-run': releaseRun,
  'discard-payment-run': discardRun,
  'pay-tranche': bankAnswers,
  'clear-up-payment': bankAnswers,
  'settle-allocation': askBack,
  'propose-reclaim': askBack,
  'approve-reclaim': ({ of, number, as }) => new ApproveReclaim({ ...of, reclaim: number }, as),
  'withdraw-reclaim': ({ of, number, as }) =>
    new WithdrawReclaim({ ...of, reclaim: number, outcome: 'mistake', reason }, as),
  'pay-back': payBack,
  'close-allocation': ({ of, as, item: { toDo } }) =>
    new CloseAllocation({ ...of, reason, ...(toDo.includes('--undrawn') ? { undrawn: 'to-fund' } : {}) }, as),
  'close-programme': ({ item: { programmeId }, as }) => new CloseProgramme({ programmeId, reason }, as),
};

/**
 * Carries out one item after another, until nothing that money waits for is on a list.
 * @returns how many
 * @throws Error naming the item whose command is refused, or if it never ends
 */
export async function doWhatWaits(funding: Funding, programmeId: string): Promise<number> {
  const desks = new Desks(funding, programmeId);
  for (let carriedOut = 0; carriedOut < MOST_ITEMS; carriedOut += 1) {
    await funding.settle();
    const item = (await desks.items()).find(({ action }) => DOES[action] !== undefined);
    if (item === undefined) return carriedOut;
    await carryOut(funding, item);
    funding.pass(1);
  }
  throw new Error(`there is no end to what waits in ${programmeId}`);
}

async function carryOut(funding: Funding, item: WorkItem & { readonly desk: string }): Promise<void> {
  const { id, programmeId, urn, action } = item;
  const by = person(`w${(people += 1)}`, item.desk === 'bank' ? 'payer' : item.desk);
  const as = funding.context({ by });
  const own = id.slice(`${programmeId}.${urn}.`.length).replace('reclaim-', '').split('.')[0];
  try {
    const doing = { funding, item, of: { programmeId, urn }, number: Number(own), as };
    const commands = await DOES[action]!(doing);
    for (const command of Array.isArray(commands) ? (commands as object[]) : [commands]) {
      await funding.run(command);
    }
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
    throw new Error(`${item.desk} cannot ${action} ${id} (${item.toDo}): ${error.code}: ${error.message}`, {
      cause: error,
    });
  }
}

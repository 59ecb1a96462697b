import { paymentsEvents } from '#domain/payments';
import { participationEvents, programmeEvents } from '#domain/programme';
import type { EventOf, Pence, RecordedEvent } from '#kernel';
import { allocationEvents } from '../../allocation/allocation.events.js';
import { fundEvents } from '../../fund/fund.events.js';

/**
 * What the ledger adds up. `committed` is `confirmed` + `reserved`, and `available` is `budget` − `committed`;
 * everything else is a sum of entries.
 */
export const ACCOUNTS = [
  'budget',
  'allocated',
  'reserved',
  'confirmed',
  'released',
  'instructed',
  'settled',
  'reclaimed',
  'returned',
] as const;
export type Account = (typeof ACCOUNTS)[number];

/** What one event adds to one account: all the money there is on any screen is a sum of these. */
export interface Entry {
  readonly account: Account;
  /** Negative if it takes away. */
  readonly pence: Pence;
  /** `null`: the programme's own, or set aside for a whole round. */
  readonly urn: string | null;
  /** `null`: not of one tranche. */
  readonly tranche: number | null;
}

export const ledgerEvents = [
  ...programmeEvents,
  ...participationEvents,
  ...fundEvents,
  ...allocationEvents,
  ...paymentsEvents,
] as const;
export type LedgerEvent = EventOf<(typeof ledgerEvents)[number]>;

/** The events of these aggregates that leave every ledger as it is: a new type is put here, or moves money. */
export const MOVES_NOTHING = [
  'AllocationPolicyReplaced',
  'ProgrammePaused',
  'ProgrammeResumed',
  'TrancheScheduleReplaced',
  'ReportWindowsReplaced',
  'SeniorOwnerAppointed',
  'ProgrammeBoardNamed',
  'ProgrammeVersionWithdrawn',
  'FundingRulesSet',
  'ServiceStandardsSet',
  'ApprovalDelegated',
  'ApprovalDelegationEnded',
  'ProgrammeClosed',
  'SettingInvited',
  'InvitationDeclined',
  'DueDiligenceCompleted',
  'FraudRiskAssessed',
  'GrantAgreementSigned',
  'ContinuityDecisionRaised',
  'PartTakenOver',
  'ReportDeadlineExtended',
  // Its budget is the programme's, which is in the ledger from the beginning.
  'FundOpened',
  // What was committed stays so.
  'FundClosed',
  'OfferAbandoned',
  'RevisionAbandoned',
  'ConditionMet',
  'ConditionRevoked',
  'TrancheProposed',
  'TrancheApproved',
  'TrancheProposalRefused',
  'TrancheProposalWithdrawn',
  'TrancheApprovalRevoked',
  'TrancheHeld',
  'TrancheResumed',
  // The payments say it themselves.
  'TranchePaymentReversed',
  // Asked back, or not asked any more: the money moves when it comes in.
  'ReclaimProposed',
  'ReclaimApproved',
  'ReclaimWithdrawn',
  'PaymentRunMade',
  'PaymentRunDiscarded',
  // The allocation says what becomes of the release.
  'PaymentBarred',
  'PaymentBarLifted',
  'SuccessorReplaced',
  'PartHandedOver',
  // What it says of each payment follows as an event of its own.
  'BankResponseImported',
  // What was instructed stays so, until the bank settles or fails it.
  'PaymentAmountDiffered',
] as const satisfies readonly LedgerEvent['type'][];

/** Those that move no money, but change the standing of a setting in the ledger. */
export const CHANGES_STANDING = [
  'SettingEnrolled',
  'OfferAccepted',
  'SettingWithdrawn',
  'FinancialReviewCompleted',
  'ContinuityDecided',
  'TransferReplaced',
] as const satisfies readonly LedgerEvent['type'][];

const STILL: ReadonlySet<string> = new Set([...MOVES_NOTHING, ...CHANGES_STANDING]);
/** After each of these the identities may not hold any more. */
export const MOVE_MONEY = ledgerEvents.filter(({ type }) => !STILL.has(type));

function ofProgramme(account: Account, pence: Pence): Entry {
  return { account, pence, urn: null, tranche: null };
}

interface OfSetting {
  readonly urn: string;
  readonly amountPence: Pence;
}

function added(account: Account, { urn, amountPence }: OfSetting, tranche: number | null = null): Entry {
  return { account, pence: amountPence, urn, tranche };
}

function taken(account: Account, { urn, amountPence }: OfSetting, tranche: number | null = null): Entry {
  return { account, pence: -amountPence, urn, tranche };
}

function offered({ urn, amountPence, tranches, round }: DataOf<'AllocationOffered'>): readonly Entry[] {
  const shares = tranches.map((tranche) => added('allocated', { urn, ...tranche }, tranche.number));
  if (round === null) return shares;
  // A round sets aside for all at once; each of its offers then takes over its part.
  return [...shares, added('reserved', { urn, amountPence }), ofProgramme('reserved', -amountPence)];
}

type MovesMoney = Exclude<
  LedgerEvent['type'],
  (typeof MOVES_NOTHING)[number] | (typeof CHANGES_STANDING)[number]
>;
/** An event that is an entry on some account. */
export type MoneyEvent = Extract<LedgerEvent, { type: MovesMoney }>;
type DataOf<T extends LedgerEvent['type']> = Extract<LedgerEvent, { type: T }>['data'];

const MOVES: { readonly [T in MovesMoney]: (data: DataOf<T>) => readonly Entry[] } = {
  ProgrammeCreated: ({ budgetPence }) => [ofProgramme('budget', budgetPence)],
  FundBudgetRaised: ({ fromPence, budgetPence }) => [ofProgramme('budget', budgetPence - fromPence)],
  FundBudgetLowered: ({ fromPence, budgetPence }) => [ofProgramme('budget', budgetPence - fromPence)],
  FundsReserved: (data) => [added('reserved', data)],
  CommitmentConfirmed: (data) => [taken('reserved', data), added('confirmed', data)],
  ReservationReleased: (data) => [taken('reserved', data)],
  CommitmentReduced: (data) => [taken('confirmed', data)],
  CommitmentCarriedOver: (data) => [taken('confirmed', data), added('reserved', data.carried)],
  CommitmentRestored: (data) => [added('confirmed', data)],
  ReservationRaised: (data) => [added(data.committed ? 'confirmed' : 'reserved', data)],
  ReservationLowered: (data) => [taken(data.committed ? 'confirmed' : 'reserved', data)],
  AllocationRoundAdopted: ({ totalPence }) => [ofProgramme('reserved', totalPence)],
  AllocationRoundReconciled: ({ freedPence }) => [ofProgramme('reserved', -freedPence)],
  AllocationOffered: offered,
  // What is kept for it, the fund says.
  AllocationRevised: ({ urn, tranches }) =>
    tranches
      .filter(({ amountPence, fromPence }) => amountPence !== fromPence)
      .map(({ number, amountPence, fromPence }) =>
        added('allocated', { urn, amountPence: amountPence - fromPence }, number),
      ),
  // The money is free when the fund says so.
  OfferDeclined: (data) => [taken('allocated', data)],
  OfferLapsed: (data) => [taken('allocated', data)],
  TrancheReleased: (data) => [added('released', data, data.number)],
  TrancheReleaseReversed: (data) => [taken('released', data, data.number)],
  ReclaimReceived: (data) => [added('reclaimed', data, data.number)],
  UnderspendReturned: (data) => [added('returned', data, data.number)],
  ReceiptReversed: (data) => [taken(data.reclaim === null ? 'returned' : 'reclaimed', data, data.number)],
  // What was never drawn is not allocated any more; the money is free when the fund says so.
  AllocationClosed: ({ urn, undrawn }) =>
    undrawn.map(({ number, amountPence }) => taken('allocated', { urn, amountPence }, number)),
  PaymentRunReleased: ({ payments }) => payments.map((one) => added('instructed', one, one.number)),
  PaymentSettled: (data) => [added('settled', data, data.number)],
  PaymentFailed: (data) => [taken('instructed', data, data.number)],
  // Money that came back was neither paid nor is it on its way; a failure that was none is on its way again.
  PaymentReversed: (data) =>
    data.becomes === 'failed'
      ? [taken('settled', data, data.number), taken('instructed', data, data.number)]
      : [added('instructed', data, data.number)],
};

export function movesMoney(event: RecordedEvent<LedgerEvent>): event is RecordedEvent<MoneyEvent> {
  return event.type in MOVES;
}

/** What an event moves; nothing, if it is not one that moves money. Total. */
export function entriesOf(event: Pick<LedgerEvent, 'type' | 'data'>): readonly Entry[] {
  const moves: Readonly<Partial<Record<string, (data: never) => readonly Entry[]>>> = MOVES;
  return moves[event.type]?.(event.data as never) ?? [];
}

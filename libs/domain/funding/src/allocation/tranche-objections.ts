import {
  NOT_BLANK,
  refusal,
  refuseBefore,
  refuseShape,
  samePerson,
  type Actor,
  type Command,
  type Decision,
  type Instant,
  type Refusal,
} from '#kernel';
import { Type } from 'typebox';
import type { AllocationState, Objection, TrancheState } from './allocation-state.js';
import { backPence, owedPence } from './money-back-state.js';
import {
  trancheApprovalRevoked,
  trancheHeld,
  trancheProposalRefused,
  trancheProposalWithdrawn,
  trancheReleaseReversed,
  trancheResumed,
  type AllocationEvent,
} from './allocation.events.js';

// How a tranche is kept from being paid before its release: each with a reason, and nothing that was signed is deleted.

export const LONGEST_REASON = 2000;
/** Why something is refused, held or declined. */
export const Because = Type.Object({
  reason: Type.String({ maxLength: LONGEST_REASON, pattern: NOT_BLANK }),
});

type OfTranche = Readonly<{ number: number; reason: string }>;
export type TrancheObjectionCommand =
  | Command<'RefuseTrancheProposal', OfTranche>
  | Command<'WithdrawTrancheProposal', OfTranche>
  | Command<'RevokeTrancheApproval', OfTranche>
  | Command<'HoldTranche', OfTranche>
  | Command<'ResumeTranche', OfTranche>
  | ReverseReleaseCommand;

/** How far the payment of a tranche is, as the payments' own events have it. */
export interface PaymentStanding {
  readonly status: 'in-run' | 'instructed' | 'settled' | 'failed';
  readonly run: number;
  /** When it failed, if it has. */
  readonly answeredAt: Instant | undefined;
  /** Whether the bank's newest answer names another amount than it was told to pay. */
  readonly differs: boolean;
}
/** By the number of a tranche; of those that are, or were, in a run. */
export type PaymentStandings = Readonly<Record<number, PaymentStanding | undefined>>;
export type ReverseReleaseCommand = Command<
  'ReverseRelease',
  OfTranche & { readonly payments: PaymentStandings }
>;

const OBJECTIONS: ReadonlySet<string> = new Set<TrancheObjectionCommand['type']>([
  ...(['RefuseTrancheProposal', 'WithdrawTrancheProposal', 'RevokeTrancheApproval'] as const),
  ...(['HoldTranche', 'ResumeTranche', 'ReverseRelease'] as const),
]);

export function isObjection<C extends { readonly type: string }>(
  command: C,
): command is C & TrancheObjectionCommand {
  return OBJECTIONS.has(command.type);
}

/** Whoever signs a tranche that is held is told why it is. */
export function refuseHeld({ number, held }: TrancheState): Refusal | undefined {
  if (held === null) return undefined;
  return refusal(
    'TRANCHE.HELD',
    'wrong-state',
    `tranche ${number} is held by ${held.by.subject}: ${held.reason}; nobody signs it until it is resumed`,
    { number, by: held.by.subject, at: held.occurredAt },
  );
}

/** No signature is older than what turned an earlier one back, or than the end of a hold. */
export function objectionTimes({ turnedBack, resumed }: TrancheState): Record<string, Instant | undefined> {
  return {
    'what was signed before was turned back': turnedBack?.occurredAt,
    'the tranche was resumed': resumed?.occurredAt,
  };
}

type Standing = Exclude<AllocationState, { status: 'none' }>;

export function decideObjection(
  command: TrancheObjectionCommand,
  state: Standing,
  tranche: TrancheState,
): Decision<AllocationEvent> {
  const { type, data, by, at } = command;
  const malformed = refuseShape('TRANCHE.MALFORMED', Because, { reason: data.reason });
  if (malformed !== undefined) return malformed;
  const { number, amountPence, turnedBack, held, resumed } = tranche;
  const reason = data.reason.trim();
  const said = { programmeId: state.programmeId, urn: state.urn, number, amountPence, reason };
  const early = () => refuseBefore(at, timesOf(tranche));
  switch (type) {
    case 'RefuseTrancheProposal':
      if (turnedBack?.how === 'refused' && isSame(turnedBack, reason, by)) return [];
      return notWaiting(tranche) ?? proposedIt(tranche, by) ?? early() ?? [trancheProposalRefused(said)];
    case 'WithdrawTrancheProposal':
      if (turnedBack?.how === 'withdrawn' && isSame(turnedBack, reason, by)) return [];
      return notWaiting(tranche) ?? early() ?? [trancheProposalWithdrawn(said)];
    case 'RevokeTrancheApproval':
      if (turnedBack?.how === 'revoked' && isSame(turnedBack, reason, by)) return [];
      return notApproved(tranche) ?? early() ?? [trancheApprovalRevoked(said)];
    case 'HoldTranche':
      if (held !== null) return isSame(held, reason, by) ? [] : refuseHeld(tranche)!;
      return isPaid(tranche) ?? early() ?? [trancheHeld(said)];
    case 'ResumeTranche':
      if (held !== null) return early() ?? [trancheResumed(said)];
      return resumed !== null && isSame(resumed, reason, by) ? [] : notHeld(number);
    case 'ReverseRelease':
      return reverseRelease(command, reason, state, tranche);
    default:
      return type satisfies never;
  }
}

/**
 * A release is taken back by an event that names it, as long as the bank has not been told to pay, or would not: what was paid is
 * reclaimed. Whoever released it does not take it back alone. The latest goes first, unless it is paid: that stays.
 */
function reverseRelease(
  { data: { payments }, by, at }: ReverseReleaseCommand,
  reason: string,
  { programmeId, urn, tranches, moneyBack, status }: Standing,
  { number, amountPence, released, turnedBack }: TrancheState,
): Decision<AllocationEvent> {
  if (turnedBack?.how === 'reversed' && isSame(turnedBack, reason, by)) return [];
  const wrong = (code: string, says: string): Refusal =>
    refusal(code, 'wrong-state', `the release of tranche ${number} ${says}`, { number });
  if (released === null) {
    return refusal('TRANCHE.NOT_RELEASED', 'wrong-state', `tranche ${number} is not released`, { number });
  }
  if (samePerson(released.by, by)) {
    const message = `${by.subject} released tranche ${number}: somebody else must reverse the release`;
    return refusal('TRANCHE.SECOND_SIGNATURE', 'not-allowed', message, { number, subject: by.subject });
  }
  // Of a closed allocation none is paid any more, in whatever order.
  const open = tranches.filter((one) => status !== 'closed' && one.released !== null);
  const later = open.findLast((one) => one.number > number && payments[one.number]?.status !== 'settled');
  if (later !== undefined) {
    return wrong(
      'TRANCHE.LATER_RELEASED',
      `cannot be reversed yet: tranche ${later.number} was released after it, and is not paid; reverse that release first, or wait until it is paid`,
    );
  }
  const payment = payments[number];
  if (payment?.status === 'in-run') {
    return wrong(
      'TRANCHE.IN_A_RUN',
      `cannot be reversed: it is in payment run ${payment.run}; discard that first`,
    );
  }
  if (payment?.status === 'instructed') {
    const unclear = payment.differs ? ' with the amount it was told: that is to be cleared up first' : '';
    return wrong(
      'TRANCHE.BEING_PAID',
      `cannot be reversed: the bank was told to pay it, and has not answered${unclear}`,
    );
  }
  const { reclaimedPence, returnedPence } = backPence(moneyBack, number);
  if (payment?.status === 'settled' || reclaimedPence + returnedPence > 0) {
    return wrong('TRANCHE.PAID', `cannot be reversed: it is paid; reclaim the money instead`);
  }
  const asked = moneyBack.reclaims.filter((one) => one.number === number && owedPence(one) > 0);
  if (asked.length > 0) {
    const named = asked.map(({ reclaim }) => `reclaim ${reclaim}`).join(', ');
    return wrong(
      'TRANCHE.ASKED_BACK',
      `cannot be reversed while it is asked back as if it had been paid, which it was not: withdraw ${named} first`,
    );
  }
  return (
    refuseBefore(at, { 'the release': released.occurredAt, 'its payment failed': payment?.answeredAt }) ?? [
      trancheReleaseReversed({ programmeId, urn, number, amountPence, reason, reverses: released.event }),
    ]
  );
}

function isSame(objection: Objection, reason: string, by: Actor): boolean {
  return objection.reason === reason && samePerson(objection.by, by);
}

function timesOf(tranche: TrancheState): Record<string, Instant | undefined> {
  const { proposed, approved, held } = tranche;
  return {
    'the proposal of the tranche': proposed?.occurredAt,
    'the approval of the tranche': approved?.occurredAt,
    'the tranche was held': held?.occurredAt,
    ...objectionTimes(tranche),
  };
}

function isPaid({ number, released }: TrancheState): Refusal | undefined {
  if (released === null) return undefined;
  return refusal(
    'TRANCHE.ALREADY_RELEASED',
    'wrong-state',
    `tranche ${number} was released by ${released.by.subject} already: what is paid is reclaimed, not held or refused`,
    { number, by: released.by.subject, at: released.occurredAt },
  );
}

/** A proposal is refused or withdrawn as long as nobody has approved it. */
function notWaiting(tranche: TrancheState): Refusal | undefined {
  const { number, proposed, approved } = tranche;
  const paid = isPaid(tranche);
  if (paid !== undefined) return paid;
  if (proposed === null) {
    return refusal('TRANCHE.NOT_PROPOSED', 'wrong-state', `tranche ${number} is not proposed`, { number });
  }
  if (approved === null) return undefined;
  return refusal(
    'TRANCHE.ALREADY_APPROVED',
    'wrong-state',
    `tranche ${number} was approved by ${approved.by.subject} already: revoke the approval first`,
    { number, by: approved.by.subject, at: approved.occurredAt },
  );
}

function proposedIt({ number, proposed }: TrancheState, by: Actor): Refusal | undefined {
  if (proposed === null || !samePerson(proposed.by, by)) return undefined;
  return refusal(
    'TRANCHE.PROPOSER_REFUSES',
    'not-allowed',
    `${by.subject} proposed tranche ${number} and cannot refuse it: withdraw the proposal`,
    { number, subject: by.subject },
  );
}

function notApproved(tranche: TrancheState): Refusal | undefined {
  const paid = isPaid(tranche);
  if (paid !== undefined || tranche.approved !== null) return paid;
  return refusal(
    'TRANCHE.NOT_APPROVED',
    'wrong-state',
    `tranche ${tranche.number} is not approved: there is no approval to revoke`,
    { number: tranche.number },
  );
}

function notHeld(number: number): Refusal {
  return refusal('TRANCHE.NOT_HELD', 'wrong-state', `tranche ${number} is not held`, { number });
}

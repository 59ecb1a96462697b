import { refusePaused, type Pause } from '#domain/programme';
import {
  formatPence,
  refusal,
  refuseBefore,
  samePerson,
  type Actor,
  type Command,
  type Decision,
  type Instant,
  type Pence,
  type Refusal,
} from '#kernel';
import {
  costPence,
  releasedPence,
  type AllocationState,
  type Offered,
  type Signature,
  type TrancheState,
} from './allocation-state.js';
import {
  trancheApproved,
  trancheProposed,
  trancheReleased,
  type AllocationEvent,
} from './allocation.events.js';
import { authorityFor, type ApprovalRules, type ApprovalRulesKnown } from './approval-authority.js';
import { conditionInWords, refuseUnmet } from './conditions.js';
import {
  refusePart,
  refuseReview,
  refuseUnsigned,
  signatureTime,
  type PartStanding,
} from './part-standing.js';
import { refusePlanOverAllocation } from './plan-over-allocation.js';
import {
  decideObjection,
  isObjection,
  objectionTimes,
  refuseHeld,
  type TrancheObjectionCommand,
} from './tranche-objections.js';

type OfTranche = Readonly<{
  number: number;
  /** How the setting's part stands on the day. */
  standing: PartStanding | null;
}>;
export type ProposeTrancheCommand = Command<'ProposeTranche', OfTranche>;
export type ApproveTrancheCommand = Command<
  'ApproveTranche',
  /** With who may approve how much on the day. */
  OfTranche & { readonly approval?: ApprovalRulesKnown }
>;
export type ReleaseTrancheCommand = Command<
  'ReleaseTranche',
  /** With the programme's pause on the day, if there is one. */
  OfTranche & { readonly paused?: Pause | null }
>;
export type TrancheCommand =
  ProposeTrancheCommand | ApproveTrancheCommand | ReleaseTrancheCommand | TrancheObjectionCommand;

type Signing = ProposeTrancheCommand | ApproveTrancheCommand | ReleaseTrancheCommand;
export type Accepted = Extract<AllocationState, { status: 'accepted' }>;
export type Closed = Extract<AllocationState, { status: 'closed' }>;

/** The first thing that stands in the way of any signature at all. */
export function trancheAccepted(state: AllocationState, number: number): TrancheState | Refusal {
  const tranche = trancheOf(state, number);
  if ('refused' in tranche) return tranche;
  const accepted = acceptedNow(state);
  return 'refused' in accepted ? accepted : tranche;
}

export function trancheOf(state: AllocationState, number: number): TrancheState | Refusal {
  if (!Number.isSafeInteger(number) || number < 1) {
    return refusal('TRANCHE.NUMBER', 'invalid', 'the number of a tranche is a whole number from 1', {
      field: 'number',
    });
  }
  if (state.status === 'none') return notOffered();
  const tranche = state.tranches.find((one) => one.number === number);
  if (tranche === undefined) {
    return refusal(
      'TRANCHE.UNKNOWN',
      'not-found',
      `the allocation of ${state.settingName} (${state.urn}) has ${state.tranches.length} tranches, and no tranche ${number}`,
      { urn: state.urn, number },
    );
  }
  return tranche;
}

/** An allocation about whose money something can be decided: accepted, and not closed. */
export function acceptedNow(state: AllocationState): Accepted | Refusal {
  if (state.status === 'none') return notOffered();
  if (state.status === 'closed') return isClosed(state);
  if (state.status === 'accepted') return state;
  const { settingName, urn } = state;
  return refusal(
    'ALLOCATION.NOT_ACCEPTED',
    'wrong-state',
    `${settingName} (${urn}) has not accepted its offer`,
    { urn },
  );
}

/** Nothing more is decided about an allocation that was closed. */
export function isClosed({ settingName, urn, closure }: Closed): Refusal {
  return refusal(
    'ALLOCATION.CLOSED',
    'wrong-state',
    `the allocation of ${settingName} (${urn}) was closed by ${closure.by.subject}: ${closure.reason}`,
    { urn, by: closure.by.subject, at: closure.occurredAt },
  );
}

export function notOffered(): Refusal {
  return refusal('ALLOCATION.NOT_OFFERED', 'wrong-state', 'nothing has been offered to this setting');
}

/** `[]` to the person who signed; to anybody else that it is signed already, and by whom. */
function signedAlready(
  verb: 'proposed' | 'approved' | 'released',
  { number }: TrancheState,
  signature: Signature | null,
  by: Actor,
): Decision<AllocationEvent> | undefined {
  if (signature === null) return undefined;
  if (samePerson(signature.by, by)) return [];
  return refusal(
    `TRANCHE.ALREADY_${verb.toUpperCase()}`,
    'wrong-state',
    `tranche ${number} was ${verb} by ${signature.by.subject} already`,
    { number, by: signature.by.subject, at: signature.occurredAt },
  );
}

function notSigned(verb: 'proposed' | 'approved', { number, fellWith, turnedBack }: TrancheState): Refusal {
  const back =
    turnedBack === null
      ? ''
      : `: ${turnedBack.by.subject} ${TURNED_BACK[turnedBack.how]} (${turnedBack.reason})`;
  const why =
    fellWith === null
      ? back
      : `: its signatures fell when that ${conditionInWords(fellWith)} was undone or came to rest on something else`;
  return refusal(
    `TRANCHE.NOT_${verb.toUpperCase()}`,
    'wrong-state',
    `tranche ${number} is not ${verb}${why}`,
    {
      number,
      fellWith,
    },
  );
}

const TURNED_BACK = {
  refused: 'refused the proposal',
  withdrawn: 'withdrew the proposal',
  revoked: 'revoked the approval',
  revised: 'revised its amount',
  reversed: 'reversed its release',
} as const;

/** Three different people: nobody signs one tranche twice, whatever role they act in. */
function refuseSecondSignature(
  verb: 'approve' | 'release',
  { number, proposed, approved }: TrancheState,
  by: Actor,
): Refusal | undefined {
  const signatures: readonly (readonly [string, Signature | null])[] = [
    ['proposed', proposed],
    ['approved', verb === 'release' ? approved : null],
  ];
  const earlier = signatures.find(([, signature]) => signature !== null && samePerson(signature.by, by));
  const lent = verb === 'release' ? (approved?.onBehalfOf ?? null) : null;
  if (lent !== null && samePerson(lent, by)) return approvedOnBehalf(number, by, approved!.by);
  if (earlier === undefined) return undefined;
  const who = signatures.flatMap(([signed, signature]) =>
    signature === null ? [] : [`${signature.by.subject} ${signed} it`],
  );
  return refusal(
    'TRANCHE.SECOND_SIGNATURE',
    'not-allowed',
    `${by.subject} cannot ${verb} tranche ${number}: ${who.join(', ')}; proposing, approving and releasing take three different people`,
    {
      ...{ number, subject: by.subject },
      proposedBy: proposed?.by.subject ?? null,
      approvedBy: approved?.by.subject ?? null,
    },
  );
}

/** Whose authority approved it counts as a signatory too. */
function approvedOnBehalf(number: number, by: Actor, approver: Actor): Refusal {
  return refusal(
    'TRANCHE.SECOND_SIGNATURE',
    'not-allowed',
    `${by.subject} cannot release tranche ${number}: ${approver.subject} approved it on behalf of ${by.subject}; proposing, approving and releasing take three different people`,
    { number, subject: by.subject, approvedBy: approver.subject },
  );
}

function refuseBeforeConditions(
  { at, data: { standing } }: Signing,
  state: Accepted,
  tranche: TrancheState,
): Refusal | undefined {
  return refuseBefore(at, {
    ...standing?.clearedAt,
    'the acceptance of the offer': state.acceptance.occurredAt,
    'the revision of the allocation': state.revisions.at(-1)?.occurredAt,
    ...Object.fromEntries(
      tranche.conditions.map((condition) => [
        `that ${conditionInWords(condition)}`,
        state.conditions[condition]?.at,
      ]),
    ),
    ...(tranche.proposed && { 'the proposal of the tranche': tranche.proposed.occurredAt }),
    ...(tranche.approved && { 'the approval of the tranche': tranche.approved.occurredAt }),
    ...objectionTimes(tranche),
  });
}

function eventDataOf({ programmeId, urn }: Offered, { number, amountPence }: TrancheState) {
  return { programmeId, urn, number, amountPence };
}

function propose(command: Signing, state: Accepted, tranche: TrancheState): Decision<AllocationEvent> {
  const { standing } = command.data;
  return (
    signedAlready('proposed', tranche, tranche.proposed, command.by) ??
    refusePart(state, standing) ??
    refuseReview(state, standing, 'propose the tranche') ??
    refuseNothingDue(tranche) ??
    refuseBeyondDue(state, tranche) ??
    refuseHeld(tranche) ??
    refuseUnmet(tranche.number, state.conditions, tranche.conditions) ??
    refusePlanOverAllocation(state, standing?.planned) ??
    refuseBeforeConditions(command, state, tranche) ?? [trancheProposed(eventDataOf(state, tranche))]
  );
}

/** After a revision downwards a tranche may come to nothing. */
function refuseNothingDue({ number, amountPence }: TrancheState): Refusal | undefined {
  if (amountPence > 0) return undefined;
  const message = `nothing is due with tranche ${number}: there is nothing to pay`;
  return refusal('TRANCHE.NOTHING_DUE', 'wrong-state', message, { number });
}

/** Whether with so much more released than has come back, it would be more than is due. */
export function isBeyondDue(
  state: Pick<Offered, 'tranches' | 'moneyBack' | 'duePence'>,
  amountPence: Pence,
): boolean {
  return costPence(state) + amountPence > state.duePence;
}

/**
 * Where less came to be due than had been released, the difference is back before it is released once more; and where a release
 * was reversed since, what is due is worked out anew first.
 */
function refuseBeyondDue(state: Accepted, { number, amountPence }: TrancheState): Refusal | undefined {
  const { urn, settingName, duePence } = state;
  const wouldPence = costPence(state) + amountPence;
  if (!isBeyondDue(state, amountPence)) return undefined;
  return refusal(
    'TRANCHE.BEYOND_DUE',
    'wrong-state',
    `with tranche ${number}, ${formatPence(wouldPence)} would have been released to ${settingName} (${urn}) beyond what came back, and ${formatPence(duePence)} is due to it: receive what is asked back, or revise the allocation, by which its tranches come to what is due`,
    { number, urn, duePence, totalPence: wouldPence },
  );
}

function approve(command: Signing, state: Accepted, tranche: TrancheState): Decision<AllocationEvent> {
  const { by, data } = command;
  const refused =
    signedAlready('approved', tranche, tranche.approved, by) ??
    refusePart(state, data.standing) ??
    refuseHeld(tranche) ??
    refuseUnmet(tranche.number, state.conditions, tranche.conditions) ??
    refusePlanOverAllocation(state, data.standing?.planned) ??
    (tranche.proposed === null ? notSigned('proposed', tranche) : undefined) ??
    refuseSecondSignature('approve', tranche, by);
  if (refused !== undefined) return refused;
  const { onTheDay, now } = ('approval' in data ? data.approval : undefined) ?? NO_RULES;
  // Nobody comes to an authority by dating an approval back: they have it as it is told, too.
  const told = authorityFor(by, tranche, now);
  if (told !== null && 'refused' in told) return told;
  const authority = authorityFor(by, tranche, onTheDay);
  if (authority !== null && 'refused' in authority) return authority;
  return (
    refuseBeforeConditions(command, state, tranche) ?? [
      trancheApproved({ ...eventDataOf(state, tranche), authority }),
    ]
  );
}

const NO_LIMITS: ApprovalRules = { rules: null, delegations: [] };
const NO_RULES: ApprovalRulesKnown = { onTheDay: NO_LIMITS, now: NO_LIMITS };

/** Tranches are released in the order of their numbers: the second pays for what follows from the first. */
function refuseOutOfTurn(at: Instant, state: Accepted, { number }: TrancheState): Refusal | undefined {
  const earlier = state.tranches.filter((one) => one.number < number);
  const waiting = earlier.find((one) => one.released === null && one.amountPence > 0);
  if (waiting === undefined) {
    const releases = earlier.map((one) => [`the release of tranche ${one.number}`, one.released?.occurredAt]);
    return refuseBefore(at, Object.fromEntries(releases) as Record<string, Instant | undefined>);
  }
  return refusal(
    'TRANCHE.EARLIER_NOT_RELEASED',
    'wrong-state',
    `tranche ${number} comes after tranche ${waiting.number}, which is not released`,
    { number, earlier: waiting.number },
  );
}

function release(command: Signing, state: Accepted, tranche: TrancheState): Decision<AllocationEvent> {
  const { by, at, data } = command;
  const { number, amountPence } = tranche;
  const total = releasedPence(state) + amountPence;
  return (
    signedAlready('released', tranche, tranche.released, by) ??
    refusePaused(state.programmeId, 'paused' in data ? data.paused : null) ??
    refusePart(state, data.standing) ??
    refuseUnsigned(state, at, data.standing, 'release the tranche') ??
    refuseReview(state, data.standing, 'release the tranche') ??
    refuseHeld(tranche) ??
    refuseUnmet(number, state.conditions, tranche.conditions) ??
    refusePlanOverAllocation(state, data.standing?.planned) ??
    (tranche.approved === null ? notSigned('approved', tranche) : undefined) ??
    refuseSecondSignature('release', tranche, by) ??
    refuseOutOfTurn(at, state, tranche) ??
    refuseBeforeConditions(command, state, tranche) ??
    refuseBefore(at, signatureTime(data.standing)) ??
    (total > state.amountPence ? overAllocation(state, number, total) : undefined) ??
    refuseBeyondDue(state, tranche) ?? [trancheReleased(eventDataOf(state, tranche))]
  );
}

function overAllocation({ urn, amountPence }: Offered, number: number, total: number): Refusal {
  return refusal(
    'TRANCHE.OVER_ALLOCATION',
    'wrong-state',
    `with tranche ${number}, ${formatPence(total)} would be released to setting ${urn}; ${formatPence(amountPence)} is allocated`,
    { number, urn, amountPence, totalPence: total },
  );
}

const DECIDE = { ProposeTranche: propose, ApproveTranche: approve, ReleaseTranche: release } as const;

export function decideTranche(command: TrancheCommand, state: AllocationState): Decision<AllocationEvent> {
  const tranche = trancheAccepted(state, command.data.number);
  if ('refused' in tranche || state.status !== 'accepted') return tranche as Refusal;
  if (isObjection(command)) return decideObjection(command, state, tranche);
  return DECIDE[command.type](command, state, tranche);
}

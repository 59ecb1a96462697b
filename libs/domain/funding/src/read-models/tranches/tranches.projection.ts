import { participationId, type Actor, type AnyEvent, type Pence, type RecordedEvent } from '#kernel';
import { defineProjection, type Reaction } from '#platform/read-store';
import { allocationEvents, type AllocationEvent } from '../../allocation/allocation.events.js';
import {
  evolve,
  NOTHING_OFFERED,
  type AllocationState,
  type Objection,
  type Signature,
  type TrancheState,
} from '../../allocation/allocation-state.js';
import { unmetInWords, unmetOf } from '../../allocation/conditions.js';
import { askedPence, backPence } from '../../allocation/money-back-state.js';
import { trancheId } from '../../allocation/tranche-id.js';

/**
 * One setting's allocation, folded by the very function that decides: what is shown cannot differ from what is
 * decided on. One document a setting, because most events concern all of its tranches.
 */
export type AllocationDocument = Readonly<{
  /** `<programme>.<urn>` */
  id: string;
  programmeId: string;
  urn: string;
  allocation: AllocationState;
}>;

/** `nothing-due`: its allocation was revised to less. `closed`: its allocation was closed before it was drawn. */
export type TrancheStatus =
  'awaiting-conditions' | 'ready' | 'proposed' | 'approved' | 'held' | 'released' | 'nothing-due' | 'closed';

/** One signature as it is shown. */
export interface Signed {
  readonly by: string;
  readonly role: string;
  readonly at: string;
}

/** One tranche as its allocation has it; whose turn it is follows from what is around it, too. */
export interface TrancheRow {
  /** `<programme>.<urn>.<number>` */
  readonly id: string;
  readonly programmeId: string;
  readonly urn: string;
  readonly name: string;
  readonly number: number;
  readonly status: TrancheStatus;
  readonly amountPence: Pence;
  readonly shareBasisPoints: number;
  readonly conditions: readonly {
    readonly condition: string;
    readonly met: boolean;
    readonly at: string | null;
  }[];
  /** What is still missing before it can be proposed, in words. */
  readonly missing: readonly string[];
  readonly proposed: Signed | null;
  /** With whose authority, if it was another's. */
  readonly approved: (Signed & { readonly onBehalfOf: string | null }) | null;
  readonly released: Signed | null;
  /** What came back of it, claimed or returned. */
  readonly backPence: Pence;
  /** What is asked back of it and has not come in. */
  readonly askedBackPence: Pence;
  /** Who holds it, and why. */
  readonly held: (Signed & { readonly reason: string }) | null;
  /** How the last signature was turned back, until the next one is given. */
  readonly turnedBack: (Signed & { readonly how: string; readonly reason: string }) | null;
}

function follow(): Reaction<AllocationDocument, AllocationEvent> {
  const idOf = ({ programmeId, urn }: { programmeId: string; urn: string }) =>
    participationId(programmeId, urn);
  return {
    touches: (event: RecordedEvent<AllocationEvent>) => [idOf(event.data)],
    apply: (document, event: RecordedEvent<AllocationEvent>, id) => ({
      ...{ id, programmeId: event.data.programmeId, urn: event.data.urn },
      allocation: evolve(document?.allocation ?? NOTHING_OFFERED, event),
    }),
  };
}

const reaction = follow() as Reaction<AllocationDocument, AnyEvent>;

export const tranches = defineProjection<AllocationDocument>()({
  collection: { name: 'tranches', version: 11, indexes: { byProgramme: ['programmeId', 'urn'] } },
  of: allocationEvents,
  when: {
    AllocationOffered: reaction,
    OfferAbandoned: reaction,
    AllocationRevised: reaction,
    RevisionAbandoned: reaction,
    OfferAccepted: reaction,
    OfferDeclined: reaction,
    OfferLapsed: reaction,
    ConditionMet: reaction,
    ConditionRevoked: reaction,
    TrancheProposed: reaction,
    TrancheApproved: reaction,
    TrancheReleased: reaction,
    TrancheProposalRefused: reaction,
    TrancheProposalWithdrawn: reaction,
    TrancheApprovalRevoked: reaction,
    TrancheHeld: reaction,
    TrancheResumed: reaction,
    TrancheReleaseReversed: reaction,
    TranchePaymentReversed: reaction,
    ReclaimProposed: reaction,
    ReclaimApproved: reaction,
    ReclaimWithdrawn: reaction,
    ReclaimReceived: reaction,
    UnderspendReturned: reaction,
    ReceiptReversed: reaction,
    AllocationClosed: reaction,
  },
  ignores: [],
});

function statusOf(tranche: TrancheState, missing: readonly string[], closed: boolean): TrancheStatus {
  if (tranche.released !== null) return 'released';
  if (closed) return 'closed';
  if (tranche.amountPence === 0) return 'nothing-due';
  if (tranche.held !== null) return 'held';
  if (tranche.approved !== null) return 'approved';
  if (tranche.proposed !== null) return 'proposed';
  return missing.length > 0 ? 'awaiting-conditions' : 'ready';
}

function signedBy(signature: Signature | null): Signed | null {
  if (signature === null) return null;
  const { subject, role }: Actor = signature.by;
  return { by: subject, role, at: signature.occurredAt };
}

function heldBack({ held }: TrancheState): readonly string[] {
  return held === null ? [] : [`held by ${held.by.subject}: ${held.reason}`];
}

function objectedBy(objection: Objection | null): (Signed & { reason: string }) | null {
  return objection && { ...signedBy(objection)!, reason: objection.reason };
}

/** The tranches of what was offered; none while nothing was. */
export function tranchesOf({ allocation }: Pick<AllocationDocument, 'allocation'>): readonly TrancheRow[] {
  if (allocation.status === 'none') return [];
  const { programmeId, urn, settingName: name, conditions, moneyBack } = allocation;
  const closed = allocation.status === 'closed';
  return allocation.tranches.map((tranche) => {
    const { number, amountPence, shareBasisPoints } = tranche;
    const missing = [
      ...(allocation.status === 'offered' ? ['the offer is not accepted'] : []),
      ...unmetOf(conditions, tranche.conditions).map(unmetInWords),
    ];
    const status = statusOf(tranche, missing, closed);
    const { reclaimedPence, returnedPence } = backPence(moneyBack, number);
    return {
      id: trancheId(programmeId, urn, number),
      ...{ programmeId, urn, name, number, status, amountPence, shareBasisPoints },
      conditions: tranche.conditions.map((condition) => ({
        condition,
        met: conditions[condition]?.met === true,
        at: conditions[condition]?.at ?? null,
      })),
      missing:
        tranche.released === null && !closed && amountPence > 0 ? [...heldBack(tranche), ...missing] : [],
      proposed: signedBy(tranche.proposed),
      approved: tranche.approved && {
        ...signedBy(tranche.approved)!,
        onBehalfOf: tranche.approved.onBehalfOf?.subject ?? null,
      },
      released: signedBy(tranche.released),
      backPence: reclaimedPence + returnedPence,
      askedBackPence: askedPence(moneyBack, number),
      held: objectedBy(tranche.held),
      turnedBack: tranche.turnedBack && { ...objectedBy(tranche.turnedBack)!, how: tranche.turnedBack.how },
    };
  });
}

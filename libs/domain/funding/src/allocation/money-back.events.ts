import { defineEvent, EventReference } from '#kernel';
import { Type } from 'typebox';

// How money that was paid comes back, and how an allocation ends. What was released stays released: what came back is an
// amount of its own, so that both can be read for ever.

const ofOneAllocation = { programmeId: Type.String(), urn: Type.String() };

const ofOneReclaim = {
  ...ofOneAllocation,
  /** 1 for the first reclaim of the allocation. */
  reclaim: Type.Integer({ minimum: 1 }),
  /** The tranche that the money was paid with. */
  number: Type.Integer({ minimum: 1 }),
  amountPence: Type.Integer({ minimum: 1 }),
};

export const reclaimProposed = defineEvent(
  'ReclaimProposed',
  1,
  'Somebody proposed to claim money of a paid tranche back, for the reason given.',
  Type.Object({ ...ofOneReclaim, reason: Type.String() }),
);

export const reclaimApproved = defineEvent(
  'ReclaimApproved',
  1,
  'Somebody else approved a reclaim: the setting owes the money.',
  Type.Object(ofOneReclaim),
);

/** Why what is owed of a reclaim is not asked for any more. */
export const WITHDRAWN_AS = ['mistake', 'let-go'] as const;
export type WithdrawnAs = (typeof WITHDRAWN_AS)[number];

export const reclaimWithdrawn = defineEvent(
  'ReclaimWithdrawn',
  2,
  'What was still owed of a reclaim is not asked for any more; what had come in stays.',
  Type.Object({
    ...ofOneReclaim,
    /**
     * `mistake`: the money is still to be accounted for, and may be asked for anew. `let-go`: it is accounted for by that. `null`:
     * nobody was asked, and what had been approved counts as let go of.
     */
    outcome: Type.Union([Type.Literal('mistake'), Type.Literal('let-go'), Type.Null()]),
    reason: Type.String(),
  }),
  { 1: (data) => ({ ...(data as object), outcome: null }) },
);

const ofOneReceipt = {
  ...ofOneAllocation,
  /** 1 for the first money that came back of the allocation. */
  receipt: Type.Integer({ minimum: 1 }),
  number: Type.Integer({ minimum: 1 }),
  amountPence: Type.Integer({ minimum: 1 }),
};

export const reclaimReceived = defineEvent(
  'ReclaimReceived',
  1,
  'Money that was reclaimed came in, all of it or a part.',
  Type.Object({
    ...ofOneReceipt,
    reclaim: Type.Integer({ minimum: 1 }),
    /** By which the bank knows the payment. */
    reference: Type.String(),
  }),
);

export const underspendReturned = defineEvent(
  'UnderspendReturned',
  1,
  'A setting paid back, of its own accord, what it had not spent of a tranche.',
  Type.Object({
    ...ofOneReceipt,
    /** By which the bank knows the payment. */
    reference: Type.String(),
    reason: Type.String(),
  }),
);

export const receiptReversed = defineEvent(
  'ReceiptReversed',
  2,
  'Money that was recorded as come back had not, or went out again: the receipt counts no more.',
  Type.Object({
    ...ofOneReceipt,
    /** The reclaim it was received for; `null`: it was an underspend. */
    reclaim: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
    /** The receipt. */
    reverses: EventReference,
    /** For which the fund committed the money again, as the allocation was closed; `null`: it was not. */
    reversalId: Type.Union([Type.String(), Type.Null()]),
    reason: Type.String(),
  }),
  // What was closed could not be reversed.
  { 1: (data) => ({ ...(data as object), reversalId: null }) },
);

export const allocationClosed = defineEvent(
  'AllocationClosed',
  2,
  'An allocation was closed: nothing more is paid or claimed back, and what it did not come to goes back to the fund, or what was never drawn to the setting that took its part over.',
  Type.Object({
    ...ofOneAllocation,
    reservationId: Type.String(),
    /** What was allocated until then. */
    amountPence: Type.Integer({ minimum: 1 }),
    releasedPence: Type.Integer({ minimum: 0 }),
    reclaimedPence: Type.Integer({ minimum: 0 }),
    returnedPence: Type.Integer({ minimum: 0 }),
    /** What it came to in the end: released less reclaimed less returned. */
    costPence: Type.Integer({ minimum: 0 }),
    /** Those that were never released. */
    undrawn: Type.Array(
      Type.Object({ number: Type.Integer({ minimum: 1 }), amountPence: Type.Integer({ minimum: 0 }) }),
    ),
    /** URN of the setting for which what was never drawn is kept; `null`: it goes back to the fund. */
    carriedTo: Type.Union([Type.String(), Type.Null()]),
    reason: Type.String(),
  }),
  // It always went back.
  { 1: (data) => ({ ...(data as object), carriedTo: null }) },
);

export const moneyBackEvents = [
  reclaimProposed,
  reclaimApproved,
  reclaimWithdrawn,
  reclaimReceived,
  underspendReturned,
  receiptReversed,
  allocationClosed,
] as const;

import { AllocationPolicy } from '#domain/programme';
import { defineEvent, EventReference, SHA256, type EventOf } from '#kernel';
import { Type } from 'typebox';
import { RoundRate } from '../round/round-rate.js';

// History must stay readable when a limit changes, so that events say what a field is and commands say how large it may be.

const ofOneReservation = {
  programmeId: Type.String(),
  reservationId: Type.String(),
  /** The allocation the money is kept for, `<programme>.<urn>`. */
  allocationId: Type.String(),
  urn: Type.String(),
  amountPence: Type.Integer({ minimum: 1 }),
};

export const fundOpened = defineEvent(
  'FundOpened',
  1,
  "A programme's budget became a fund, from which allocations are reserved.",
  Type.Object({
    programmeId: Type.String(),
    budgetPence: Type.Integer({ minimum: 0 }),
    programme: EventReference,
  }),
);

export const fundsReserved = defineEvent(
  'FundsReserved',
  1,
  'Money of the fund was set aside for an offer that is being made to a setting, or that is out and not yet accepted.',
  Type.Object(ofOneReservation),
);

export const commitmentConfirmed = defineEvent(
  'CommitmentConfirmed',
  1,
  'A setting accepted its offer: the money set aside for it is committed.',
  Type.Object({ ...ofOneReservation, acceptance: EventReference }),
);

export const reservationReleased = defineEvent(
  'ReservationReleased',
  1,
  'Money that was set aside is free again, because the offer it was for ended without being accepted, or was never made.',
  Type.Object({
    ...ofOneReservation,
    reason: Type.String(),
    /** What shows that the offer can no longer be made. */
    evidence: Type.Union([EventReference, Type.Null()]),
  }),
);

const ofOneRevision = {
  ...ofOneReservation,
  /** What was kept before; `amountPence` is the difference, and `toPence` what is kept from now on. */
  fromPence: Type.Integer({ minimum: 0 }),
  toPence: Type.Integer({ minimum: 0 }),
  /** Whether the offer had been accepted, so that it is committed money. */
  committed: Type.Boolean(),
};

export const reservationRaised = defineEvent(
  'ReservationRaised',
  1,
  'More money was set aside for an allocation, because it is being revised upwards.',
  Type.Object({ ...ofOneRevision, revisionId: Type.String() }),
);

export const reservationLowered = defineEvent(
  'ReservationLowered',
  1,
  'Of what is kept for an allocation a part is free again, because it was revised downwards, or not upwards after all.',
  Type.Object({
    ...ofOneRevision,
    reason: Type.String(),
    /** What shows that less is needed. */
    evidence: Type.Union([EventReference, Type.Null()]),
  }),
);

export const commitmentReduced = defineEvent(
  'CommitmentReduced',
  1,
  'An allocation was closed for less than was committed to it: the difference is free again.',
  Type.Object({
    ...ofOneReservation,
    /** What stays committed: what the allocation came to. */
    costPence: Type.Integer({ minimum: 0 }),
    closure: EventReference,
  }),
);

export const commitmentRestored = defineEvent(
  'CommitmentRestored',
  1,
  'Of a closed allocation a receipt is being reversed: what had been freed by it is committed to the allocation again, before the receipt is reversed.',
  Type.Object({
    ...ofOneReservation,
    /** What stays committed: what the allocation comes to without the receipt. */
    costPence: Type.Integer({ minimum: 0 }),
    /** The reversal says the same. */
    reversalId: Type.String(),
    /** The receipt. */
    reverses: EventReference,
  }),
);

export const commitmentCarriedOver = defineEvent(
  'CommitmentCarriedOver',
  1,
  'An allocation was closed for less than was committed to it, and what was never drawn is kept for the setting that took its part over.',
  Type.Object({
    /** `amountPence` is what is committed to it no more. */
    ...ofOneReservation,
    /** What stays committed: what the allocation came to. */
    costPence: Type.Integer({ minimum: 0 }),
    /** What is set aside for the other setting, of `amountPence`; the rest is free again. */
    carried: Type.Object({
      reservationId: Type.String(),
      allocationId: Type.String(),
      urn: Type.String(),
      amountPence: Type.Integer({ minimum: 1 }),
    }),
    closure: EventReference,
  }),
);

/** Why a setting that is enrolled and has no allocation is in no round for now. */
export const LEFT_OUT_BECAUSE = ['waits-in-a-round', 'failed-a-check'] as const;

export const allocationRoundAdopted = defineEvent(
  'AllocationRoundAdopted',
  2,
  'A simulated allocation round was adopted: the money for all its offers was set aside at once, and the offers are being made.',
  Type.Object({
    programmeId: Type.String(),
    /** 1 for the programme's first round. */
    round: Type.Integer({ minimum: 1 }),
    /** Of everything the round was worked out from: the same inputs, the same amounts. */
    hash: Type.String({ pattern: SHA256 }),
    policy: AllocationPolicy,
    /** The event that says the policy. */
    programme: EventReference,
    rate: Type.Union([RoundRate, Type.Null()]),
    /** The events it was worked out from: those that a round looks at, up to this one. */
    cut: Type.Object({ eventId: Type.String(), count: Type.Integer({ minimum: 1 }) }),
    /** How many settings are to be offered money. */
    settings: Type.Integer({ minimum: 1 }),
    totalPence: Type.Integer({ minimum: 1 }),
    /** What was available and is not in the round. */
    leftPence: Type.Integer({ minimum: 0 }),
    /** The event that says the tranche schedule of its offers; `null`: that of the day of the adoption. */
    schedule: Type.Union([EventReference, Type.Null()]),
    /** Who was enrolled without an allocation and is not in the round: money is set aside for it, or it failed a check. */
    leftOut: Type.Array(Type.Object({ urn: Type.String(), because: Type.Enum([...LEFT_OUT_BECAUSE]) })),
  }),
  // The schedule was not among what the hash is of, and nobody was left out.
  { 1: (data) => ({ ...(data as object), schedule: null, leftOut: [] }) },
);

export const allocationRoundReconciled = defineEvent(
  'AllocationRoundReconciled',
  1,
  'Every offer of an allocation round was made or found impossible; what was set aside for the latter is free again.',
  Type.Object({
    programmeId: Type.String(),
    round: Type.Integer({ minimum: 1 }),
    offered: Type.Integer({ minimum: 0 }),
    offeredPence: Type.Integer({ minimum: 0 }),
    notOffered: Type.Integer({ minimum: 0 }),
    freedPence: Type.Integer({ minimum: 0 }),
    /** Who was not offered anything and why, by URN; the first of them, should there be very many. */
    reasons: Type.Array(
      Type.Object({ urn: Type.String(), amountPence: Type.Integer({ minimum: 1 }), reason: Type.String() }),
    ),
  }),
);

const ofOneBudgetChange = {
  programmeId: Type.String(),
  /** The budget until then. */
  fromPence: Type.Integer({ minimum: 0 }),
  /** The budget from then on. */
  budgetPence: Type.Integer({ minimum: 0 }),
  reason: Type.String(),
};

export const fundBudgetRaised = defineEvent(
  'FundBudgetRaised',
  1,
  'The budget of a programme was raised, for the reason given.',
  Type.Object(ofOneBudgetChange),
);

export const fundBudgetLowered = defineEvent(
  'FundBudgetLowered',
  1,
  'The budget of a programme was lowered, for the reason given, to no less than what was committed.',
  Type.Object(ofOneBudgetChange),
);

export const fundClosed = defineEvent(
  'FundClosed',
  1,
  'The fund of a programme was closed, because the programme is: nothing is promised from it any more. What was promised is settled, and a receipt that was none is reversed.',
  Type.Object({
    programmeId: Type.String(),
    reason: Type.String(),
    /** What the allocations of the programme came to. */
    committedPence: Type.Integer({ minimum: 0 }),
  }),
);

export const fundEvents = [
  fundOpened,
  fundsReserved,
  commitmentConfirmed,
  reservationReleased,
  reservationRaised,
  reservationLowered,
  commitmentReduced,
  commitmentRestored,
  commitmentCarriedOver,
  allocationRoundAdopted,
  allocationRoundReconciled,
  fundBudgetRaised,
  fundBudgetLowered,
  fundClosed,
] as const;
export type FundEvent = EventOf<(typeof fundEvents)[number]>;
export type FundsReservedData = Extract<FundEvent, { type: 'FundsReserved' }>['data'];

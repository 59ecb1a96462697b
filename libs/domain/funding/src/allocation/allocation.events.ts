import { AllocationPolicy } from '#domain/programme';
import { defineEvent, EventReference, Person, type EventOf } from '#kernel';
import { Type, type Static } from 'typebox';
import { moneyBackEvents } from './money-back.events.js';
import { RoundRate } from '../round/round-rate.js';

// History must stay readable when a limit changes, so that events say what a field is and commands say how large it may be.

const ofOneAllocation = { programmeId: Type.String(), urn: Type.String() };

/** The allocation round an offer belongs to. */
export const RoundOfOffer = Type.Object({
  number: Type.Integer({ minimum: 1 }),
  /** Of what the round was worked out from. */
  hash: Type.String(),
  adoption: EventReference,
  /** What the budget came to for a teacher; `null` where the policy says the rate itself. */
  rate: Type.Union([RoundRate, Type.Null()]),
});

/** What a version 1 offer rested on: there was one kind of policy, and no rounds. */
interface OfferedAtARate {
  readonly policy: object;
}

/** What a setting that passed its part on had not drawn of its allocation. */
export const CarriedOver = Type.Object({
  from: Type.Object({ urn: Type.String(), settingName: Type.String() }),
  /** By which the other allocation was closed. */
  closure: EventReference,
  /** Conditions of these tranches that the other setting had met: they are not asked for again. */
  metBefore: Type.Array(Type.Object({ condition: Type.String(), evidence: EventReference })),
});
export type CarriedOver = Static<typeof CarriedOver>;

/** One part of an allocation, and what must be so before it is paid. */
export const OfferedTranche = Type.Object({
  number: Type.Integer({ minimum: 1 }),
  shareBasisPoints: Type.Integer({ minimum: 0 }),
  amountPence: Type.Integer({ minimum: 0 }),
  conditions: Type.Array(Type.String()),
});
export type OfferedTranche = Static<typeof OfferedTranche>;

export const allocationOffered = defineEvent(
  'AllocationOffered',
  4,
  'A setting was offered a share of the fund, in tranches: worked out from its teaching staff by the policy of the programme, or what the setting whose part it took over had not drawn.',
  Type.Object({
    ...ofOneAllocation,
    settingName: Type.String(),
    /** The reservation in the fund that stands behind the offer. */
    reservationId: Type.String(),
    /** Full-time equivalent teachers, an exact decimal. */
    fte: Type.String(),
    /** The census figure that says so. */
    figure: EventReference,
    /** The rule the amount was worked out by, as it stood. */
    policy: AllocationPolicy,
    programme: EventReference,
    /**
     * FTE × rate before floor and cap: at the policy's own rate rounded half-up to the penny, at a round's cut off. What was
     * carried over is not worked out: the amount itself.
     */
    unclampedPence: Type.Integer({ minimum: 0 }),
    /** 1 if one of the pennies that a round had left over went to this setting. */
    remainderPence: Type.Integer({ minimum: 0, maximum: 1 }),
    /** `unclampedPence` within floor and cap, and `remainderPence`. */
    amountPence: Type.Integer({ minimum: 1 }),
    /** Their amounts add up to `amountPence` exactly. */
    tranches: Type.Array(OfferedTranche),
    /** `null`: the offer was made to this setting alone. */
    round: Type.Union([RoundOfOffer, Type.Null()]),
    /** The last day, in London, on which it can be accepted; `null`: it stands until it is answered. */
    acceptBy: Type.Union([Type.String(), Type.Null()]),
    /** `null`: it was worked out. Otherwise figure and policy are those of the allocation that it is the rest of. */
    carriedOver: Type.Union([CarriedOver, Type.Null()]),
  }),
  {
    1: (data) => {
      const offered = data as OfferedAtARate;
      return {
        ...offered,
        policy: { kind: 'rate-per-fte', ...offered.policy },
        remainderPence: 0,
        round: null,
      };
    },
    // Offers had no last day.
    2: (data) => ({ ...(data as object), acceptBy: null }),
    // Nothing was carried over.
    3: (data) => ({ ...(data as object), carriedOver: null }),
  },
);

export const allocationRevised = defineEvent(
  'AllocationRevised',
  1,
  'A mistake in what an offer rests on was corrected: the amount is worked out again and is this one from now on, up or down.',
  Type.Object({
    ...ofOneAllocation,
    reservationId: Type.String(),
    /** 1 for the first. */
    revision: Type.Integer({ minimum: 1 }),
    /** Under which more was set aside in the fund, if it was. */
    revisionId: Type.String(),
    /** The offer, or the revision before. */
    corrects: EventReference,
    reason: Type.String(),
    fte: Type.String(),
    /** The figure that says so. */
    figure: EventReference,
    /** The rule the amount was worked out by, and the event that says it. */
    policy: AllocationPolicy,
    programme: EventReference,
    /** What a round's budget came to for a teacher, if the amount follows from that. */
    rate: Type.Union([RoundRate, Type.Null()]),
    unclampedPence: Type.Integer({ minimum: 0 }),
    /** By figure and policy. */
    duePence: Type.Integer({ minimum: 1 }),
    fromPence: Type.Integer({ minimum: 1 }),
    /**
     * What is allocated from now on: what is due, and once more what had been released beyond it and is back or asked back; or
     * what has been released where that is more.
     */
    amountPence: Type.Integer({ minimum: 1 }),
    /** All of them; what was released stays as it was. Their amounts add up to `amountPence` exactly. */
    tranches: Type.Array(
      Type.Object({ ...OfferedTranche.properties, fromPence: Type.Integer({ minimum: 0 }) }),
    ),
    /** The last day on which the offer can be accepted; `null`: it has none, or it is accepted. */
    acceptBy: Type.Union([Type.String(), Type.Null()]),
  }),
);

export const revisionAbandoned = defineEvent(
  'RevisionAbandoned',
  1,
  'A revision, or the reversal of a receipt of a closed allocation, for which more money was set aside will never be made, however late whoever was making it comes back.',
  Type.Object({
    ...ofOneAllocation,
    reservationId: Type.String(),
    revisionId: Type.String(),
    reason: Type.String(),
  }),
);

export const offerAbandoned = defineEvent(
  'OfferAbandoned',
  1,
  'An offer for which money was reserved will never be made under that reservation, however late whoever was making it comes back.',
  Type.Object({ ...ofOneAllocation, reservationId: Type.String(), reason: Type.String() }),
);

export const offerAccepted = defineEvent(
  'OfferAccepted',
  2,
  'The setting accepted its offer, on the grant agreement that it had signed.',
  Type.Object({
    ...ofOneAllocation,
    amountPence: Type.Integer({ minimum: 1 }),
    reservationId: Type.String(),
    /** Of the version of the grant agreement that was in force; `null` in what was accepted before it was cited. */
    signature: Type.Union([EventReference, Type.Null()]),
  }),
  { 1: (data) => ({ ...(data as object), signature: null }) },
);

export const offerDeclined = defineEvent(
  'OfferDeclined',
  1,
  'The setting declined its offer; it may be offered another.',
  Type.Object({
    ...ofOneAllocation,
    amountPence: Type.Integer({ minimum: 1 }),
    reservationId: Type.String(),
    reason: Type.String(),
  }),
);

export const offerLapsed = defineEvent(
  'OfferLapsed',
  1,
  'An offer that nobody answered in time, or whose setting takes part no more, stands no longer.',
  Type.Object({
    ...ofOneAllocation,
    amountPence: Type.Integer({ minimum: 1 }),
    reservationId: Type.String(),
    /** The last day on which it could have been accepted; `null`: it had none. */
    acceptBy: Type.Union([Type.String(), Type.Null()]),
    reason: Type.String(),
  }),
);

export const conditionMet = defineEvent(
  'ConditionMet',
  1,
  'A condition of one or more tranches is met, by the event that is named; of two such events the later one counts.',
  Type.Object({ ...ofOneAllocation, condition: Type.String(), evidence: EventReference }),
);

export const conditionRevoked = defineEvent(
  'ConditionRevoked',
  1,
  'What met a condition was undone by the event that is named; signatures on tranches not yet released fall with it.',
  Type.Object({
    ...ofOneAllocation,
    condition: Type.String(),
    evidence: EventReference,
    reason: Type.String(),
  }),
);

const ofOneTranche = {
  ...ofOneAllocation,
  number: Type.Integer({ minimum: 1 }),
  amountPence: Type.Integer({ minimum: 0 }),
};

/** What allowed somebody to approve an amount. */
export const ApprovalAuthority = Type.Object({
  /** Up to how much; `null`: any amount. */
  limitPence: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  /** Whose limit it is, if another's under a delegation. */
  onBehalfOf: Type.Union([Person, Type.Null()]),
  /** The version of the funding rules, and the delegation if there was one. */
  rules: EventReference,
  delegation: Type.Union([EventReference, Type.Null()]),
});
export type ApprovalAuthority = Static<typeof ApprovalAuthority>;

export const trancheProposed = defineEvent(
  'TrancheProposed',
  1,
  'Somebody proposed that a tranche be paid: the first of three signatures.',
  Type.Object(ofOneTranche),
);

export const trancheApproved = defineEvent(
  'TrancheApproved',
  2,
  'Somebody else approved that a tranche be paid: the second signature.',
  Type.Object({
    ...ofOneTranche,
    /** Under whose authority and which rules; `null`: no limits were set. */
    authority: Type.Union([ApprovalAuthority, Type.Null()]),
  }),
  // There were no limits.
  { 1: (data) => ({ ...(data as object), authority: null }) },
);

export const trancheReleased = defineEvent(
  'TrancheReleased',
  1,
  'A third person released a tranche: it is drawn down.',
  Type.Object(ofOneTranche),
);

const becauseOf = { ...ofOneTranche, reason: Type.String() };

export const trancheProposalRefused = defineEvent(
  'TrancheProposalRefused',
  1,
  'Somebody who did not propose a tranche refused the proposal; it can be proposed anew.',
  Type.Object(becauseOf),
);

export const trancheProposalWithdrawn = defineEvent(
  'TrancheProposalWithdrawn',
  1,
  'The proposal to pay a tranche was withdrawn before it was approved; it can be proposed anew.',
  Type.Object(becauseOf),
);

export const trancheApprovalRevoked = defineEvent(
  'TrancheApprovalRevoked',
  1,
  'The approval of a tranche was revoked before the tranche was released; the proposal stands.',
  Type.Object(becauseOf),
);

export const trancheHeld = defineEvent(
  'TrancheHeld',
  1,
  'A tranche was held: nobody signs it until it is resumed.',
  Type.Object(becauseOf),
);

export const trancheResumed = defineEvent(
  'TrancheResumed',
  1,
  'A tranche that was held goes on; the signatures it had stand.',
  Type.Object(becauseOf),
);

export const trancheReleaseReversed = defineEvent(
  'TrancheReleaseReversed',
  1,
  'The release of a tranche was reversed before it was paid: all its signatures are taken back, and it can be proposed anew.',
  Type.Object({ ...becauseOf, reverses: EventReference }),
);

export const tranchePaymentReversed = defineEvent(
  'TranchePaymentReversed',
  1,
  'The payment of a tranche is being reversed, as it was not made after all: nothing of it can come back.',
  Type.Object({
    ...becauseOf,
    /** By which the payments say that it was made. */
    settlement: EventReference,
  }),
);

export const allocationEvents = [
  allocationOffered,
  allocationRevised,
  revisionAbandoned,
  offerAbandoned,
  offerAccepted,
  offerDeclined,
  offerLapsed,
  conditionMet,
  conditionRevoked,
  trancheProposed,
  trancheApproved,
  trancheReleased,
  trancheProposalRefused,
  trancheProposalWithdrawn,
  trancheApprovalRevoked,
  trancheHeld,
  trancheResumed,
  trancheReleaseReversed,
  tranchePaymentReversed,
  ...moneyBackEvents,
] as const;
export type AllocationEvent = EventOf<(typeof allocationEvents)[number]>;

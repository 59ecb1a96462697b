import { AllocationPolicy } from '#domain/programme';
import { defineEvent, EventReference, type EventOf } from '#kernel';
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
  2,
  'A setting was offered a share of the fund, worked out from its teaching staff by the policy of the programme, in tranches.',
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
    /** FTE × rate before floor and cap: at the policy's own rate rounded half-up to the penny, at a round's cut off. */
    unclampedPence: Type.Integer({ minimum: 0 }),
    /** 1 if one of the pennies that a round had left over went to this setting. */
    remainderPence: Type.Integer({ minimum: 0, maximum: 1 }),
    /** `unclampedPence` within floor and cap, and `remainderPence`. */
    amountPence: Type.Integer({ minimum: 1 }),
    /** Their amounts add up to `amountPence` exactly. */
    tranches: Type.Array(OfferedTranche),
    /** `null`: the offer was made to this setting alone. */
    round: Type.Union([RoundOfOffer, Type.Null()]),
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
  },
);

export const offerAbandoned = defineEvent(
  'OfferAbandoned',
  1,
  'An offer for which money was reserved will never be made under that reservation, however late whoever was making it comes back.',
  Type.Object({ ...ofOneAllocation, reservationId: Type.String(), reason: Type.String() }),
);

export const offerAccepted = defineEvent(
  'OfferAccepted',
  1,
  'The setting accepted its offer, and with it the grant agreement.',
  Type.Object({
    ...ofOneAllocation,
    amountPence: Type.Integer({ minimum: 1 }),
    reservationId: Type.String(),
  }),
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

export const trancheProposed = defineEvent(
  'TrancheProposed',
  1,
  'Somebody proposed that a tranche be paid: the first of three signatures.',
  Type.Object(ofOneTranche),
);

export const trancheApproved = defineEvent(
  'TrancheApproved',
  1,
  'Somebody else approved that a tranche be paid: the second signature.',
  Type.Object(ofOneTranche),
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

export const allocationEvents = [
  allocationOffered,
  offerAbandoned,
  offerAccepted,
  offerDeclined,
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
  ...moneyBackEvents,
] as const;
export type AllocationEvent = EventOf<(typeof allocationEvents)[number]>;

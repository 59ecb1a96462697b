import { defineEvent, EventReference, type EventOf } from '#kernel';
import { Type, type Static } from 'typebox';

// History must stay readable when a limit changes, so that events say what a field is and commands say how large it may be.

const ofOneAllocation = { programmeId: Type.String(), urn: Type.String() };

/** The rule an amount was worked out by, as it stood. */
export const OfferPolicy = Type.Object({
  version: Type.Integer({ minimum: 1 }),
  ratePencePerFte: Type.Integer({ minimum: 0 }),
  floorPence: Type.Integer({ minimum: 0 }),
  capPence: Type.Integer({ minimum: 0 }),
});
export type OfferPolicy = Static<typeof OfferPolicy>;

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
  1,
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
    policy: OfferPolicy,
    programme: EventReference,
    /** FTE × rate, rounded half-up to the penny, before floor and cap. */
    unclampedPence: Type.Integer({ minimum: 0 }),
    amountPence: Type.Integer({ minimum: 1 }),
    /** Their amounts add up to `amountPence` exactly. */
    tranches: Type.Array(OfferedTranche),
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
  1,
  'The setting accepted its offer, and with it the grant agreement.',
  Type.Object({
    ...ofOneAllocation,
    amountPence: Type.Integer({ minimum: 1 }),
    reservationId: Type.String(),
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

export const allocationEvents = [
  allocationOffered,
  offerAbandoned,
  offerAccepted,
  conditionMet,
  conditionRevoked,
  trancheProposed,
  trancheApproved,
  trancheReleased,
] as const;
export type AllocationEvent = EventOf<(typeof allocationEvents)[number]>;

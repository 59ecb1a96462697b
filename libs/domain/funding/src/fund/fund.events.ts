import { defineEvent, EventReference, type EventOf } from '#kernel';
import { Type } from 'typebox';

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
  'Money that was set aside is free again, because the offer it was for was never made.',
  Type.Object({
    ...ofOneReservation,
    reason: Type.String(),
    /** What shows that the offer can no longer be made. */
    evidence: Type.Union([EventReference, Type.Null()]),
  }),
);

export const fundEvents = [fundOpened, fundsReserved, commitmentConfirmed, reservationReleased] as const;
export type FundEvent = EventOf<(typeof fundEvents)[number]>;
export type FundsReservedData = Extract<FundEvent, { type: 'FundsReserved' }>['data'];

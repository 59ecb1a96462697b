import {
  formatPence,
  isPence,
  refusal,
  refuseBefore,
  type Command,
  type Decision,
  type Fact,
  type Pence,
  type Refusal,
} from '#kernel';
import { availablePence, type FundState, type OpenFundState, type Reservation } from './fund-state.js';
import { reservationLowered, reservationRaised, type FundEvent } from './fund.events.js';
import {
  alreadyReserved,
  badAmount,
  commitmentClosed,
  eventDataOf,
  notOpen,
  released,
  reservationOf,
  standingFor,
  type OfOffer,
} from './reservation.js';

// What is kept for an allocation follows its revisions: more is set aside before it is promised, and less is kept only once
// less is promised.

type OfRevision = OfOffer & {
  /** What is kept now, as whoever asks has seen it. */
  readonly fromPence: Pence;
  readonly toPence: Pence;
};
export type RaiseReservationCommand = Command<
  'RaiseReservation',
  Readonly<OfRevision & { readonly revisionId: string; readonly corrects: Fact }>
>;
export type LowerReservationCommand = Command<
  'LowerReservation',
  Readonly<OfRevision & { readonly reason: string; readonly evidence: Fact | null }>
>;
export type RevisionCommand = RaiseReservationCommand | LowerReservationCommand;

/** One that stands: reserved, or committed and its allocation not closed. */
function standing(state: FundState, data: OfOffer): Reservation | Refusal {
  const reservation = reservationOf(state, data);
  if ('refused' in reservation) return reservation;
  if (reservation.status === 'released') return released(reservation);
  return reservation.status === 'closed' ? commitmentClosed(reservation) : reservation;
}

function raise(
  { data, at }: RaiseReservationCommand,
  state: OpenFundState,
  reservation: Reservation,
): Decision<FundEvent> {
  const { revisionId, corrects, fromPence, toPence } = data;
  const { urn, amountPence, status, reservationId } = reservation;
  if (reservation.raisedFor === revisionId) return [];
  if (amountPence !== fromPence) {
    const message = `${formatPence(amountPence)} is kept for setting ${urn}, whose allocation is ${formatPence(fromPence)}: an earlier revision is being settled, try again`;
    return refusal('FUND.REVISION_UNDER_WAY', 'busy', message, { reservationId, urn });
  }
  if (toPence <= fromPence) return badAmount('toPence', toPence);
  const more = toPence - fromPence;
  const available = availablePence(state);
  if (more > available) {
    return refusal(
      'FUND.INSUFFICIENT',
      'wrong-state',
      `the fund of ${state.programmeId} has ${formatPence(available)} available of ${formatPence(state.budgetPence)}; ${formatPence(more)} more was asked for setting ${urn}`,
      { programmeId: state.programmeId, urn, availablePence: available, askedPence: more },
    );
  }
  return (
    refuseBefore(at, {
      'what the revision corrects': corrects.occurredAt,
      'the last return of money to the fund': state.lastFreedAt,
      'the last raise of the budget': state.budgetRaisedAt,
    }) ?? [
      reservationRaised({
        ...eventDataOf(state.programmeId, { ...reservation, amountPence: more }),
        ...{ fromPence, toPence, revisionId, committed: status === 'confirmed' },
      }),
    ]
  );
}

function lower(
  { data, at }: LowerReservationCommand,
  state: OpenFundState,
  reservation: Reservation,
): Decision<FundEvent> {
  const { fromPence, toPence, reason, evidence } = data;
  // Whoever asks has seen another state of things, and looks again.
  if (reservation.amountPence !== fromPence) return [];
  if (toPence >= fromPence) return badAmount('toPence', toPence);
  return (
    refuseBefore(at, {
      'the reservation': reservation.reservedAt,
      'the revision of the allocation': evidence?.occurredAt,
    }) ?? [
      reservationLowered({
        ...eventDataOf(state.programmeId, { ...reservation, amountPence: fromPence - toPence }),
        ...{ fromPence, toPence, committed: reservation.status === 'confirmed' },
        ...{ reason, evidence: evidence?.event ?? null },
      }),
    ]
  );
}

export function decideRevision(command: RevisionCommand, state: FundState): Decision<FundEvent> {
  if (state.status === 'none') return notOpen();
  const { toPence } = command.data;
  if (!isPence(toPence)) return badAmount('toPence', toPence);
  const reservation = standing(state, command.data);
  if ('refused' in reservation) return reservation;
  // A part of a round may come into sight only now: what was reserved for the setting alone must have been given back.
  const other = standingFor(state, reservation.allocationId);
  if (other !== undefined && other.reservationId !== reservation.reservationId) return alreadyReserved(other);
  return command.type === 'RaiseReservation'
    ? raise(command, state, reservation)
    : lower(command, state, reservation);
}

import {
  formatPence,
  isPence,
  refusal,
  refuseBefore,
  type Command,
  type Decision,
  type Fact,
  type Pence,
} from '#kernel';
import { availablePence, type FundState, type OpenFundState } from './fund-state.js';
import { commitmentRestored, type FundEvent } from './fund.events.js';
import { badAmount, eventDataOf, notConfirmed, notOpen, reservationOf } from './reservation.js';

// What came in of a closed allocation is free at once, and may be promised to others. Where it turns out not to have come in, as
// much is committed to the allocation again first: a receipt is never reversed of which the fund does not have the money.

export type RestoreCommitmentCommand = Command<
  'RestoreCommitment',
  Readonly<{
    reservationId: string;
    /** What the allocation came to, as whoever asks has seen it. */
    fromPence: Pence;
    /** What it comes to without the receipt. */
    toPence: Pence;
    reversalId: string;
    /** The receipt. */
    reverses: Fact;
  }>
>;

/** Nothing frees money in a fund that is closed, nor is its budget raised. */
function wayOut({ closed }: OpenFundState): string {
  return closed === undefined
    ? 'raise the budget, or free money first'
    : 'it was promised to others before the programme was closed, and its budget is not raised any more; the receipt stands as it was recorded, and the board decides outside the programme how the overspend is covered';
}

export function restoreCommitment(
  { data, at }: RestoreCommitmentCommand,
  state: FundState,
): Decision<FundEvent> {
  const { reservationId, fromPence, toPence, reversalId, reverses } = data;
  const reservation = reservationOf(state, { reservationId });
  if (state.status === 'none') return notOpen();
  if ('refused' in reservation) return reservation;
  const { urn, status, amountPence } = reservation;
  if (reservation.raisedFor === reversalId) return [];
  if (status !== 'confirmed' && status !== 'closed') return notConfirmed(reservation);
  if (amountPence !== fromPence) {
    const message = `${formatPence(amountPence)} is kept for setting ${urn}, whose closed allocation came to ${formatPence(fromPence)}: its closing, or another reversal, is being settled, try again`;
    return refusal('FUND.REVISION_UNDER_WAY', 'busy', message, { reservationId, urn });
  }
  if (!isPence(toPence) || toPence <= fromPence) return badAmount('toPence', toPence);
  const more = toPence - fromPence;
  const available = availablePence(state);
  if (more > available) {
    const { programmeId } = state;
    return refusal(
      'FUND.INSUFFICIENT',
      'wrong-state',
      `the fund of ${programmeId} has ${formatPence(available)} available of ${formatPence(state.budgetPence)}; ${formatPence(more)} that had been freed must be committed to setting ${urn} again before its receipt is reversed: ${wayOut(state)}`,
      { programmeId, urn, availablePence: available, askedPence: more },
    );
  }
  return (
    refuseBefore(at, {
      'the receipt': reverses.occurredAt,
      'the last return of money to the fund': state.lastFreedAt,
      'the last raise of the budget': state.budgetRaisedAt,
    }) ?? [
      commitmentRestored({
        ...eventDataOf(state.programmeId, { ...reservation, amountPence: more }),
        ...{ costPence: toPence, reversalId, reverses: reverses.event },
      }),
    ]
  );
}

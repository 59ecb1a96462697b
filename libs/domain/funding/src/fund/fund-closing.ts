import {
  formatPence,
  refusal,
  refuseBefore,
  type Command,
  type Decision,
  type Instant,
  type Pence,
  type RecordedEvent,
  type Refusal,
} from '#kernel';
import type { OpenFundState, Reservation } from './fund-state.js';
import { fundClosed, type FundEvent } from './fund.events.js';

// The end of a programme is decided here, because here is where all its money is promised: what is being promised at the same
// moment is either seen, or refused.

export type CloseFundCommand = Command<
  'CloseFund',
  Readonly<{
    reason: string;
    /** By reservation, what closed allocations came to; of those whose commitment may not be settled. */
    costs: Readonly<Record<string, Pence>>;
  }>
>;

export interface FundClosure {
  readonly at: Instant;
  readonly reason: string;
}

/**
 * What promises money anew, or changes how much there is. What was promised is settled all the same; and a receipt that turns out to
 * be none is reversed, as the money is out whether the programme is closed or not.
 */
const NOT_ONCE_CLOSED: ReadonlySet<string> = new Set([
  ...['ReserveFunds', 'RaiseReservation', 'AdoptRound', 'CarryOverCommitment'],
  ...['RaiseFundBudget', 'LowerFundBudget'],
]);

export function refuseClosedFund(type: string, { programmeId, closed }: OpenFundState): Refusal | undefined {
  if (closed === undefined || !NOT_ONCE_CLOSED.has(type)) return undefined;
  const { at, reason } = closed;
  return refusal(
    'FUND.CLOSED',
    'wrong-state',
    `the fund of ${programmeId} was closed on ${at}, as its programme is (${reason}): nothing is promised from it any more`,
    { programmeId, since: at, reason },
  );
}

/** Of these it is not known from here whether they are settled: the allocations say what they came to. */
export function isUnsettled({ status, raisedFor }: Reservation): boolean {
  return status === 'confirmed' || (status === 'closed' && raisedFor !== undefined);
}

/** Nothing may be set aside, and every allocation must be closed and what is committed to it what it came to. */
export function closeFund({ data, at }: CloseFundCommand, state: OpenFundState): Decision<FundEvent> {
  if (state.closed !== undefined) return [];
  const { programmeId, reservations, rounds, confirmedPence } = state;
  const reserved = Object.values(reservations).find(({ status }) => status === 'reserved');
  if (reserved !== undefined) {
    const { urn, amountPence } = reserved;
    return stillOpen(state, `${formatPence(amountPence)} is set aside for setting ${urn}`);
  }
  const round = rounds.find(({ reconciled, heldPence }) => !reconciled || heldPence > 0);
  if (round !== undefined) {
    const { round: number, heldPence } = round;
    return stillOpen(
      state,
      `${formatPence(heldPence)} is set aside for offers of allocation round ${number}`,
    );
  }
  const committed = Object.values(reservations).find(
    (one) => isUnsettled(one) && data.costs[one.reservationId] !== one.amountPence,
  );
  if (committed !== undefined) {
    const { urn, amountPence } = committed;
    return stillOpen(
      state,
      `${formatPence(amountPence)} is committed to setting ${urn}, whose allocation is not closed and settled`,
    );
  }
  return (
    refuseBefore(at, {
      'the opening of the fund': state.openedAt,
      'the last return of money to the fund': state.lastFreedAt,
      'the last change of the budget': state.budgetChangedAt,
    }) ?? [fundClosed({ programmeId, reason: data.reason.trim(), committedPence: confirmedPence })]
  );
}

/** Something happened since whoever closes the programme looked. */
function stillOpen({ programmeId }: OpenFundState, why: string): Refusal {
  return refusal(
    'FUND.NOT_SETTLED',
    'wrong-state',
    `the fund of ${programmeId} cannot be closed: ${why}; ask what is outstanding, and close the programme then`,
    { programmeId },
  );
}

export function withClosure(
  state: OpenFundState,
  { data, metadata }: RecordedEvent<Extract<FundEvent, { type: 'FundClosed' }>>,
): OpenFundState {
  return { ...state, closed: { at: metadata.occurredAt, reason: data.reason } };
}

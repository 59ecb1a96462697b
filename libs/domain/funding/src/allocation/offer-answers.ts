import { refusal, refuseBefore, refuseShape, samePerson, type Command, type Decision } from '#kernel';
import type { AllocationState } from './allocation-state.js';
import { offerAccepted, offerDeclined, type AllocationEvent } from './allocation.events.js';
import { refuseEnded, refuseUnsigned, type PartStanding } from './participation-standing.js';
import { Because } from './tranche-objections.js';
import { isClosed, notOffered } from './tranche-signatures.js';

// How the setting answers an offer.

export type AcceptOfferCommand = Command<
  'AcceptOffer',
  /** With how the setting's part stands on the day. */
  Readonly<{ standing?: PartStanding | null }>
>;
export type DeclineOfferCommand = Command<'DeclineOffer', Readonly<{ reason: string }>>;

export function accept(
  { data: { standing }, at }: AcceptOfferCommand,
  state: AllocationState,
): Decision<AllocationEvent> {
  if (state.status === 'none') return notOffered();
  if (state.status === 'closed') return isClosed(state);
  if (state.status === 'accepted') return [];
  const { programmeId, urn, amountPence, reservationId } = state;
  return (
    refuseEnded(state, standing) ??
    refuseUnsigned(state, standing) ??
    refuseBefore(at, { 'the offer': state.offer.occurredAt }) ?? [
      offerAccepted({ programmeId, urn, amountPence, reservationId }),
    ]
  );
}

/** Ends the offer, and with it everything that was recorded for it: another one begins afresh. */
export function decline(
  { data, by, at }: DeclineOfferCommand,
  state: AllocationState,
): Decision<AllocationEvent> {
  const malformed = refuseShape('ALLOCATION.MALFORMED', Because, data);
  if (malformed !== undefined) return malformed;
  const reason = data.reason.trim();
  if (state.status === 'none') {
    const { declined } = state;
    const isSame = declined?.reason === reason && samePerson(declined.by, by);
    return isSame ? [] : notOffered();
  }
  if (state.status === 'closed') return isClosed(state);
  const { programmeId, urn, settingName, amountPence, reservationId, offer } = state;
  if (state.status === 'accepted') {
    return refusal(
      'ALLOCATION.ALREADY_ACCEPTED',
      'wrong-state',
      `${settingName} (${urn}) has accepted its offer: it is not declined any more`,
      { urn, reservationId },
    );
  }
  return (
    refuseBefore(at, { 'the offer': offer.occurredAt }) ?? [
      offerDeclined({ programmeId, urn, amountPence, reservationId, reason }),
    ]
  );
}

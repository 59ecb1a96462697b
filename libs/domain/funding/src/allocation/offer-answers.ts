import {
  dateInLondon,
  refusal,
  refuseBefore,
  refuseShape,
  samePerson,
  type Command,
  type Decision,
  type Instant,
  type Refusal,
} from '#kernel';
import { saysAmount, type AllocationState, type Offered } from './allocation-state.js';
import { offerAccepted, offerDeclined, offerLapsed, type AllocationEvent } from './allocation.events.js';
import { refusePart, refuseUnsigned, signatureTime, type PartStanding } from './part-standing.js';
import { Because } from './tranche-objections.js';
import { isClosed, notOffered } from './tranche-signatures.js';

// How the setting answers an offer.

export type AcceptOfferCommand = Command<
  'AcceptOffer',
  /** With how the setting's part stands on the day. */
  Readonly<{ standing: PartStanding | null }>
>;
/** With how the setting's part stands on the day. */
export type LapseOfferCommand = Command<
  'LapseOffer',
  Readonly<{ standing: Pick<PartStanding, 'ended'> | null }>
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
  const signature = standing?.agreement?.signature?.event ?? null;
  return (
    refusePart(state, standing) ??
    refuseUnsigned(state, at, standing, 'accept the offer') ??
    refuseExpired(state, at) ??
    refuseBefore(at, {
      'the offer': saysAmount(state).occurredAt,
      ...signatureTime(standing),
      ...standing?.clearedAt,
    }) ?? [offerAccepted({ programmeId, urn, amountPence, reservationId, signature })]
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
    const { ended } = state;
    const isSame = ended?.how === 'declined' && ended.reason === reason && samePerson(ended.by, by);
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

function refuseExpired({ settingName, urn, acceptBy }: Offered, at: Instant): Refusal | undefined {
  if (acceptBy === null || dateInLondon(at) <= acceptBy) return undefined;
  return refusal(
    'ALLOCATION.OFFER_EXPIRED',
    'wrong-state',
    `the offer to ${settingName} (${urn}) could be accepted until ${acceptBy}: it lapses, and another can be made`,
    { urn, acceptBy },
  );
}

/** An offer ends of itself when its last day has passed, or its setting takes part no more. */
export function lapse(
  { data: { standing }, at }: LapseOfferCommand,
  state: AllocationState,
): Decision<AllocationEvent> {
  if (state.status === 'none') return state.ended?.how === 'lapsed' ? [] : notOffered();
  if (state.status === 'closed') return isClosed(state);
  const { programmeId, urn, settingName, amountPence, reservationId, acceptBy, offer } = state;
  if (state.status === 'accepted') {
    const message = `${settingName} (${urn}) has accepted its offer: it does not lapse any more`;
    return refusal('ALLOCATION.ALREADY_ACCEPTED', 'wrong-state', message, { urn, reservationId });
  }
  const ended = standing?.ended ?? null;
  const expired = refuseExpired(state, at) !== undefined;
  if (ended === null && !expired) {
    const until = acceptBy === null ? 'until it is answered' : `until ${acceptBy}`;
    const message = `the offer to ${settingName} (${urn}) stands ${until}`;
    return refusal('ALLOCATION.OFFER_STANDS', 'wrong-state', message, { urn, acceptBy });
  }
  const reason = ended === null ? `nobody answered it by ${acceptBy}` : `the setting ${ended}`;
  return (
    refuseBefore(at, { 'the offer': offer.occurredAt }) ?? [
      offerLapsed({ programmeId, urn, amountPence, reservationId, acceptBy, reason }),
    ]
  );
}

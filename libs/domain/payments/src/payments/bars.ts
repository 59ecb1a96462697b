import {
  dateInLondon,
  refusal,
  refuseBefore,
  type Command,
  type Decision,
  type EventReference,
  type Fact,
  type Pence,
  type Refusal,
} from '#kernel';
import { paymentBarLifted, paymentBarred, type PaymentItem, type PaymentsEvent } from './payments.events.js';
import type { Bar, PaymentsState } from './payments-state.js';

// A release that is being reversed is barred here first: so that it is not put into a run, nor taken to have been paid, in the
// same moment. A tranche that is released anew is released by another event, which nothing bars.

type OfTranche = Readonly<{
  programmeId: string;
  trancheId: string;
  urn: string;
  number: number;
}>;
export type BarCommand =
  | Command<'BarPayment', OfTranche & Readonly<{ amountPence: Pence; release: Fact; reason: string }>>
  | Command<'LiftPaymentBar', OfTranche & Readonly<{ release: EventReference }>>;

export function barPayment(
  { data, at }: Extract<BarCommand, { type: 'BarPayment' }>,
  state: PaymentsState,
): Decision<PaymentsEvent> {
  const { trancheId, release, ...said } = data;
  if (barOf(state, trancheId, release.event) !== undefined) return [];
  const payment = state.payments[trancheId];
  if (payment !== undefined && payment.status !== 'failed') {
    const message = `the payment of tranche ${trancheId} is ${payment.status}, in payment run ${payment.run}: its release cannot be reversed`;
    return refusal('PAYMENT.UNDER_WAY', 'wrong-state', message, { trancheId, status: payment.status });
  }
  return (
    refuseBefore(at, {
      'the release': release.occurredAt,
      'what the bank said of it': payment?.answered?.occurredAt,
    }) ?? [paymentBarred({ ...said, trancheId, release: release.event })]
  );
}

/** The release stands after all. */
export function liftBar(
  { data }: Extract<BarCommand, { type: 'LiftPaymentBar' }>,
  state: PaymentsState,
): Decision<PaymentsEvent> {
  return barOf(state, data.trancheId, data.release) === undefined ? [] : [paymentBarLifted(data)];
}

/** What bars a release, if anything does. */
export function barOf(
  { barred }: PaymentsState,
  trancheId: string,
  release: Pick<EventReference, 'eventId'>,
): Bar | undefined {
  return barred[trancheId]?.find((bar) => bar.release === release.eventId);
}

/** Of a release that stands: who is at reversing it, and how that ends should it have been broken off. */
export function barInWords({ by, occurredAt, reason }: Bar): string {
  return (
    `its release is being reversed: ${by.subject} asked for that on ${dateInLondon(occurredAt)} (${reason}); ` +
    'should it have been broken off, it is finished by itself within minutes, or by whoever asks for the reversal again'
  );
}

/**
 * A payment whose release was reversed is not taken up again before the tranche is released anew. Then it is the payment of that
 * release, which is so not paid a second time.
 */
export function refuseBarred(
  state: PaymentsState,
  { trancheId, release }: PaymentItem,
  releasedBy: string | null,
): Refusal | undefined {
  const by = releasedBy === null ? release : { eventId: releasedBy };
  if (barOf(state, trancheId, by) === undefined) return undefined;
  const message = `the release of tranche ${trancheId} by which it was sent to the bank was reversed: let it be proposed, approved and released again, and say this before it is put into another run`;
  return refusal('PAYMENT.NOT_RELEASED', 'wrong-state', message, { trancheId });
}

import {
  dateInLondon,
  formatPence,
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
/** The event by which a tranche is released now, and with how much. */
export interface ReleasedNow {
  readonly eventId: string;
  readonly amountPence: Pence;
}

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
 * release, which is so not paid a second time; if it is of the same amount.
 */
export function refuseBarred(
  state: PaymentsState,
  { trancheId, release, amountPence }: PaymentItem,
  released: ReleasedNow | null,
): Refusal | undefined {
  if (barOf(state, trancheId, released ?? release) === undefined) {
    return released === null || released.amountPence === amountPence
      ? undefined
      : anotherAmount(trancheId, amountPence, released);
  }
  const message = `the release of tranche ${trancheId} by which it was sent to the bank was reversed: let it be proposed, approved and released again, and say this before it is put into another run; if it is not released again, have the bank call the ${formatPence(amountPence)} back`;
  return refusal('PAYMENT.NOT_RELEASED', 'wrong-state', message, { trancheId });
}

/** Released anew after its amount was worked out again: what the bank was told to pay then is not what is released now. */
function anotherAmount(trancheId: string, sentPence: Pence, { amountPence }: ReleasedNow): Refusal {
  const [sent, now] = [formatPence(sentPence), formatPence(amountPence)];
  return refusal(
    'PAYMENT.ANOTHER_AMOUNT',
    'wrong-state',
    `the bank was told to pay ${sent} for tranche ${trancheId}, and ${now} is released for it now: the ${sent} cannot count as paid by this release; if the bank paid it, let the release of the ${now} be reversed, so that it is not paid beside it, have the bank call the ${sent} back, and release anew once it has: the payment stays failed, which it then is`,
    { trancheId, sentPence, releasedPence: amountPence },
  );
}

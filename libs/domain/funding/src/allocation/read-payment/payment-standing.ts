import { payments } from '#domain/payments';
import type { Decisions } from '#platform/event-store';
import { trancheId } from '../tranche-id.js';
import type { PaymentStanding } from '../tranche-objections.js';

/** How far the payment of a tranche is, from the stream that decides about payments. */
export async function paymentStanding(
  decisions: Decisions,
  programmeId: string,
  urn: string,
  number: number,
): Promise<PaymentStanding | null> {
  const { state } = await decisions.load(payments, programmeId);
  const payment = state.payments[trancheId(programmeId, urn, number)];
  if (payment === undefined) return null;
  const { status, run, answered } = payment;
  return { status, run, answeredAt: status === 'failed' ? answered?.occurredAt : undefined };
}

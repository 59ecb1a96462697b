import { payments } from '#domain/payments';
import type { Decisions } from '#platform/event-store';
import type { AllocationState } from '../allocation-state.js';
import { trancheId } from '../tranche-id.js';
import type { PaymentStandings } from '../tranche-objections.js';

/** How far the payments of an allocation are, from the stream that decides about payments. */
export async function paymentStandings(
  decisions: Decisions,
  allocated: AllocationState,
): Promise<PaymentStandings> {
  if (allocated.status === 'none') return {};
  const { programmeId, urn, tranches } = allocated;
  const { state } = await decisions.load(payments, programmeId);
  const standings = tranches.flatMap(({ number }) => {
    const payment = state.payments[trancheId(programmeId, urn, number)];
    if (payment === undefined) return [];
    const { status, run, answered } = payment;
    const answeredAt = status === 'failed' ? answered?.occurredAt : undefined;
    return [[number, { status, run, answeredAt, differs: payment.differs !== null }] as const];
  });
  return Object.fromEntries(standings);
}

import { payments, type PaymentsState } from '#domain/payments';
import type { Decisions } from '#platform/event-store';
import type { SettledTranche } from '../money-back-rules.js';
import type { AllocationState } from '../allocation-state.js';
import { parseTrancheId, trancheId } from '../tranche-id.js';

/** The tranches of one setting that the bank has paid, from the stream that decides about payments. */
export async function settledTranches(
  decisions: Decisions,
  programmeId: string,
  urn: string,
): Promise<readonly SettledTranche[]> {
  const { state } = await decisions.load(payments, programmeId);
  return Object.entries(state.payments).flatMap(([id, { status, answered }]) => {
    const of = parseTrancheId(id);
    return status === 'settled' && answered !== null && of.urn === urn
      ? [{ number: of.number, settled: { event: answered.event, occurredAt: answered.occurredAt } }]
      : [];
  });
}

/** The tranches of one allocation that the bank has paid. */
export function settledIn(
  { payments: all }: PaymentsState,
  allocation: AllocationState,
): readonly SettledTranche[] {
  if (allocation.status === 'none') return [];
  const { programmeId, urn, tranches } = allocation;
  return tranches.flatMap(({ number }) => {
    const payment = all[trancheId(programmeId, urn, number)];
    return payment?.status === 'settled' && payment.answered !== null
      ? [{ number, settled: payment.answered }]
      : [];
  });
}

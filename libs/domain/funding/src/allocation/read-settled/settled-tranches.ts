import { payments } from '#domain/payments';
import type { Decisions } from '#platform/event-store';
import type { SettledTranche } from '../money-back-rules.js';
import { parseTrancheId } from '../tranche-id.js';

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

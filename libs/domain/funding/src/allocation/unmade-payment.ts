import {
  formatPence,
  refusal,
  refuseBefore,
  type Command,
  type Decision,
  type Fact,
  type Refusal,
} from '#kernel';
import type { AllocationState, Offered, TrancheState } from './allocation-state.js';
import { tranchePaymentReversed, type AllocationEvent } from './allocation.events.js';
import type { SettledTranche } from './money-back-rules.js';
import { notOffered } from './tranche-signatures.js';

// That a payment was not made after all is said here before the payments say it: so that nothing of it comes back, and nothing
// is closed over it, in the same moment.

export type ReverseTranchePaymentCommand = Command<
  'ReverseTranchePayment',
  Readonly<{
    number: number;
    reason: string;
    /** By which the payments say that it was made. */
    settlement: Fact;
  }>
>;

/** What was paid, without what is being reversed. */
export function stillPaid(
  { tranches }: Pick<Offered, 'tranches'>,
  paid: readonly SettledTranche[],
): readonly SettledTranche[] {
  return paid.filter(({ number, settled }) => {
    const unmade = tranches.find((one) => one.number === number)?.unmade;
    return unmade === undefined || unmade.settlement !== settled.event.eventId;
  });
}

export function reverseTranchePayment(
  { data: { number, reason, settlement }, at }: ReverseTranchePaymentCommand,
  state: AllocationState,
): Decision<AllocationEvent> {
  if (state.status === 'none') return notOffered();
  const { programmeId, urn, tranches } = state;
  const tranche = tranches.find((one) => one.number === number);
  if (tranche === undefined || tranche.released === null) {
    const message = `tranche ${number} of setting ${urn} is not released`;
    return refusal('TRANCHE.NOT_RELEASED', 'wrong-state', message, { number });
  }
  if (tranche.unmade?.settlement === settlement.event.eventId) return [];
  const { amountPence } = tranche;
  return (
    refuseCameBack(state, tranche) ??
    refuseBefore(at, { 'the payment of the tranche': settlement.occurredAt }) ?? [
      tranchePaymentReversed({
        ...{ programmeId, urn, number, amountPence, reason, settlement: settlement.event },
      }),
    ]
  );
}

function refuseCameBack(
  { programmeId, urn, moneyBack }: Exclude<AllocationState, { status: 'none' }>,
  { number }: TrancheState,
): Refusal | undefined {
  const receipts = moneyBack.receipts.filter((one) => one.number === number && one.reversed === null);
  if (receipts.length === 0) return undefined;
  const named = receipts.map(
    ({ receipt, amountPence, reference }) => `receipt ${receipt} (${formatPence(amountPence)}, ${reference})`,
  );
  const message = `money of tranche ${programmeId}.${urn}.${number} is recorded as come back, which it cannot have if it was not paid: reverse ${named.join(', ')} first`;
  return refusal('PAYMENT.MONEY_CAME_BACK', 'wrong-state', message, { number, receipts: named });
}

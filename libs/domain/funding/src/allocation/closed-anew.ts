import {
  formatPence,
  isRefusal,
  refusal,
  refuseBefore,
  type Decision,
  type Fact,
  type Instant,
  type Pence,
  type Refusal,
} from '#kernel';
import { dueBackPence } from './accounted.js';
import { costPence, releasedPence } from './allocation-state.js';
import type { AllocationEvent } from './allocation.events.js';
import { backPence, type Receipt } from './money-back-state.js';
import { allocationClosed } from './money-back.events.js';
import type { MoneyBackCommand, MoneyBackRequest } from './money-back.js';
import { decideObjection, type ReverseReleaseCommand } from './tranche-objections.js';
import { isClosed, type Closed } from './tranche-signatures.js';

// After its closing an allocation can still come to less: it is closed anew, and the fund has the difference back. Or to more, where
// a receipt was none: then the fund has committed the difference again before the receipt is reversed.

/**
 * A payment may turn out not to have been made after its allocation was closed. It is not made again: its release is reversed, and
 * the allocation came to less, which is free again.
 */
export function reverseAfterClosing(
  command: ReverseReleaseCommand,
  state: Closed,
): Decision<AllocationEvent> {
  const { number, payments, reason } = command.data;
  const tranche = state.tranches.find((one) => one.number === number);
  const again = tranche?.turnedBack?.how === 'reversed';
  if (tranche === undefined || (payments[number]?.status !== 'failed' && !again)) return isClosed(state);
  const reversed = decideObjection(command, state, tranche);
  if (isRefusal(reversed) || reversed.length === 0) return reversed;
  const left = releasedPence(state) - tranche.amountPence;
  const undrawn = [{ number, amountPence: tranche.amountPence }];
  return [...reversed, closedFor(state, reason.trim(), left, backPence(state.moneyBack), undrawn)];
}

/** What it came to now; where what was never drawn went was said at the closing. */
function closedFor(
  { programmeId, urn, reservationId, amountPence }: Closed,
  reason: string,
  released: Pence,
  { reclaimedPence, returnedPence }: ReturnType<typeof backPence>,
  undrawn: { readonly number: number; readonly amountPence: Pence }[] = [],
): AllocationEvent {
  return allocationClosed({
    ...{ programmeId, urn, reservationId, amountPence, reason, carriedTo: null, undrawn },
    ...{ releasedPence: released, reclaimedPence, returnedPence },
    costPence: released - reclaimedPence - returnedPence,
  });
}

/**
 * After the closing money is asked back and comes in only where it is not accounted for: another answers for it, or a report of it
 * was undone since, or a receipt of it was reversed.
 */
export function refuseAfterClosing(command: MoneyBackCommand, state: Closed): Refusal | undefined {
  const since = ({ event }: Fact) => BigInt(event.revision) > BigInt(state.closure.first.revision);
  const { reclaims, receipts } = state.moneyBack;
  switch (command.type) {
    case 'ProposeReclaim':
    case 'ReturnUnderspend': {
      const { paid, accounts } = command.data;
      const begun =
        reclaims.some(({ proposed }) => since(proposed)) || receipts.some(({ recorded }) => since(recorded));
      return begun || dueBackPence(state, paid, accounts) > 0 ? undefined : isClosed(state);
    }
    case 'ApproveReclaim':
    case 'WithdrawReclaim':
    case 'ReceiveReclaim': {
      const { reclaim: number } = command.data;
      const found = reclaims.find(({ reclaim }) => reclaim === number);
      const again = receipts.some(
        ({ reclaim, reversed }) => reclaim === number && reversed !== null && since(reversed),
      );
      return again || (found !== undefined && since(found.proposed)) ? undefined : isClosed(state);
    }
    case 'ReverseReceipt':
      return undefined;
    default:
      return command satisfies never;
  }
}

/** A receipt of a closed allocation is reversed only once the fund keeps what the allocation comes to without it. */
export function refuseUnkept(
  { reversalId, keptPence }: MoneyBackRequest<'ReverseReceipt'>['data'],
  state: Closed,
  { receipt, amountPence }: Receipt,
): Refusal | undefined {
  const { urn, reservationId, abandoned } = state;
  if (reversalId !== null && abandoned.includes(reversalId)) {
    const message = `this reversal of receipt ${receipt} of setting ${urn} took too long and was given up; make it anew`;
    return refusal('ALLOCATION.REVISION_ABANDONED', 'wrong-state', message, { urn, receipt });
  }
  const comesTo = costPence(state) + amountPence;
  if (reversalId !== null && comesTo <= keptPence) return undefined;
  const message = `${formatPence(keptPence)} is kept for setting ${urn}, whose closed allocation comes to ${formatPence(comesTo)} without receipt ${receipt}: make the reversal anew`;
  return refusal('ALLOCATION.RESERVATION_DIFFERS', 'wrong-state', message, { urn, reservationId });
}

/** What came in after the closing, or did not come in after all, with the closing anew that says what it came to. */
export function afterClosing(
  decided: Decision<AllocationEvent>,
  state: Closed,
  at: Instant,
): Decision<AllocationEvent> {
  if (isRefusal(decided) || decided.length === 0) return decided;
  const early = refuseBefore(at, { 'the closing of the allocation': state.closure.occurredAt });
  if (early !== undefined) return early;
  let { reclaimedPence, returnedPence } = backPence(state.moneyBack);
  for (const event of decided) {
    if (event.type === 'ReclaimReceived') reclaimedPence += event.data.amountPence;
    else if (event.type === 'UnderspendReturned') returnedPence += event.data.amountPence;
    else if (event.type === 'ReceiptReversed' && event.data.reclaim !== null)
      reclaimedPence -= event.data.amountPence;
    else if (event.type === 'ReceiptReversed') returnedPence -= event.data.amountPence;
    else return decided;
  }
  const back = { reclaimedPence, returnedPence };
  return [...decided, closedFor(state, state.closure.reason, releasedPence(state), back)];
}

import {
  isRefusal,
  refuseBefore,
  type Decision,
  type Fact,
  type Instant,
  type Pence,
  type Refusal,
} from '#kernel';
import { dueBackPence } from './accounted.js';
import { releasedPence } from './allocation-state.js';
import type { AllocationEvent } from './allocation.events.js';
import { backPence } from './money-back-state.js';
import { allocationClosed } from './money-back.events.js';
import type { MoneyBackCommand } from './money-back.js';
import { decideObjection, type ReverseReleaseCommand } from './tranche-objections.js';
import { isClosed, type Closed } from './tranche-signatures.js';

// After its closing an allocation can still come to less: it is closed anew, and the fund has the difference back.

/**
 * A payment may turn out not to have been made after its allocation was closed. It is not made again: its release is reversed, and
 * the allocation came to less, which is free again.
 */
export function reverseAfterClosing(
  command: ReverseReleaseCommand,
  state: Closed,
): Decision<AllocationEvent> {
  const { number, payment, reason } = command.data;
  const tranche = state.tranches.find((one) => one.number === number);
  const again = tranche?.turnedBack?.how === 'reversed';
  if (tranche === undefined || (payment?.status !== 'failed' && !again)) return isClosed(state);
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
 * was undone since. What came in is free again at once, so that it is not reversed.
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
      const found = reclaims.find(({ reclaim }) => reclaim === command.data.reclaim);
      return found !== undefined && since(found.proposed) ? undefined : isClosed(state);
    }
    case 'ReverseReceipt':
      return isClosed(state);
    default:
      return command satisfies never;
  }
}

/** What came in after the closing, with the closing anew that makes it free. */
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
    else return decided;
  }
  const back = { reclaimedPence, returnedPence };
  return [...decided, closedFor(state, state.closure.reason, releasedPence(state), back)];
}

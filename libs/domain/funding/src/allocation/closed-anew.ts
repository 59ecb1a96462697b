import { isRefusal, type Decision } from '#kernel';
import { costPence, releasedPence, type AllocationState } from './allocation-state.js';
import type { AllocationEvent } from './allocation.events.js';
import { backPence } from './money-back-state.js';
import { allocationClosed } from './money-back.events.js';
import { decideObjection, type ReverseReleaseCommand } from './tranche-objections.js';
import { isClosed } from './tranche-signatures.js';

/**
 * A payment may turn out not to have been made after its allocation was closed. It is not made again: its release is reversed, and
 * the allocation came to less, which is free again.
 */
export function reverseAfterClosing(
  command: ReverseReleaseCommand,
  state: Extract<AllocationState, { status: 'closed' }>,
): Decision<AllocationEvent> {
  const { number, payment, reason } = command.data;
  const tranche = state.tranches.find((one) => one.number === number);
  const again = tranche?.turnedBack?.how === 'reversed';
  if (tranche === undefined || (payment?.status !== 'failed' && !again)) return isClosed(state);
  const reversed = decideObjection(command, state, tranche);
  if (isRefusal(reversed) || reversed.length === 0) return reversed;
  const { programmeId, urn, reservationId, amountPence, tranches, moneyBack } = state;
  const left = { moneyBack, tranches: tranches.filter((one) => one.number !== number) };
  return [
    ...reversed,
    allocationClosed({
      ...{ programmeId, urn, reservationId, amountPence, reason: reason.trim(), carriedTo: null },
      ...{ releasedPence: releasedPence(left), ...backPence(moneyBack), costPence: costPence(left) },
      undrawn: [{ number, amountPence: tranche.amountPence }],
    }),
  ];
}

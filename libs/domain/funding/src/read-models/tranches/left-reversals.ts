import { barOf, type PaymentsState } from '#domain/payments';
import { turnOf, type Turn } from '#domain/programme';
import type { Actor } from '#kernel';
import type { TrancheState } from '../../allocation/allocation-state.js';

// A reversal is two steps in two streams. Between them, or left so by a crash, the tranche waits for the second; the
// policy `finish-reversals` sees to that, and whoever asks for the reversal again does it at once.

/** That the release of a tranche is being reversed; `undefined`: it stands, or has been. */
export function releaseReversalLeft(
  { number, released }: TrancheState,
  trancheId: string,
  paid: PaymentsState,
): Turn | undefined {
  const bar = released === null ? undefined : barOf(paid, trancheId, released.event);
  if (bar === undefined) return undefined;
  const says = `see that the release of tranche ${number} is reversed (${askedFor(bar)})`;
  return turnOf('reverse-release', says, bar.occurredAt);
}

/** That the payment of a tranche is being reversed, as it was not made after all; `undefined`: it is not, or has been. */
export function paymentReversalLeft(
  { number, unmade }: TrancheState,
  trancheId: string,
  paid: PaymentsState,
): Turn | undefined {
  if (unmade === undefined) return undefined;
  if (paid.payments[trancheId]?.answered?.event.eventId !== unmade.settlement) return undefined;
  const says = `see that the payment of tranche ${number} is reversed (${askedFor(unmade)})`;
  return turnOf('reverse-payment', says, unmade.occurredAt);
}

function askedFor({ by, reason }: { readonly by: Actor; readonly reason: string }): string {
  return `${by.subject} asked for that: ${reason}; it is finished by itself within minutes`;
}

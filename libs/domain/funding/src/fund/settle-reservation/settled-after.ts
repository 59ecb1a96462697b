import { RefusalError, systemActor } from '#kernel';
import type { CommandContext, Outcome } from '#platform/event-store';
import type { CommandBus } from '@nestjs/cqrs';
import { SettleReservation } from './settle-reservation.handler.js';

/**
 * The fund's half of what an allocation has just recorded, at once, so that whoever waits for the outcome's position sees
 * both. The first half stands, whatever becomes of this one: the policy finishes it.
 */
export async function settledAfter(
  outcome: Outcome,
  reservation: SettleReservation['input'],
  { correlationId, commandId: causationId }: CommandContext,
  commands: CommandBus,
): Promise<Outcome> {
  const byItself = { actor: systemActor('settle-reservations'), correlationId, causationId };
  try {
    const settled = await commands.execute<SettleReservation, Outcome | undefined>(
      new SettleReservation(reservation, byItself),
    );
    const position = settled?.position ?? 0n;
    return position > outcome.position ? { ...outcome, position } : outcome;
  } catch (error) {
    if (error instanceof RefusalError) return outcome;
    throw error;
  }
}

/** After these it is not known, or not final, whether what money was set aside for was done: the policy looks later. */
const UNDECIDED = new Set(['busy', 'full', 'unavailable']);

/** What was set aside for something that was then refused, given back at once. Should this fail too, the policy does it. */
export async function givenBackAfter(
  error: unknown,
  reservation: SettleReservation['input'],
  { correlationId, commandId: causationId }: CommandContext,
  commands: CommandBus,
): Promise<void> {
  if (!(error instanceof RefusalError) || UNDECIDED.has(error.refusal.kind)) return;
  const byItself = { actor: systemActor('settle-reservations'), correlationId, causationId };
  await commands.execute(new SettleReservation(reservation, byItself)).catch(() => undefined);
}

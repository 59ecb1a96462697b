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

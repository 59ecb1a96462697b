import type { Turn } from '#domain/programme';

/**
 * Tells payments whose turn it is on what is released and was not paid, without their knowing of allocations: funding says so, as
 * on the work lists.
 */
export interface PaymentTurns {
  /** By tranche; one that is not released any more is not among them. */
  of(programmeId: string): Promise<ReadonlyMap<string, Turn>>;
}
export const PAYMENT_TURNS = Symbol('PAYMENT_TURNS');

import { formatPence, refusal, type Fact, type Pence, type Refusal } from '#kernel';

/** What a setting has been offered or has accepted, and by which event. */
export type Allocated = Fact & { readonly amountPence: Pence };

/**
 * Tells plans what a setting is allocated, without their knowing of funds: funding, which rests on plans, says so.
 * @see ALLOCATIONS by which it is given
 */
export interface Allocations {
  /** From the stream that decides about the allocation, as it is now; `null` while nothing is offered or accepted. */
  of(programmeId: string, urn: string): Promise<Allocated | null>;
}
export const ALLOCATIONS = Symbol('ALLOCATIONS');

/**
 * A plan costs no more than the setting is allocated: looked at when a version is submitted and again when it is approved,
 * by the allocation as it is known then, however early the command says it happened, for a date must not be a way round.
 *
 * An allocation made, or lowered, after the approval undoes no approval: what was decided on what was known stays so. But
 * the allocation lets no further tranche be signed until the plan is varied to what there is. Every version that
 * comes after must fit, whoever submits it and whatever for.
 */
export function refuseOverAllocation(totalPence: Pence, allocated: Allocated | null): Refusal | undefined {
  if (allocated === null || totalPence <= allocated.amountPence) return undefined;
  const { amountPence, event } = allocated;
  const overPence = totalPence - amountPence;
  return refusal(
    'PLAN.OVER_ALLOCATION',
    'wrong-state',
    `the actions cost ${formatPence(totalPence)} together, and the setting is allocated ${formatPence(amountPence)}: ` +
      `take ${formatPence(overPence)} out of them`,
    { totalPence, amountPence, overPence, allocation: event.eventId },
  );
}

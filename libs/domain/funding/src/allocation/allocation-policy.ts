import type { AllocationPolicy } from '#domain/programme';
import { fteInTenThousandths } from '#domain/settings';
import {
  isRefusal,
  LARGEST_PENCE,
  refusal,
  splitByLargestRemainder,
  type Pence,
  type Refusal,
} from '#kernel';
import type { OfferedTranche } from './allocation.events.js';

/** One tranche of a programme's schedule. */
export type TrancheTerms = Omit<OfferedTranche, 'amountPence'>;

/** A policy by which one setting's amount follows from its own figure alone. */
export type RatePerFte = Extract<AllocationPolicy, { kind: 'rate-per-fte' }>;

/** An allocation as the policy works it out. */
export interface WorkedOut {
  /** FTE × rate, rounded half-up to the penny. */
  readonly unclampedPence: Pence;
  /** Not below the floor, not above the cap. */
  readonly amountPence: Pence;
  /** In the order of the schedule; their amounts add up to `amountPence` exactly. */
  readonly tranches: readonly OfferedTranche[];
}

const TEN_THOUSAND = 10_000n;

/**
 * What a setting is due. Exact: no binary fraction ever holds an FTE or an amount.
 * @param fte full-time equivalent teachers, an exact decimal such as `23.4`
 * @throws RefusalError `fte` is not such a number
 */
export function dueAtRate(fte: string, policy: RatePerFte): Omit<WorkedOut, 'tranches'> | Refusal {
  // Half-up: half of the divisor is added before the division cuts off.
  const exact = fteInTenThousandths(fte) * BigInt(policy.ratePencePerFte);
  const unclamped = (exact + TEN_THOUSAND / 2n) / TEN_THOUSAND;
  if (unclamped > BigInt(LARGEST_PENCE)) {
    return refusal(
      'ALLOCATION.AMOUNT_ABSURD',
      'invalid',
      `${fte} teachers at ${policy.ratePencePerFte} pence each come to more than any programme has`,
      { field: 'fte', fte, ratePencePerFte: policy.ratePencePerFte },
    );
  }
  const unclampedPence = Number(unclamped);
  const amountPence = Math.min(Math.max(unclampedPence, policy.floorPence), policy.capPence);
  return { unclampedPence, amountPence };
}

/** What a setting is due, in the tranches of a schedule. @throws RefusalError `fte` is no such number */
export function workOut(
  fte: string,
  policy: RatePerFte,
  schedule: readonly TrancheTerms[],
): WorkedOut | Refusal {
  const due = dueAtRate(fte, policy);
  return isRefusal(due) ? due : { ...due, tranches: inTranches(due.amountPence, schedule) };
}

/** An amount by the shares of a schedule, to the penny. */
export function inTranches(amountPence: Pence, schedule: readonly TrancheTerms[]): OfferedTranche[] {
  const parts = splitByLargestRemainder(
    amountPence,
    schedule.map(({ shareBasisPoints }) => BigInt(shareBasisPoints)),
  );
  return schedule.map(({ number, shareBasisPoints, conditions }, index) => ({
    ...{ number, shareBasisPoints, amountPence: parts[index] ?? 0 },
    conditions: [...conditions],
  }));
}

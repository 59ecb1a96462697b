import { refusal, type Refusal } from '#kernel';
import type { PaymentItem } from './payments.events.js';

/** A released tranche that is not paid, and why. */
export interface LeftOutTranche {
  readonly trancheId: string;
  readonly because: string;
}

/** Whoever names tranches wants those, and not a run of the others. */
export function refuseNotReady({
  named = [],
  items,
  leftOut = [],
}: Readonly<{
  named?: readonly string[];
  items: readonly PaymentItem[];
  leftOut?: readonly LeftOutTranche[];
}>): Refusal | undefined {
  const missing = named.find((trancheId) => !items.some((item) => item.trancheId === trancheId));
  if (missing === undefined) return undefined;
  const because =
    leftOut.find(({ trancheId }) => trancheId === missing)?.because ?? 'it is not released in this programme';
  const message = `tranche ${missing} cannot be paid: ${because}`;
  return refusal('PAYMENT_RUN.NOT_PAYABLE', 'wrong-state', message, {
    field: 'tranches',
    trancheId: missing,
  });
}

/** As many as a person reads; the rest is in the details. */
const MOST_NAMED = 10;

export function inWords(some: readonly LeftOutTranche[]): string {
  const first = some.slice(0, MOST_NAMED).map(({ trancheId, because }) => `${trancheId} (${because})`);
  return [...first, ...(some.length > MOST_NAMED ? [`and ${some.length - MOST_NAMED} more`] : [])].join('; ');
}

export function nothingReady(programmeId: string, leftOut: readonly LeftOutTranche[]): Refusal {
  const released = leftOut.length === 0 ? '' : `; released and left out: ${inWords(leftOut)}`;
  const message = `nothing in ${programmeId} is ready to be paid${released}`;
  return refusal('PAYMENT_RUN.EMPTY', 'wrong-state', message, {
    leftOut: leftOut.map(({ trancheId, because }) => ({ trancheId, because })),
  });
}

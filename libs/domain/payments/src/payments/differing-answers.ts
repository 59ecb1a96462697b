import { formatPence, type Fact, type Pence } from '#kernel';
import type { PaymentItem } from './payments.events.js';

// The bank may name another amount than it was told to pay. That settles and fails nothing, and is not passed over: it is shown as a
// difference until a later answer of the bank says otherwise, or all of it has come back and the payer says so.

/** What the bank says of a payment for which it names another amount. */
export interface SaidByBank {
  readonly answeredPence: Pence;
  /** `null`: it says that it paid this. */
  readonly failedBecause: string | null;
}
/** That, since when, and by which row of its file. */
export type DifferingAnswer = Fact & SaidByBank & { readonly responseRow: number };

/** What is to be done about it. */
export const TO_CLEAR_UP =
  'ask the bank, and import its corrected answer; or, once all of it has come back, reverse the payment to failed';

/** `the bank says that it paid £1.00`, `the bank says that it did not pay £1.00 (account closed)` */
export function saidInWords({ answeredPence, failedBecause }: SaidByBank): string {
  const amount = formatPence(answeredPence);
  return failedBecause === null
    ? `the bank says that it paid ${amount}`
    : `the bank says that it did not pay ${amount} (${failedBecause})`;
}

/** `the bank says that it paid £1.00 for R2-124570-1 of run 2, and £4,920.00 was instructed` */
export function differenceInWords(
  {
    bankReference,
    run,
    amountPence,
  }: Pick<PaymentItem, 'bankReference' | 'amountPence'> & { readonly run: number },
  said: SaidByBank,
): string {
  return `${saidInWords(said)} for ${bankReference} of run ${run}, and ${formatPence(amountPence)} was instructed`;
}

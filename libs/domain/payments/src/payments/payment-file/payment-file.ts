import type { Pence } from '#kernel';
import { stringify } from 'csv-stringify/sync';
import type { PayeeDetails } from '../../payee/payee-details.js';
import type { PaymentItem } from '../payments.events.js';

/** What the bank is told of one payment, once in its run: `R3-124570-1`, at most 18 characters of Bacs. */
export function bankReferenceOf(run: number, urn: string, number: number): string {
  return `R${run}-${urn}-${number}`;
}

/** `1234.50`: with two decimals and without separators of thousands. */
export function poundsOf(pence: Pence): string {
  const digits = String(pence).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

export const FILE_HEADER = ['sort code', 'account number', 'account name', 'amount', 'reference'] as const;

/**
 * The Bacs-style file of a run (domain.md, "Payment file"), CSV with CR LF in the order of its payments: made from the
 * same payments and details it is the same to the byte. No field can hold a comma, a quote or a formula: names and
 * references are of Bacs characters and begin with a letter or digit.
 */
export function paymentFile(
  items: readonly (Pick<PaymentItem, 'amountPence' | 'bankReference'> & { readonly details: PayeeDetails })[],
): string {
  const rows = items.map(({ amountPence, bankReference, details }) => [
    ...[details.sortCode, details.accountNumber, details.accountName.toUpperCase()],
    ...[poundsOf(amountPence), bankReference],
  ]);
  return stringify([[...FILE_HEADER], ...rows], { record_delimiter: '\r\n' });
}

export function fileNameOf(programmeId: string, run: number): string {
  return `payments-${programmeId}-run-${run}.csv`;
}

import { LARGEST_PENCE, type Pence } from '#kernel';
import type { Columns, CsvRow, Problems } from '#platform/csv';
import type { BankAnswer } from '../bank-responses.js';

/** What is read of the bank's answer. */
export const RESPONSE_COLUMNS = {
  reference: { names: ['reference', 'payment reference'], required: true },
  amount: { names: ['amount', 'amount (£)'], required: true },
  status: { names: ['status', 'result'], required: true },
  reason: { names: ['reason', 'return reason'], required: false },
} as const satisfies Columns<string>;

const PAID = new Set(['settled', 'paid', 'accepted']);
const UNPAID = new Set(['failed', 'rejected', 'returned', 'unpaid']);
const AMOUNT = /^£?(\d{1,3}(?:,\d{3})+|\d+)\.(\d{2})$/;

function penceFrom(text: string): Pence | undefined {
  const found = AMOUNT.exec(text);
  if (found === null) return undefined;
  const pence = Number(`${found[1]!.replaceAll(',', '')}${found[2]!}`);
  return pence <= LARGEST_PENCE ? pence : undefined;
}

/** One row of the bank's answer; what is wrong with it is added to the problems. */
export function answerFrom(
  row: CsvRow<keyof typeof RESPONSE_COLUMNS>,
  problems: Problems,
): BankAnswer | undefined {
  const bad = (field: keyof typeof RESPONSE_COLUMNS, message: string): undefined => {
    problems.add('BANK_RESPONSE.ROW', row.row, row.nameOf(field), message);
  };
  const [reference, amount, reason] = [row.text('reference'), row.text('amount'), row.text('reason')];
  const status = row.text('status').toLowerCase();
  if (reference === '') return bad('reference', 'the reference is missing');
  const amountPence = penceFrom(amount);
  if (amountPence === undefined) {
    return bad('amount', `the amount '${amount}' must be pounds with two decimals, such as 1234.50`);
  }
  if (PAID.has(status)) return { row: row.row, bankReference: reference, amountPence, failedBecause: null };
  if (!UNPAID.has(status)) {
    const known = [...PAID, ...UNPAID].join(', ');
    return bad('status', `the status '${row.text('status')}' must be one of ${known}`);
  }
  if (reason === '') return bad('reason', `a payment that is '${status}' needs a reason`);
  return { row: row.row, bankReference: reference, amountPence, failedBecause: reason.slice(0, 500) };
}

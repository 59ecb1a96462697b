import { refusal, RefusalError } from '#kernel';

/** As people write it in a path or on the command line. */
function wholeNumber(field: 'reclaim' | 'receipt', text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  const code = `${field.toUpperCase()}.NUMBER`;
  throw new RefusalError(
    refusal(code, 'invalid', `the number of a ${field} is a whole number from 1 to 9999`, { field }),
  );
}

/** @throws RefusalError `RECLAIM.NUMBER` */
export function reclaimNumber(text: string): number {
  return wholeNumber('reclaim', text);
}

/** @throws RefusalError `RECEIPT.NUMBER` */
export function receiptNumber(text: string): number {
  return wholeNumber('receipt', text);
}

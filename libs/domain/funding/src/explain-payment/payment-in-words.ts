import { differenceInWords, type PaymentsEvent } from '#domain/payments';
import { formatPence } from '#kernel';

type DataOf<T extends PaymentsEvent['type']> = Extract<PaymentsEvent, { type: T }>['data'];

/** What an event did to the payment of one tranche, as a sentence without who and when. */
export function paymentStepSays(event: PaymentsEvent, trancheId: string): string {
  switch (event.type) {
    case 'PaymentRunMade':
      return madeSays(event.data, trancheId);
    case 'PaymentSettled':
    case 'PaymentFailed': {
      const how = event.type === 'PaymentSettled' ? 'was paid' : `was not paid: ${event.data.reason}`;
      return `The bank said that ${paymentInWords(event.data)} ${how}`;
    }
    case 'PaymentAmountDiffered':
      return `Of another amount than was instructed: ${differenceInWords(event.data, event.data)}`;
    case 'PaymentReversed':
      return event.data.becomes === 'failed'
        ? `That the bank had paid it was reversed, and it counts as failed: ${event.data.reason}`
        : `That the bank had not paid it was reversed, and it is with the bank still: ${event.data.reason}`;
    case 'PaymentRunReleased':
      return `Payment run ${event.data.run} was released by a second person`;
    case 'PaymentRunDiscarded':
      return `Payment run ${event.data.run} was discarded: ${event.data.reason}`;
    case 'PaymentBarred':
      return `Its release was being reversed: ${event.data.reason}`;
    case 'PaymentBarLifted':
      return 'Its release was not reversed after all';
    case 'BankResponseImported':
      return `The bank's answer to run ${event.data.run} was imported`;
  }
}

/** Of a payment that failed by what the payer says, whatever the bank had said of it last. */
export function didNotArriveSays(data: DataOf<'PaymentFailed'>): string {
  return `${paymentInWords(data)} did not arrive: ${data.reason}`;
}

function paymentInWords({
  bankReference,
  run,
  amountPence,
}: DataOf<'PaymentSettled'> | DataOf<'PaymentFailed'>): string {
  return `${bankReference} of run ${run}, ${formatPence(amountPence)},`;
}

function madeSays({ run, items, totalPence, file }: DataOf<'PaymentRunMade'>, trancheId: string): string {
  const item = items.find((one) => one.trancheId === trancheId);
  const of = item === undefined ? '' : `, ${formatPence(item.amountPence)},`;
  const as = item === undefined ? '' : ` as ${item.bankReference}, attempt ${item.attempt}`;
  return (
    `Tranche ${trancheId}${of} was put into payment run ${run}${as}: ` +
    `one of ${items.length}, ${formatPence(totalPence)} in all, in ${file.name} (SHA-256 ${file.sha256})`
  );
}

import type { Aggregate } from '#kernel';
import { barPayment, liftBar, type BarCommand } from './bars.js';
import { importResponse, reverse, type ResponseCommand } from './bank-responses.js';
import { discardRun, makeRun, releaseRun, type RunCommand } from './payment-runs.js';
import { paymentsEvents, type PaymentsEvent } from './payments.events.js';
import { evolve, NOTHING_PAID, type PaymentsState } from './payments-state.js';

export type PaymentsCommand = RunCommand | ResponseCommand | BarCommand;

/**
 * The payments of a programme: stream `payments-<programme>`. One stream for all of them, so that no tranche is ever in
 * two runs that could both be paid, whoever makes runs at the same time.
 */
export const payments: Aggregate<PaymentsState, PaymentsCommand, PaymentsEvent> = {
  category: 'payments',
  events: paymentsEvents,
  initial: NOTHING_PAID,
  decide: (command, state) => {
    switch (command.type) {
      case 'MakePaymentRun':
        return makeRun(command, state);
      case 'DiscardPaymentRun':
        return discardRun(command, state);
      case 'ReleasePaymentRun':
        return releaseRun(command, state);
      case 'ImportBankResponse':
        return importResponse(command, state);
      case 'ReversePayment':
        return reverse(command, state);
      case 'BarPayment':
        return barPayment(command, state);
      case 'LiftPaymentBar':
        return liftBar(command, state);
      default:
        return command satisfies never;
    }
  },
  evolve,
};

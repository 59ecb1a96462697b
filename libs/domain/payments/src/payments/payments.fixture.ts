import { sumPence, type EventReference, type Person } from '#kernel';
import { person } from '#testing';
import {
  bankResponseImported,
  paymentAmountDiffered,
  paymentFailed,
  paymentRunDiscarded,
  paymentRunMade,
  paymentRunReleased,
  paymentSettled,
  type PaymentItem,
} from './payments.events.js';

// Two tranches of a programme on their way to the bank, as the specifications beside this file tell it.

export const maker = person('mia');
export const releaser = person('ron');
export const proposer = person('olive');
export const approver = person('ada');
const of = ({ issuer, subject }: Person): Person => ({ issuer, subject });
const reference = (type: string): EventReference => ({ eventId: type, stream: 's', revision: '0', type });

export function item(number: number, run = 1, attempt = 1): PaymentItem {
  return {
    ...{ trancheId: `ipswich.124570.${number}`, urn: '124570', number, amountPence: number * 1000 },
    ...{ settingName: 'Handford Hall', attempt, bankReference: `R${run}-124570-${number}` },
    payee: { reference: 'r1', keyedHash: 'h1', verification: reference('PayeeDetailsVerified') },
    release: reference('TrancheReleased'),
    ...{ proposedBy: of(proposer), approvedBy: of(approver), approvedOnBehalfOf: null },
  };
}
export const fileOf = (run: number) => ({
  name: `run-${run}.csv`,
  bytes: 10,
  sha256: String(run).repeat(64).slice(0, 64),
});

export function made(run: number, items: readonly PaymentItem[]) {
  const totalPence = items.reduce((sum, { amountPence }) => sum + amountPence, 0);
  return paymentRunMade({ programmeId: 'ipswich', run, items: [...items], totalPence, file: fileOf(run) });
}
export function make(run: number, items: readonly PaymentItem[]) {
  const data = { programmeId: 'ipswich', run, items, file: fileOf(run), latestFact: undefined };
  return { type: 'MakePaymentRun', data } as const;
}
export function released(run: number, items: readonly PaymentItem[]) {
  return paymentRunReleased({
    ...{ programmeId: 'ipswich', run, fileSha256: fileOf(run).sha256 },
    payments: items.map(({ trancheId, urn, number, amountPence }) => ({
      trancheId,
      urn,
      number,
      amountPence,
    })),
    totalPence: items.reduce((sum, { amountPence }) => sum + amountPence, 0),
  });
}
export function discarded(run: number, items: readonly PaymentItem[], reason = 'wrong bank') {
  const tranches = items.map(({ trancheId }) => trancheId);
  return paymentRunDiscarded({ programmeId: 'ipswich', run, reason, tranches });
}

const paymentOf = (
  run: number,
  { trancheId, urn, number, amountPence, attempt, bankReference }: PaymentItem,
) => ({
  ...{ programmeId: 'ipswich', run, trancheId, urn, number, amountPence, attempt, bankReference },
});
export const settled = (run: number, one: PaymentItem, responseRow = 2) =>
  paymentSettled({ ...paymentOf(run, one), responseRow });
export const failed = (run: number, one: PaymentItem, reason = 'account closed', responseRow = 2) =>
  paymentFailed({ ...paymentOf(run, one), responseRow, reason });
/** The bank names a penny more or less: `by`. */
export const differed = (run: number, one: PaymentItem, by: number, failedBecause: string | null = null) =>
  paymentAmountDiffered({
    ...{ ...paymentOf(run, one), responseRow: 2, answeredPence: one.amountPence + by, failedBecause },
  });
export const ofPayment = paymentOf;

export const response = (n: number) => ({
  name: 'answer.csv',
  bytes: 5,
  sha256: `${'ab'.repeat(31)}${String(n).padStart(2, '0')}`,
});
export function answered(
  run: number,
  n: number,
  paid: readonly PaymentItem[],
  unpaid: readonly PaymentItem[],
  differing: readonly Pick<PaymentItem, 'amountPence'>[] = [],
) {
  return bankResponseImported({
    ...{ programmeId: 'ipswich', run, file: response(n), settled: paid.length, settledPence: sumPence(paid) },
    ...{ failed: unpaid.length, failedPence: sumPence(unpaid) },
    ...{ differing: differing.length, differingPence: sumPence(differing) },
  });
}

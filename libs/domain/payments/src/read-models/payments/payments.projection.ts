import { NOBODYS_TURN, turnOf, type Turn } from '#domain/programme';
import type { RecordedEvent } from '#kernel';
import { defineProjection } from '#platform/read-store';
import { differenceInWords, type SaidByBank } from '../../payments/differing-answers.js';
import { answerDueOn } from './answer-due-on.js';
import { paymentsEvents, type PaymentsEvent } from '../../payments/payments.events.js';

export const PAYMENT_STATUSES = ['in-run', 'instructed', 'settled', 'failed', 'discarded'] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** One payment of a run, also of one that was discarded: a tranche that was paid twice over has two of them. */
export type PaymentDocument = Turn &
  Readonly<{
    /** `<programme>.<urn>.<number>.<run>` */
    id: string;
    trancheId: string;
    programmeId: string;
    urn: string;
    settingName: string;
    number: number;
    run: number;
    attempt: number;
    bankReference: string;
    amountPence: number;
    status: PaymentStatus;
    statusSince: string;
    because: string | null;
    /** While it is instructed: that the bank's newest answer names another amount, and since when; `null`: it does not. */
    differs: (SaidByBank & Readonly<{ since: string }>) | null;
    /** The run in which it was paid again after it had failed; `null`: it was not. */
    followedBy: number | null;
  }>;

const idOf = (trancheId: string, run: number): string => `${trancheId}.${run}`;

/** What a tranche's payments in earlier runs would be called. */
function before(trancheId: string, run: number): readonly string[] {
  return Array.from({ length: run - 1 }, (_, index) => idOf(trancheId, index + 1));
}

type Answer = RecordedEvent<
  Extract<
    PaymentsEvent,
    { type: 'PaymentSettled' | 'PaymentFailed' | 'PaymentAmountDiffered' | 'PaymentReversed' }
  >
>;
const ofPayment = ({ data }: Answer): string[] => [idOf(data.trancheId, data.run)];

function now(
  document: PaymentDocument | null,
  status: PaymentStatus,
  statusSince: string,
  because: string | null,
): PaymentDocument | null {
  if (document === null) return null;
  const turn = turnOn(document, status, statusSince);
  return { ...document, ...turn, status, statusSince, because, differs: null };
}

/** What the bank says instead stands until it says something else; the payment is instructed for all that. */
function differing(document: PaymentDocument, said: SaidByBank, since: string): PaymentDocument {
  const { answeredPence, failedBecause } = said;
  const says =
    `clear up with the bank how tranche ${document.number} was paid, and import its corrected answer, ` +
    'or reverse the payment to failed once all of it has come back';
  return {
    ...document,
    ...turnOf('clear-up-payment', `${says}: ${differenceInWords(document, said)}`, since),
    differs: { answeredPence, failedBecause, since },
  };
}

function turnOn({ number, run, followedBy }: PaymentDocument, status: PaymentStatus, since: string): Turn {
  if (status === 'in-run')
    return turnOf('release-payment-run', `release payment run ${run}, or discard it`, since);
  if (status === 'instructed')
    return turnOf(
      'pay-tranche',
      `pay tranche ${number} of run ${run}, and say so`,
      since,
      answerDueOn(since),
    );
  if (status !== 'failed' || followedBy !== null) return NOBODYS_TURN;
  return turnOf(
    'make-payment-run',
    `follow up the failed payment of tranche ${number}, and pay it again`,
    since,
  );
}

/** Every payment by tranche and run. */
export const paymentsProjection = defineProjection<PaymentDocument>()({
  collection: {
    name: 'payments',
    version: 7,
    indexes: {
      byTranche: ['programmeId', 'urn', 'number', 'run'],
      byRun: ['programmeId', 'run'],
      byStatus: ['programmeId', 'status', 'statusSince'],
      byNext: ['programmeId', 'next', 'nextSince'],
    },
  },
  of: paymentsEvents,
  when: {
    PaymentRunMade: {
      touches: ({ data: { items, run } }) => [
        ...items.map(({ trancheId }) => idOf(trancheId, run)),
        ...items.filter(({ attempt }) => attempt > 1).flatMap(({ trancheId }) => before(trancheId, run)),
      ],
      apply: (earlier, { data, metadata }, id) => {
        const item = data.items.find(({ trancheId }) => idOf(trancheId, data.run) === id);
        if (item === undefined) {
          return earlier?.status === 'failed' && earlier.followedBy === null
            ? { ...earlier, followedBy: data.run, ...NOBODYS_TURN }
            : earlier;
        }
        const { trancheId, urn, number, settingName, attempt, bankReference, amountPence } = item;
        const document: PaymentDocument = {
          ...{ id, trancheId, programmeId: data.programmeId, urn, settingName, number, run: data.run },
          ...{ attempt, bankReference, amountPence, status: 'in-run', statusSince: metadata.occurredAt },
          ...{ because: null, differs: null, followedBy: null, ...NOBODYS_TURN },
        };
        return now(document, 'in-run', metadata.occurredAt, null);
      },
    },
    PaymentRunDiscarded: {
      touches: ({ data: { tranches, run } }) =>
        tranches.flatMap((trancheId) => [idOf(trancheId, run), ...before(trancheId, run)]),
      apply: (document, { data, metadata }) => {
        if (document === null || document.run === data.run)
          return now(document, 'discarded', metadata.occurredAt, data.reason);
        // What had failed before it waits again.
        if (document.followedBy !== data.run) return document;
        const { status, statusSince, because } = document;
        return now({ ...document, followedBy: null }, status, statusSince, because);
      },
    },
    PaymentRunReleased: {
      touches: ({ data }) => data.payments.map(({ trancheId }) => idOf(trancheId, data.run)),
      apply: (document, { metadata }) => now(document, 'instructed', metadata.occurredAt, null),
    },
    PaymentSettled: {
      touches: ofPayment,
      apply: (document, { metadata }) => now(document, 'settled', metadata.occurredAt, null),
    },
    PaymentFailed: {
      touches: ofPayment,
      apply: (document, { data, metadata }) => now(document, 'failed', metadata.occurredAt, data.reason),
    },
    PaymentAmountDiffered: {
      touches: ofPayment,
      apply: (document, { data, metadata }) => document && differing(document, data, metadata.occurredAt),
    },
    PaymentReversed: {
      touches: ofPayment,
      apply: (document, { data, metadata }) => now(document, data.becomes, metadata.occurredAt, data.reason),
    },
  },
  ignores: ['BankResponseImported', 'PaymentBarred', 'PaymentBarLifted'],
});

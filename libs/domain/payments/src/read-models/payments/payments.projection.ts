import { NOBODYS_TURN, turnOf, type Turn } from '#domain/programme';
import type { RecordedEvent } from '#kernel';
import { defineProjection } from '#platform/read-store';
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
  }>;

const idOf = (trancheId: string, run: number): string => `${trancheId}.${run}`;

type Answer = RecordedEvent<
  Extract<PaymentsEvent, { type: 'PaymentSettled' | 'PaymentFailed' | 'PaymentReversed' }>
>;
const ofPayment = ({ data }: Answer): string[] => [idOf(data.trancheId, data.run)];

function now(
  document: PaymentDocument | null,
  status: PaymentStatus,
  statusSince: string,
  because: string | null,
): PaymentDocument | null {
  if (document === null) return null;
  return { ...document, ...turnOn(document, status, statusSince), status, statusSince, because };
}

function turnOn({ number, run }: PaymentDocument, status: PaymentStatus, since: string): Turn {
  if (status === 'in-run') return turnOf('payer', `release payment run ${run}, or discard it`, since);
  if (status === 'instructed') return turnOf('bank', `pay tranche ${number} of run ${run}`, since);
  if (status !== 'failed') return NOBODYS_TURN;
  return turnOf('payer', `follow up the failed payment of tranche ${number}, and pay it again`, since);
}

/** Every payment by tranche and run. */
export const paymentsProjection = defineProjection<PaymentDocument>()({
  collection: {
    name: 'payments',
    version: 1,
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
      touches: ({ data }) => data.items.map(({ trancheId }) => idOf(trancheId, data.run)),
      apply: (_, { data, metadata }, id) => {
        const item = data.items.find(({ trancheId }) => idOf(trancheId, data.run) === id);
        if (item === undefined) return null;
        const { trancheId, urn, number, settingName, attempt, bankReference, amountPence } = item;
        const document: PaymentDocument = {
          ...{ id, trancheId, programmeId: data.programmeId, urn, settingName, number, run: data.run },
          ...{ attempt, bankReference, amountPence, status: 'in-run', statusSince: metadata.occurredAt },
          ...{ because: null, ...NOBODYS_TURN },
        };
        return now(document, 'in-run', metadata.occurredAt, null);
      },
    },
    PaymentRunDiscarded: {
      touches: ({ data }) => data.tranches.map((trancheId) => idOf(trancheId, data.run)),
      apply: (document, { data, metadata }) => now(document, 'discarded', metadata.occurredAt, data.reason),
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
    PaymentReversed: {
      touches: ofPayment,
      apply: (document, { data, metadata }) => now(document, data.becomes, metadata.occurredAt, data.reason),
    },
  },
  ignores: ['BankResponseImported'],
});

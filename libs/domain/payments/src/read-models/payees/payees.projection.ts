import { NOBODYS_TURN, turnOf, type Turn } from '#domain/programme';
import type { AnyEvent, RecordedEvent } from '#kernel';
import { defineProjection, type Reaction } from '#platform/read-store';
import { payeeEvents, type PayeeEvent } from '../../payee/payee.events.js';

/** Whether a setting can be paid, and whose turn it is if not; of the details there is nothing here. */
export type PayeeDocument = Turn &
  Readonly<{
    /** The setting's URN. */
    id: string;
    urn: string;
    status: 'entered' | 'verified' | 'rejected';
    statusSince: string;
    /** Of the entry that stands. */
    reference: string;
  }>;

const STATUS = {
  PayeeDetailsEntered: 'entered',
  PayeeDetailsVerified: 'verified',
  PayeeDetailsRejected: 'rejected',
} as const;

function turn(status: PayeeDocument['status'], since: string): Turn {
  if (status === 'entered')
    return turnOf('verify-payee', 'verify the payee details that somebody else entered', since);
  return status === 'rejected' ? turnOf('enter-payee', 'enter the payee details anew', since) : NOBODYS_TURN;
}

const reaction = {
  touches: ({ data }: RecordedEvent<PayeeEvent>) => [data.urn],
  apply: (_, { type, data: { urn, reference }, metadata }, id) => {
    const status = STATUS[type];
    const statusSince = metadata.occurredAt;
    return { id, urn, status, statusSince, reference, ...turn(status, statusSince) };
  },
} satisfies Reaction<PayeeDocument, PayeeEvent>;
const followed = reaction as Reaction<PayeeDocument, AnyEvent>;

/** The payees of all settings. */
export const payeesProjection = defineProjection<PayeeDocument>()({
  collection: { name: 'payees', version: 2, indexes: { byNext: ['next', 'nextSince'] } },
  of: payeeEvents,
  when: { PayeeDetailsEntered: followed, PayeeDetailsVerified: followed, PayeeDetailsRejected: followed },
  ignores: [],
});

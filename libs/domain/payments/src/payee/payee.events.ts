import { defineEvent, type EventOf } from '#kernel';
import { Type } from 'typebox';

// The details themselves are in no event: they are in the records, where they can be erased.

const ofOneEntry = {
  urn: Type.String(),
  /** Names the record that holds the details. */
  reference: Type.String(),
};

export const payeeDetailsEntered = defineEvent(
  'PayeeDetailsEntered',
  1,
  'Somebody entered the account that a setting is to be paid to; nothing is paid until somebody else has verified it.',
  Type.Object({
    ...ofOneEntry,
    /** HMAC-SHA-256 of the details by a key of this installation, hexadecimal: whether they were altered since. */
    keyedHash: Type.String(),
  }),
);

export const payeeDetailsVerified = defineEvent(
  'PayeeDetailsVerified',
  1,
  'Somebody else than who entered them verified the details of a payee.',
  Type.Object(ofOneEntry),
);

export const payeeDetailsRejected = defineEvent(
  'PayeeDetailsRejected',
  1,
  'The details of a payee were found to be wrong: they are to be entered anew.',
  Type.Object({ ...ofOneEntry, reason: Type.String() }),
);

export const payeeEvents = [payeeDetailsEntered, payeeDetailsVerified, payeeDetailsRejected] as const;
export type PayeeEvent = EventOf<(typeof payeeEvents)[number]>;

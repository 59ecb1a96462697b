import { defineEvent, EventReference, SHA256, type EventOf } from '#kernel';
import { Type } from 'typebox';

export const grantAgreementIssued = defineEvent(
  'GrantAgreementIssued',
  1,
  "A version of a programme's grant agreement was issued; from its date on, settings sign this one before they accept an offer, or are released another tranche.",
  Type.Object({
    programmeId: Type.String(),
    /** 1, 2, 3 … in the order of issue. */
    version: Type.Integer({ minimum: 1 }),
    /** The document itself is kept elsewhere; its hash says which one it is. */
    fileName: Type.String(),
    sha256: Type.String({ pattern: SHA256 }),
    /** Heads of expenditure that the grant may be spent on, and may not, in words. */
    eligible: Type.Array(Type.String()),
    ineligible: Type.Array(Type.String()),
    /** `YYYY-MM-DD`, the start of that day in London. */
    effectiveOn: Type.String(),
    programme: EventReference,
  }),
);

export const grantAgreementWithdrawn = defineEvent(
  'GrantAgreementWithdrawn',
  1,
  "A version of a programme's grant agreement that was not yet in force was withdrawn: nobody has signed it, and nobody will.",
  Type.Object({
    programmeId: Type.String(),
    version: Type.Integer({ minimum: 1 }),
    /** The day on which it would have taken force. */
    effectiveOn: Type.String(),
    reason: Type.String(),
    /** Its issue. */
    withdraws: EventReference,
  }),
);

export const agreementEvents = [grantAgreementIssued, grantAgreementWithdrawn] as const;
export type AgreementEvent = EventOf<(typeof agreementEvents)[number]>;

import { refuseShape, type JsonObject, type Refusal } from '#kernel';
import { Type, type Static } from 'typebox';

/**
 * Where a setting is paid, as Bacs takes it (domain.md, "Payment file"): the name at most 18 of its characters, the
 * sort code 6 digits and the account number 8.
 */
export const PayeeDetails = Type.Object(
  {
    accountName: Type.String({
      ...{ minLength: 1, maxLength: 18, pattern: '^[A-Za-z0-9][A-Za-z0-9 .&/-]*$' },
      rule: 'must begin with a letter or digit and have only letters from A to Z, digits, spaces and . & / -: Bacs takes no other, such as an apostrophe',
    }),
    sortCode: Type.String({ pattern: '^\\d{6}$', rule: 'must be 6 digits' }),
    accountNumber: Type.String({ pattern: '^\\d{8}$', rule: 'must be 8 digits' }),
  },
  { additionalProperties: false },
);
export type PayeeDetails = Static<typeof PayeeDetails>;

/** `12-34-56` and `12 34 56` are ways to write `123456`; `1234 5678` is one to write `12345678`. */
export function withoutSeparators(details: PayeeDetails): PayeeDetails {
  const digits = (text: unknown): string => (typeof text === 'string' ? text.replace(/[\s-]/g, '') : '');
  return {
    ...details,
    sortCode: digits(details.sortCode),
    accountNumber: digits(details.accountNumber),
  };
}

export function refuseDetails(details: PayeeDetails): Refusal | undefined {
  return refuseShape('PAYEE.MALFORMED', PayeeDetails, details);
}

/** The details as they are shown: enough to tell one account from another, not enough to use it. */
export interface MaskedDetails extends JsonObject {
  readonly accountName: string;
  /** `**-**-56` */
  readonly sortCode: string;
  /** `****5678` */
  readonly accountNumber: string;
}

export function masked({ accountName, sortCode, accountNumber }: PayeeDetails): MaskedDetails {
  return {
    accountName,
    sortCode: `**-**-${sortCode.slice(-2)}`,
    accountNumber: `****${accountNumber.slice(-4)}`,
  };
}

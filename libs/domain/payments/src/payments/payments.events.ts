import { defineEvent, EventReference, Person, SHA256, type EventOf } from '#kernel';
import { Type, type Static } from 'typebox';

const ofOneRun = {
  programmeId: Type.String(),
  /** 1 for the programme's first run. */
  run: Type.Integer({ minimum: 1 }),
};

/** A file as it is cited: its bytes are not in the event store. */
const CitedFile = Type.Object({
  name: Type.String(),
  bytes: Type.Integer({ minimum: 0 }),
  sha256: Type.String({ pattern: SHA256 }),
});

const ofOneTranche = {
  /** `<programme>.<urn>.<number>` */
  trancheId: Type.String(),
  urn: Type.String(),
  number: Type.Integer({ minimum: 1 }),
  amountPence: Type.Integer({ minimum: 1 }),
};

/** One payment of a run: of one released tranche to one payee. */
export const PaymentItem = Type.Object({
  ...ofOneTranche,
  settingName: Type.String(),
  /** 1, or one more than the payment that failed. */
  attempt: Type.Integer({ minimum: 1 }),
  /** What the bank is told and answers with; once in the run. */
  bankReference: Type.String(),
  /** The entry of the payee's details that was verified. */
  payee: Type.Object({ reference: Type.String(), keyedHash: Type.String(), verification: EventReference }),
  /** The release of the tranche. */
  release: EventReference,
  /** Who proposed and who approved the tranche: neither makes nor releases the run. */
  proposedBy: Person,
  approvedBy: Person,
  /** Whose authority approved it, if it was another's: no more than the others do they make or release the run. */
  approvedOnBehalfOf: Type.Union([Person, Type.Null()]),
});
export type PaymentItem = Static<typeof PaymentItem>;

export const paymentRunMade = defineEvent(
  'PaymentRunMade',
  2,
  'Released tranches were put together into a file for the bank, which nobody has sent yet.',
  Type.Object({
    ...ofOneRun,
    items: Type.Array(PaymentItem),
    totalPence: Type.Integer({ minimum: 1 }),
    file: CitedFile,
  }),
  {
    // Nobody approved on behalf of somebody else.
    1: (data) => {
      const made = data as { readonly items: readonly object[] };
      return { ...made, items: made.items.map((item) => ({ ...item, approvedOnBehalfOf: null })) };
    },
  },
);

export const paymentRunDiscarded = defineEvent(
  'PaymentRunDiscarded',
  1,
  'A payment run was discarded before it was released; its tranches can be put into another.',
  Type.Object({
    ...ofOneRun,
    /** Ids of those that were in it. */
    tranches: Type.Array(Type.String()),
    reason: Type.String(),
  }),
);

export const paymentRunReleased = defineEvent(
  'PaymentRunReleased',
  1,
  'Somebody else than who made it released a payment run: its payments are instructed.',
  Type.Object({
    ...ofOneRun,
    fileSha256: Type.String(),
    payments: Type.Array(Type.Object(ofOneTranche)),
    totalPence: Type.Integer({ minimum: 1 }),
  }),
);

const ofOnePayment = {
  ...ofOneRun,
  ...ofOneTranche,
  attempt: Type.Integer({ minimum: 1 }),
  bankReference: Type.String(),
};

export const bankResponseImported = defineEvent(
  'BankResponseImported',
  2,
  "The bank's answer to a payment run was imported; what it says anew of each payment follows.",
  Type.Object({
    ...ofOneRun,
    file: CitedFile,
    /** This and those below count what is new: a row that repeats what was recorded before is in none of them. */
    settled: Type.Integer({ minimum: 0 }),
    settledPence: Type.Integer({ minimum: 0 }),
    failed: Type.Integer({ minimum: 0 }),
    failedPence: Type.Integer({ minimum: 0 }),
    /** Payments for which the bank names another amount than was instructed. */
    differing: Type.Integer({ minimum: 0 }),
    /** What the bank names for these together, paid or not. */
    differingPence: Type.Integer({ minimum: 0 }),
  }),
  {
    // A file that named another amount was refused.
    1: (data) => ({ ...(data as object), differing: 0, differingPence: 0 }),
  },
);

export const paymentSettled = defineEvent(
  'PaymentSettled',
  1,
  'The bank paid.',
  Type.Object({ ...ofOnePayment, responseRow: Type.Integer({ minimum: 1 }) }),
);

export const paymentFailed = defineEvent(
  'PaymentFailed',
  1,
  'The bank did not pay, for the reason it gives, or named another amount, all of which came back; the tranche can be put into another run.',
  Type.Object({ ...ofOnePayment, responseRow: Type.Integer({ minimum: 1 }), reason: Type.String() }),
);

export const paymentAmountDiffered = defineEvent(
  'PaymentAmountDiffered',
  1,
  'The bank answered a payment with another amount than was instructed: it stays instructed until a later answer of the bank settles or fails it, or all of it has come back.',
  Type.Object({
    ...ofOnePayment,
    responseRow: Type.Integer({ minimum: 1 }),
    /** What the bank names; `amountPence` is what was instructed. */
    answeredPence: Type.Integer({ minimum: 0 }),
    /** `null`: the bank says that it paid this. */
    failedBecause: Type.Union([Type.String(), Type.Null()]),
  }),
);

export const paymentReversed = defineEvent(
  'PaymentReversed',
  1,
  'What was recorded of a payment turned out to be otherwise; what it reverses stays in the log.',
  Type.Object({
    ...ofOnePayment,
    /** The settlement or failure that did not hold. */
    reverses: EventReference,
    /** `failed`: the money came back. `instructed`: it had not failed, and the bank's answer is awaited again. */
    becomes: Type.Enum(['failed', 'instructed']),
    reason: Type.String(),
  }),
);

const ofOneRelease = {
  programmeId: Type.String(),
  trancheId: Type.String(),
  urn: Type.String(),
  number: Type.Integer({ minimum: 1 }),
  release: EventReference,
};

export const paymentBarred = defineEvent(
  'PaymentBarred',
  1,
  'The release of a tranche is being reversed: it is put into no payment run, and no failed payment of it stands again.',
  Type.Object({ ...ofOneRelease, amountPence: Type.Integer({ minimum: 1 }), reason: Type.String() }),
);

export const paymentBarLifted = defineEvent(
  'PaymentBarLifted',
  1,
  'The release of a tranche was not reversed after all: it can be paid.',
  Type.Object(ofOneRelease),
);

export const paymentsEvents = [
  paymentRunMade,
  paymentRunDiscarded,
  paymentRunReleased,
  bankResponseImported,
  paymentSettled,
  paymentFailed,
  paymentAmountDiffered,
  paymentReversed,
  paymentBarred,
  paymentBarLifted,
] as const;
export type PaymentsEvent = EventOf<(typeof paymentsEvents)[number]>;

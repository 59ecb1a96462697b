import { refusePaused, type Pause } from '#domain/programme';
import {
  counted,
  formatPence,
  NOT_BLANK,
  refusal,
  RefusalError,
  refuseBefore,
  refuseShape,
  samePerson,
  sumPence,
  type Command,
  type Decision,
  type Instant,
  type Person,
  type Refusal,
} from '#kernel';
import { Type } from 'typebox';
import { barInWords, barOf } from './bars.js';
import { inWords, nothingReady, refuseNotReady, type LeftOutTranche } from './left-out.js';
import {
  paymentRunDiscarded,
  paymentRunMade,
  paymentRunReleased,
  type PaymentItem,
  type PaymentsEvent,
} from './payments.events.js';
import type { PaymentRun, PaymentsState } from './payments-state.js';

/** One event holds a run, and an event at most 1 MiB. */
export const MOST_PAYMENTS = 500;

/** What had stood in the way of paying a setting on the day, in words, and when it was put right. */
type Cleared = Readonly<Record<string, Instant | undefined>>;

export type MakePaymentRunCommand = Command<
  'MakePaymentRun',
  Readonly<{
    programmeId: string;
    run: number;
    items: readonly PaymentItem[];
    file: { readonly name: string; readonly bytes: number; readonly sha256: string };
    /** When the newest of the releases and verifications happened that it rests on. */
    latestFact: Instant | undefined;
    clearedAt?: Cleared;
    /** What was released and is not in it, and why. */
    leftOut?: readonly LeftOutTranche[];
    /** The tranches that were asked for, all of which must be in it; by default it is of those that are ready. */
    named?: readonly string[];
    /** The programme's pause on the day, if there is one. */
    paused?: Pause | null;
  }>
>;
export type RunCommand =
  | MakePaymentRunCommand
  | Command<'DiscardPaymentRun', Readonly<{ programmeId: string; run: number; reason: string }>>
  | Command<
      'ReleasePaymentRun',
      Readonly<{
        programmeId: string;
        run: number;
        /** Of the file that was looked at. */
        fileSha256: string;
        /** Settings whose details are not those that the run was made with, or are not verified any more. */
        payeesChanged: readonly string[];
        /** Tranches of the run that are not released any more, or would not be paid now, and why. */
        notPayable?: readonly LeftOutTranche[];
        clearedAt?: Cleared;
        /** The programme's pause on the day, if there is one. */
        paused?: Pause | null;
      }>
    >;

const Reason = Type.Object({ reason: Type.String({ maxLength: 4000, pattern: NOT_BLANK }) });
export function refuseReason(reason: string): Refusal | undefined {
  return refuseShape('PAYMENT.MALFORMED', Reason, { reason });
}

/** Of whoever proposed or approved a tranche of the run: they take no further part in paying it. */
function refuseSigner(by: Person, items: readonly PaymentItem[], verb: string): Refusal | undefined {
  for (const { trancheId, proposedBy, approvedBy, approvedOnBehalfOf } of items) {
    const signed: readonly (readonly [Person | null, string])[] = [
      [proposedBy, 'proposed'],
      [approvedBy, 'approved'],
      [approvedOnBehalfOf, 'lent the authority to approve'],
    ];
    const [, how] = signed.find(([person]) => person !== null && samePerson(by, person)) ?? [];
    if (how === undefined) continue;
    const message = `${by.subject} ${how} tranche ${trancheId}: somebody else must ${verb} a run that it is in`;
    return refusal('PAYMENT_RUN.SIGNED_TRANCHE', 'not-allowed', message, { trancheId, subject: by.subject });
  }
  return undefined;
}

export function makeRun(
  { data, by, at }: MakePaymentRunCommand,
  state: PaymentsState,
): Decision<PaymentsEvent> {
  const { programmeId, run, items, file, latestFact, leftOut = [] } = data;
  const known = state.runs.find((one) => one.run === run);
  if (known?.file.sha256 === file.sha256 && samePerson(known.made.by, by)) return [];
  const refused = refusePaused(programmeId, data.paused) ?? refuseNotReady(data);
  if (refused !== undefined) return refused;
  if (items.length === 0) return nothingReady(programmeId, leftOut);
  if (items.length > MOST_PAYMENTS) {
    const message = `a run holds at most ${MOST_PAYMENTS} payments, and these are ${items.length}: name the tranches`;
    return refusal('PAYMENT_RUN.TOO_LARGE', 'invalid', message, { field: 'tranches' });
  }
  if (run !== state.runs.length + 1) {
    const message = `${programmeId} has had ${state.runs.length} payment runs by now: make this one again`;
    return refusal('PAYMENT_RUN.NUMBER_TAKEN', 'stale', message, { run });
  }
  const twice = items.find(
    ({ trancheId }, index) => items.findIndex((one) => one.trancheId === trancheId) < index,
  );
  const taken = items.find((item) => !isPayable(state, item)) ?? twice;
  if (taken !== undefined) {
    const status = state.payments[taken.trancheId]?.status ?? 'in this run already';
    const message = `tranche ${taken.trancheId} is ${status}: it is not paid twice`;
    return refusal('PAYMENT_RUN.NOT_PAYABLE', 'wrong-state', message, { trancheId: taken.trancheId });
  }
  for (const { trancheId, release } of items) {
    const bar = barOf(state, trancheId, release);
    if (bar === undefined) continue;
    const message = `tranche ${trancheId} is not paid: ${barInWords(bar)}`;
    return refusal('PAYMENT_RUN.NOT_PAYABLE', 'wrong-state', message, { trancheId });
  }
  const totalPence = sumPence(items);
  return (
    refuseSigner(by, items, 'make') ??
    refuseBefore(at, {
      'the newest release or verification it rests on': latestFact,
      ...failedAt(state, items),
      ...data.clearedAt,
    }) ?? [paymentRunMade({ programmeId, run, items: [...items], totalPence, file })]
  );
}

/** Paid again is what the bank has said that it could not pay. */
function failedAt({ payments }: PaymentsState, items: readonly PaymentItem[]): Cleared {
  return Object.fromEntries(
    items.map(({ trancheId }) => [
      `the failure of the last payment of tranche ${trancheId}`,
      payments[trancheId]?.answered?.occurredAt,
    ]),
  );
}

/** A first payment, or one that follows the one that failed. */
function isPayable(state: PaymentsState, { trancheId, attempt }: PaymentItem): boolean {
  const payment = state.payments[trancheId];
  return payment === undefined
    ? attempt === 1
    : payment.status === 'failed' && attempt === payment.attempt + 1;
}

/** What holds of a run before it is decided on. */
function waitingRun(state: PaymentsState, number: number): PaymentRun | Refusal {
  const run = state.runs.find((one) => one.run === number);
  if (run === undefined) {
    const message = `there is no payment run ${number}; there are ${state.runs.length}`;
    return refusal('PAYMENT_RUN.UNKNOWN', 'not-found', message, { field: 'run', run: number });
  }
  if (run.status === 'made') return run;
  const message = `payment run ${number} is ${run.status} already, by ${run.ended?.by.subject}`;
  return refusal('PAYMENT_RUN.ENDED', 'wrong-state', message, { run: number, status: run.status });
}

export function discardRun(
  { data: { programmeId, run: number, reason }, at }: Extract<RunCommand, { type: 'DiscardPaymentRun' }>,
  state: PaymentsState,
): Decision<PaymentsEvent> {
  const malformed = refuseReason(reason);
  if (malformed !== undefined) return malformed;
  if (state.runs.some((one) => one.run === number && one.status === 'discarded')) return [];
  const run = waitingRun(state, number);
  if ('refused' in run) return run;
  return (
    refuseBefore(at, { 'the making of the run': run.made.occurredAt }) ?? [
      paymentRunDiscarded({
        ...{ programmeId, run: number, reason },
        tranches: run.items.map(({ trancheId }) => trancheId),
      }),
    ]
  );
}

export function releaseRun(
  { data, by, at }: Extract<RunCommand, { type: 'ReleasePaymentRun' }>,
  state: PaymentsState,
): Decision<PaymentsEvent> {
  const { programmeId, run: number, fileSha256, payeesChanged, notPayable = [] } = data;
  const released = state.runs.find((one) => one.run === number && one.status === 'released');
  if (released?.ended && released.file.sha256 === fileSha256 && samePerson(released.ended.by, by)) return [];
  const run = waitingRun(state, number);
  if ('refused' in run) return run;
  if (run.file.sha256 !== fileSha256) {
    const message = `the file of payment run ${number} has the SHA-256 ${run.file.sha256}, not ${fileSha256}: look at it again`;
    return refusal('PAYMENT_RUN.ANOTHER_FILE', 'stale', message, { field: 'fileSha256' });
  }
  if (samePerson(by, run.made.by)) {
    const message = `${by.subject} made payment run ${number}: somebody else must release it`;
    return refusal('PAYMENT_RUN.SAME_PERSON', 'not-allowed', message, { subject: by.subject });
  }
  if (payeesChanged.length > 0) {
    const message = `the payee details of ${payeesChanged.join(', ')} have changed since the run was made, or are not verified: discard it and make it anew`;
    return refusal('PAYMENT_RUN.PAYEE_CHANGED', 'wrong-state', message, { urns: [...payeesChanged] });
  }
  if (notPayable.length > 0) {
    const message = `payment run ${number} has what would not be paid now: ${inWords(notPayable)}; discard it and make it anew`;
    return refusal('PAYMENT_RUN.NOT_PAYABLE', 'wrong-state', message, {
      tranches: notPayable.map(({ trancheId }) => trancheId),
    });
  }
  const { items, totalPence } = run;
  const payments = items.map(({ trancheId, urn, number: tranche, amountPence }) => ({
    ...{ trancheId, urn, number: tranche, amountPence },
  }));
  return (
    refusePaused(programmeId, data.paused) ??
    refuseSigner(by, items, 'release') ??
    refuseBefore(at, { 'the making of the run': run.made.occurredAt, ...data.clearedAt }) ?? [
      paymentRunReleased({ programmeId, run: number, fileSha256, payments, totalPence }),
    ]
  );
}

/** `payment run 3 (12 payments, £1,234.00)` */
export function runInWords({
  run,
  items,
  totalPence,
}: Pick<PaymentRun, 'run' | 'items' | 'totalPence'>): string {
  return `payment run ${run} (${counted(items.length, 'payment')}, ${formatPence(totalPence)})`;
}

/** @throws RefusalError `PAYMENT_RUN.NUMBER` */
export function runNumber(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  const message = 'the number of a payment run is a whole number from 1';
  throw new RefusalError(refusal('PAYMENT_RUN.NUMBER', 'invalid', message, { field: 'run' }));
}

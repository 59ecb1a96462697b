import {
  refusal,
  refuseBefore,
  sumPence,
  type Command,
  type Decision,
  type Instant,
  type Pence,
  type Refusal,
} from '#kernel';
import { refuseBarred, type ReleasedNow } from './bars.js';
import {
  bankResponseImported,
  paymentAmountDiffered,
  paymentFailed,
  paymentReversed,
  paymentSettled,
  type PaymentItem,
  type PaymentsEvent,
} from './payments.events.js';
import { refuseReason } from './payment-runs.js';
import type { Payment, PaymentRun, PaymentsState } from './payments-state.js';

/** What the bank says of one payment. */
export interface BankAnswer {
  /** Of the file; 1 is the header. */
  readonly row: number;
  readonly bankReference: string;
  readonly amountPence: Pence;
  /** `null`: it was paid. */
  readonly failedBecause: string | null;
}

export type ResponseCommand =
  | Command<
      'ImportBankResponse',
      Readonly<{
        programmeId: string;
        run: number;
        file: { readonly name: string; readonly bytes: number; readonly sha256: string };
        answers: readonly BankAnswer[];
      }>
    >
  | Command<
      'ReversePayment',
      Readonly<{
        programmeId: string;
        trancheId: string;
        becomes: 'failed' | 'instructed';
        reason: string;
        /** By which the tranche is released now; `null` if it is not. */
        released?: ReleasedNow | null;
      }>
    >;

interface Matched {
  readonly answer: BankAnswer;
  readonly item: PaymentItem;
  /** That it was settled, or failed, of this amount is recorded already: it says nothing new. */
  readonly repeats: boolean;
  /** What an answer cannot be dated before, by its words. */
  readonly after: Readonly<Record<string, Instant | undefined>>;
}

function badRow(row: number, message: string): Refusal {
  return refusal('BANK_RESPONSE.ROW', 'invalid', `row ${row}: ${message}`, { field: 'file', row });
}

/** What was put into another run is paid by that one. */
const BOTH_PAID = ': if the bank paid both, have it call this one back, as the payment stays failed';

/** The payment an answer is about, if it may be about it. */
function matched(answer: BankAnswer, run: PaymentRun, state: PaymentsState): Matched | Refusal {
  const { row, bankReference } = answer;
  const item = run.items.find((one) => one.bankReference === bankReference);
  if (item === undefined)
    return badRow(row, `the reference '${bankReference}' is of no payment of run ${run.run}`);
  const newest = state.payments[item.trancheId];
  const payment = inRun(newest, run.run);
  if (payment?.status === 'instructed')
    return { answer, item, repeats: false, after: factsOf(payment, bankReference) };
  const says = answer.failedBecause === null ? 'settled' : 'failed';
  if (payment?.status === says && answer.amountPence === item.amountPence)
    return { answer, item, repeats: true, after: {} };
  const status = payment?.status ?? 'in a later run';
  const then =
    payment === newest
      ? '; if that was wrong, reverse it and import the answer then'
      : `, and has been in run ${newest?.run} since${answer.failedBecause === null ? BOTH_PAID : ''}`;
  return badRow(row, `the payment '${bankReference}' is ${status} already${then}`);
}

/** What was recorded of a payment that is instructed: nothing said of it now happened before. */
function factsOf({ answered, differs }: Payment, bankReference: string): Matched['after'] {
  return {
    [`the reversal of what was recorded of ${bankReference}`]: answered?.occurredAt,
    [`the bank's last answer about ${bankReference}`]: differs?.occurredAt,
  };
}

/** The payment of a tranche as it was in one run: the newest, or one that failed before it. */
function inRun(payment: Payment | undefined, run: number): Payment | undefined {
  let found = payment;
  while (found !== undefined && found.run !== run) found = found.after ?? undefined;
  return found;
}

/** A file that was imported says nothing anew, not even of a payment whose answer was reversed since. */
function refuseReversedSince(
  answers: readonly BankAnswer[],
  number: number,
  state: PaymentsState,
): Refusal | undefined {
  const references = new Set(answers.map(({ bankReference }) => bankReference));
  const reversed = (state.runs.find(({ run }) => run === number)?.items ?? [])
    .filter(({ bankReference }) => references.has(bankReference))
    .find(({ trancheId }) => {
      const payment = state.payments[trancheId];
      return payment?.run === number && payment.answered?.event.type === 'PaymentReversed';
    });
  if (reversed === undefined) return undefined;
  const message = `this file was imported before, and what it said of ${reversed.bankReference} was reversed since: import the bank's new answer, which is another file`;
  return refusal('BANK_RESPONSE.REVERSED_SINCE', 'wrong-state', message, { field: 'file', run: number });
}

/** Settles or fails nothing: the bank names another amount than was instructed. */
function differs({ answer, item }: Matched): boolean {
  return answer.amountPence !== item.amountPence;
}

/**
 * All of the file or nothing; a file that was imported already changes nothing, and neither does a row that repeats what is
 * recorded: the bank's corrected answer may be the whole run again. Of several answers the newest counts.
 */
export function importResponse(
  { data, at }: Extract<ResponseCommand, { type: 'ImportBankResponse' }>,
  state: PaymentsState,
): Decision<PaymentsEvent> {
  const { programmeId, run: number, file, answers } = data;
  const known = state.responses[file.sha256];
  if (known === number) return refuseReversedSince(answers, number, state) ?? [];
  if (known !== undefined) {
    const message = `this file was imported as the answer to payment run ${known}`;
    return refusal('BANK_RESPONSE.OTHER_RUN', 'wrong-state', message, { field: 'run', run: known });
  }
  const run = state.runs.find((one) => one.run === number);
  if (run?.status !== 'released') {
    const message = `payment run ${number} was not released: the bank cannot have answered it`;
    return refusal('BANK_RESPONSE.NOT_SENT', run === undefined ? 'not-found' : 'wrong-state', message, {
      run: number,
    });
  }
  const found: Matched[] = [];
  for (const answer of answers) {
    const one = matched(answer, run, state);
    if ('refused' in one) return one;
    const twice = found.find(({ item }) => item.trancheId === one.item.trancheId);
    if (twice !== undefined)
      return badRow(answer.row, `'${answer.bankReference}' is in row ${twice.answer.row} already`);
    found.push(one);
  }
  const late = refuseBefore(at, {
    'the release of the run': run.ended?.occurredAt,
    ...Object.fromEntries(found.flatMap(({ after }) => Object.entries(after))),
  });
  if (late !== undefined) return late;
  const anew = found.filter(({ repeats }) => !repeats);
  return [summary(programmeId, number, file, anew), ...anew.map((one) => answered(programmeId, number, one))];
}

function summary(
  programmeId: string,
  run: number,
  file: Extract<ResponseCommand, { type: 'ImportBankResponse' }>['data']['file'],
  found: readonly Matched[],
): PaymentsEvent {
  const differing = found.filter(differs);
  const agreeing = found.filter((one) => !differs(one));
  const paid = agreeing.filter(({ answer }) => answer.failedBecause === null);
  const unpaid = agreeing.filter(({ answer }) => answer.failedBecause !== null);
  const sum = (of: readonly Matched[]): Pence => sumPence(of.map(({ answer }) => answer));
  return bankResponseImported({
    ...{ programmeId, run, file, settled: paid.length, settledPence: sum(paid) },
    ...{ failed: unpaid.length, failedPence: sum(unpaid) },
    ...{ differing: differing.length, differingPence: sum(differing) },
  });
}

function answered(programmeId: string, run: number, one: Matched): PaymentsEvent {
  const { answer, item } = one;
  const payment = { ...paymentOf(programmeId, run, item), responseRow: answer.row };
  if (differs(one)) {
    const { amountPence: answeredPence, failedBecause } = answer;
    return paymentAmountDiffered({ ...payment, answeredPence, failedBecause });
  }
  return answer.failedBecause === null
    ? paymentSettled(payment)
    : paymentFailed({ ...payment, reason: answer.failedBecause });
}

function paymentOf(programmeId: string, run: number, item: PaymentItem) {
  const { trancheId, urn, number, amountPence, attempt, bankReference } = item;
  return { programmeId, run, trancheId, urn, number, amountPence, attempt, bankReference };
}

/**
 * Nothing is edited: a settlement that came back, or a failure that was none, is reversed by an event that names it. What the bank
 * named another amount for was not settled: once all of it has come back, the payment has failed.
 */
export function reverse(
  { data, at }: Extract<ResponseCommand, { type: 'ReversePayment' }>,
  state: PaymentsState,
): Decision<PaymentsEvent> {
  const { programmeId, trancheId, becomes, reason, released = null } = data;
  const malformed = refuseReason(reason);
  if (malformed !== undefined) return malformed;
  const payment = state.payments[trancheId];
  const item = state.runs
    .find(({ run }) => run === payment?.run)
    ?.items.find((one) => one.trancheId === trancheId);
  if (payment === undefined || item === undefined) {
    return refusal('PAYMENT.UNKNOWN', 'not-found', `tranche ${trancheId} has not been paid`, { trancheId });
  }
  const { status, answered: before, differs: said } = payment;
  if (status === becomes && (becomes === 'failed' || before?.event.type === 'PaymentReversed')) return [];
  const named = paymentOf(programmeId, payment.run, item);
  if (becomes === 'failed' && said !== null) {
    const because = `came back after the bank named another amount: ${reason}`;
    return (
      refuseBefore(at, factsOf(payment, item.bankReference)) ?? [
        paymentFailed({ ...named, responseRow: said.responseRow, reason: because }),
      ]
    );
  }
  if (status !== (becomes === 'failed' ? 'settled' : 'failed') || before === null)
    return notReversible(trancheId, status, becomes);
  const barred = becomes === 'instructed' ? refuseBarred(state, item, released) : undefined;
  if (barred !== undefined) return barred;
  return (
    refuseBefore(at, { 'what it reverses': before.occurredAt }) ?? [
      paymentReversed({ ...named, reverses: before.event, becomes, reason }),
    ]
  );
}

function notReversible(
  trancheId: string,
  status: Payment['status'],
  becomes: 'failed' | 'instructed',
): Refusal {
  const wants = becomes === 'failed' ? 'settled, or for which the bank named another amount,' : 'failed';
  const message = `the payment of tranche ${trancheId} is ${status}: only one that is ${wants} can become ${becomes}`;
  return refusal('PAYMENT.NOT_REVERSIBLE', 'wrong-state', message, { trancheId, status });
}

import { factOf, type Actor, type Fact, type Pence, type RecordedEvent } from '#kernel';
import type { DifferingAnswer } from './differing-answers.js';
import type { PaymentItem, PaymentsEvent } from './payments.events.js';

/** Who did something, by which event, and when. */
export type Told = Fact & { readonly by: Actor };

export interface PaymentRun {
  readonly run: number;
  readonly status: 'made' | 'discarded' | 'released';
  readonly items: readonly PaymentItem[];
  readonly totalPence: Pence;
  readonly file: { readonly name: string; readonly bytes: number; readonly sha256: string };
  readonly made: Told;
  /** Discarded or released. */
  readonly ended: Told | null;
}

/** The payment of one tranche: there is never more than one that could still be paid. */
export interface Payment {
  readonly status: 'in-run' | 'instructed' | 'settled' | 'failed';
  readonly run: number;
  readonly attempt: number;
  /** Why it failed, while it has. */
  readonly because: string | null;
  /** What the bank said, or what reversed that. */
  readonly answered: Fact | null;
  /** While it is instructed: that the bank's newest answer names another amount. It is instructed for all that. */
  readonly differs: DifferingAnswer | null;
  /** The payment that failed before this one, which counts again should the run be discarded. */
  readonly after: Payment | null;
}

/** That a release is reversed or being reversed, and who asked for that. */
export interface Bar extends Told {
  /** The event by which the tranche is released. */
  readonly release: string;
  readonly reason: string;
}

export interface PaymentsState {
  readonly runs: readonly PaymentRun[];
  /** By tranche. */
  readonly payments: Readonly<Record<string, Payment>>;
  /** SHA-256 of each answer of the bank, with its run. */
  readonly responses: Readonly<Record<string, number>>;
  /** By tranche: each release of it that is reversed or being reversed. */
  readonly barred: Readonly<Record<string, readonly Bar[]>>;
}

export const NOTHING_PAID: PaymentsState = { runs: [], payments: {}, responses: {}, barred: {} };

function withPayments(
  state: PaymentsState,
  ids: readonly string[],
  to: (before: Payment | undefined, trancheId: string) => Payment | undefined,
): PaymentsState {
  const payments: Record<string, Payment> = { ...state.payments };
  for (const id of ids) {
    const payment = to(payments[id], id);
    if (payment === undefined) delete payments[id];
    else payments[id] = payment;
  }
  return { ...state, payments };
}

function withPayment(
  state: PaymentsState,
  { trancheId }: { readonly trancheId: string },
  to: (before: Payment) => Payment,
): PaymentsState {
  return withPayments(state, [trancheId], (before) => before && to(before));
}

/** What the bank had said before counts no more. */
function answered(payment: Payment, fact: Fact, because: string | null = null): Payment {
  return { ...payment, answered: fact, because, differs: null };
}

function runEnded(
  state: PaymentsState,
  number: number,
  status: 'discarded' | 'released',
  ended: Told,
): PaymentsState {
  return { ...state, runs: state.runs.map((run) => (run.run === number ? { ...run, status, ended } : run)) };
}

function withBar(
  state: PaymentsState,
  { type, data }: RecordedEvent<Extract<PaymentsEvent, { type: `PaymentBar${string}` }>>,
  told: Told,
): PaymentsState {
  const { trancheId, release } = data;
  const others = (state.barred[trancheId] ?? []).filter((bar) => bar.release !== release.eventId);
  const bars =
    type === 'PaymentBarLifted'
      ? others
      : [...others, { ...told, release: release.eventId, reason: data.reason }];
  return { ...state, barred: { ...state.barred, [trancheId]: bars } };
}

/** Total: an event that no history holds in this place changes nothing. */
export function evolve(state: PaymentsState, event: RecordedEvent<PaymentsEvent>): PaymentsState {
  const fact = factOf(event);
  const told: Told = { ...fact, by: event.metadata.actor };
  switch (event.type) {
    case 'PaymentRunMade': {
      const { run, items, totalPence, file } = event.data;
      const made: PaymentRun = { run, status: 'made', items, totalPence, file, made: told, ended: null };
      const attempts = new Map(items.map(({ trancheId, attempt }) => [trancheId, attempt]));
      return withPayments({ ...state, runs: [...state.runs, made] }, [...attempts.keys()], (after, id) => ({
        ...{ status: 'in-run', run, attempt: attempts.get(id) ?? 1, because: null, answered: null },
        ...{ differs: null, after: after ?? null },
      }));
    }
    case 'PaymentRunDiscarded': {
      const { run, tranches } = event.data;
      return withPayments(
        runEnded(state, run, 'discarded', told),
        tranches,
        (payment) => payment?.after ?? undefined,
      );
    }
    case 'PaymentRunReleased': {
      const ids = event.data.payments.map(({ trancheId }) => trancheId);
      return withPayments(
        runEnded(state, event.data.run, 'released', told),
        ids,
        (payment) => payment && { ...payment, status: 'instructed' },
      );
    }
    case 'BankResponseImported':
      return { ...state, responses: { ...state.responses, [event.data.file.sha256]: event.data.run } };
    case 'PaymentSettled':
      return withPayment(state, event.data, (payment) => ({ ...answered(payment, fact), status: 'settled' }));
    case 'PaymentFailed':
      return withPayment(state, event.data, (payment) => ({
        ...answered(payment, fact, event.data.reason),
        status: 'failed',
      }));
    case 'PaymentAmountDiffered': {
      const { answeredPence, failedBecause, responseRow } = event.data;
      const differs = { ...fact, answeredPence, failedBecause, responseRow };
      return withPayment(state, event.data, (payment) => ({ ...payment, differs }));
    }
    case 'PaymentReversed': {
      const { becomes: status, reason } = event.data;
      const because = status === 'failed' ? reason : null;
      return withPayment(state, event.data, (payment) => ({ ...answered(payment, fact, because), status }));
    }
    case 'PaymentBarred':
    case 'PaymentBarLifted':
      return withBar(state, event, told);
    default:
      event satisfies never;
      return state;
  }
}

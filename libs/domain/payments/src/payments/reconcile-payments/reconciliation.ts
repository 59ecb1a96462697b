import type { Pence } from '#kernel';
import type { ReleasedTranche } from '../payable/released-tranches.js';
import { differenceInWords, TO_CLEAR_UP } from '../differing-answers.js';
import type { Payment, PaymentsState } from '../payments-state.js';

/** Where one released tranche has got to on its way to the account. */
export interface ReconciledTranche {
  readonly trancheId: string;
  readonly urn: string;
  /** What three people signed for. */
  readonly approvedPence: Pence;
  /** What the bank was told to pay and has not refused. */
  readonly sentPence: Pence;
  /** What the bank says it paid. */
  readonly settledPence: Pence;
  /** Why these differ; `null` if they do not. */
  readonly difference: string | null;
}

/** Approved, sent and settled, to the penny. */
export interface Reconciliation {
  readonly programmeId: string;
  readonly approvedPence: Pence;
  readonly sentPence: Pence;
  readonly settledPence: Pence;
  /** Each that differs. */
  readonly differences: readonly ReconciledTranche[];
  readonly agrees: boolean;
}

/** Compares what was released with what was sent to the bank and what it paid, tranche by tranche. */
export function reconcile(
  programmeId: string,
  released: readonly ReleasedTranche[],
  state: PaymentsState,
): Reconciliation {
  const known = new Set(released.map(({ trancheId }) => trancheId));
  const rows = [
    ...released.map((tranche) => rowOf(tranche, state)),
    // A payment of what nobody released cannot be made here: were there one, it must not be overlooked.
    ...Object.keys(state.payments)
      .filter((trancheId) => !known.has(trancheId))
      .map((trancheId) => strayOf(trancheId, state)),
  ];
  const sum = (of: (row: ReconciledTranche) => Pence): Pence =>
    rows.reduce((total, row) => total + of(row), 0);
  const differences = rows.filter(({ difference }) => difference !== null);
  return {
    programmeId,
    approvedPence: sum(({ approvedPence }) => approvedPence),
    sentPence: sum(({ sentPence }) => sentPence),
    settledPence: sum(({ settledPence }) => settledPence),
    ...{ differences, agrees: differences.length === 0 },
  };
}

function itemOf(trancheId: string, { payments, runs }: PaymentsState) {
  const run = payments[trancheId]?.run;
  return runs.find((one) => one.run === run)?.items.find((item) => item.trancheId === trancheId);
}

function paidPence(
  trancheId: string,
  state: PaymentsState,
): Pick<ReconciledTranche, 'sentPence' | 'settledPence'> {
  const payment = state.payments[trancheId];
  const amount = itemOf(trancheId, state)?.amountPence ?? 0;
  const sent = payment?.status === 'instructed' || payment?.status === 'settled';
  return { sentPence: sent ? amount : 0, settledPence: saidToBePaid(payment, amount) };
}

/** Also of what the bank named another amount for: what is on the ledger is not asked here, but what the bank says. */
function saidToBePaid(payment: Payment | undefined, amount: Pence): Pence {
  if (payment?.differs?.failedBecause === null) return payment.differs.answeredPence;
  return payment?.status === 'settled' ? amount : 0;
}

/** That the bank names another amount than it was told to pay; `undefined`: it does not. */
function bankDiffers(trancheId: string, state: PaymentsState): string | undefined {
  const [payment, item] = [state.payments[trancheId], itemOf(trancheId, state)];
  if (payment?.differs === null || payment === undefined || item === undefined) return undefined;
  return `${differenceInWords({ ...item, run: payment.run }, payment.differs)}: ${TO_CLEAR_UP}`;
}

function rowOf({ trancheId, urn, amountPence }: ReleasedTranche, state: PaymentsState): ReconciledTranche {
  const paid = paidPence(trancheId, state);
  const agrees = paid.sentPence === amountPence && paid.settledPence === amountPence;
  const difference = agrees ? null : whyOf(trancheId, amountPence, paid.sentPence, state);
  return { trancheId, urn, approvedPence: amountPence, ...paid, difference };
}

function whyOf(trancheId: string, approved: Pence, sent: Pence, state: PaymentsState): string {
  const payment = state.payments[trancheId];
  if (payment === undefined) return 'released, and in no payment run';
  const differs = bankDiffers(trancheId, state);
  if (differs !== undefined) return differs;
  if (sent !== 0 && sent !== approved) return `another amount was sent in run ${payment.run}`;
  switch (payment.status) {
    case 'in-run':
      return `in payment run ${payment.run}, which is not released`;
    case 'instructed':
      return `sent in run ${payment.run}, and not answered by the bank`;
    case 'failed':
      return `failed in run ${payment.run}: ${payment.because ?? 'no reason given'}`;
    case 'settled':
      return `another amount was settled in run ${payment.run}`;
  }
}

function strayOf(trancheId: string, state: PaymentsState): ReconciledTranche {
  const urn = trancheId.split('.')[1] ?? '';
  const stray = 'paid or being paid, and not released';
  const differs = bankDiffers(trancheId, state);
  const difference = differs === undefined ? stray : `${stray}; ${differs}`;
  return { trancheId, urn, approvedPence: 0, ...paidPence(trancheId, state), difference };
}

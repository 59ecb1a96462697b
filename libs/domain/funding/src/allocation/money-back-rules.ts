import { formatPence, refusal, type Fact, type Pence, type Refusal } from '#kernel';
import type { Offered, TrancheState } from './allocation-state.js';
import { askedPence, backPence, keptPence } from './money-back-state.js';
import { stillPaid } from './unmade-payment.js';
import { trancheOf, type Accepted, type Closed } from './tranche-signatures.js';

// What holds for all money that comes back, claimed or not: it was paid, it comes back once, and no more of it than was paid.

/** The tranches of the setting that the bank has paid, as the payments' own events have them. */
export interface SettledTranche {
  readonly number: number;
  readonly settled: Fact;
}

/** An allocation whose money can come back. */
export type Drawn = Accepted | Closed;

export function ofAllocation({ programmeId, urn }: Offered) {
  return { programmeId, urn };
}

/** A tranche from which money can come back: released, and paid by the bank. */
export function paidTranche(
  state: Drawn,
  number: number,
  paid: readonly SettledTranche[],
): { readonly tranche: TrancheState; readonly settled: Fact } | Refusal {
  const tranche = trancheOf(state, number);
  if ('refused' in tranche) return tranche;
  const settled = stillPaid(state, paid).find((one) => one.number === number)?.settled;
  if (tranche.released === null || settled === undefined) {
    const how = tranche.released === null ? 'not released' : 'released, but the bank has not paid it yet';
    return refusal(
      'RECLAIM.NOT_PAID',
      'wrong-state',
      `tranche ${number} of ${state.settingName} (${state.urn}) is ${how}: only money that was paid can come back`,
      { number, urn: state.urn },
    );
  }
  return { tranche, settled };
}

/** No more comes back of a tranche than is left of it. */
export function refuseBeyondPaid(
  { moneyBack, settingName, urn }: Offered,
  tranche: TrancheState,
  wantedPence: Pence,
): Refusal | undefined {
  const leftPence = keptPence(moneyBack, tranche);
  if (wantedPence <= leftPence) return undefined;
  const { number, amountPence: paidPence } = tranche;
  const { reclaimedPence, returnedPence } = backPence(moneyBack, number);
  const asked = askedPence(moneyBack, number);
  return refusal(
    'RECLAIM.BEYOND_PAID',
    'wrong-state',
    `amountPence ${formatPence(wantedPence)} is more than is left of tranche ${number} of ${settingName} (${urn}): ${formatPence(paidPence)} was paid, ${formatPence(reclaimedPence + returnedPence)} has come back and ${formatPence(asked)} is asked back, which leaves ${formatPence(leftPence)}`,
    { field: 'amountPence', number, paidPence, reclaimedPence, returnedPence, askedPence: asked, leftPence },
  );
}

/** The bank's reference is what tells two payments of the same amount apart. */
export function receivedBefore(
  state: Drawn,
  {
    number,
    amountPence: pence,
    reclaim,
    reference: by,
  }: { number: number; amountPence: Pence; reclaim: number | null; reference: string },
): [] | Refusal | undefined {
  const known = state.moneyBack.receipts.find((one) => one.reversed === null && one.reference === by);
  if (known === undefined) return undefined;
  const same = known.number === number && known.amountPence === pence && known.reclaim === reclaim;
  if (same) return [];
  return refusal(
    'RECEIPT.REFERENCE_USED',
    'wrong-state',
    `reference '${by}' is that of receipt ${known.receipt}, ${formatPence(known.amountPence)} of tranche ${known.number}: a payment is recorded once`,
    { field: 'reference', receipt: known.receipt },
  );
}

import type { Pence } from '#kernel';
import type { Account, Entry } from './entries.js';

/** Sums of entries: of a programme, of one of its settings, of a tranche or of an academic year. */
export type Balances = Readonly<{
  /** Of offers that are out or accepted. */
  allocatedPence: Pence;
  /** Confirmed plus reserved. */
  committedPence: Pence;
  /** Of offers that were accepted. */
  confirmedPence: Pence;
  /** Set aside for offers that are being made, or are out and not yet accepted. */
  reservedPence: Pence;
  /** Of tranches that three people signed for. */
  releasedPence: Pence;
  /** What the bank was told to pay, and has not refused. */
  instructedPence: Pence;
  /** What the bank says it paid. */
  settledPence: Pence;
  /** What came back because it was claimed. */
  reclaimedPence: Pence;
  /** What settings paid back of their own accord. */
  returnedPence: Pence;
}>;

export const NOTHING: Balances = {
  ...{ allocatedPence: 0, committedPence: 0, confirmedPence: 0, reservedPence: 0, releasedPence: 0 },
  ...{ instructedPence: 0, settledPence: 0, reclaimedPence: 0, returnedPence: 0 },
};

export function sumOf(entries: readonly Entry[], account: Account): Pence {
  return entries.reduce((sum, entry) => (entry.account === account ? sum + entry.pence : sum), 0);
}

export function plus<B extends Balances>(balances: B, entries: readonly Entry[]): B {
  const confirmedPence = balances.confirmedPence + sumOf(entries, 'confirmed');
  const reservedPence = balances.reservedPence + sumOf(entries, 'reserved');
  return {
    ...balances,
    allocatedPence: balances.allocatedPence + sumOf(entries, 'allocated'),
    ...{ confirmedPence, reservedPence, committedPence: confirmedPence + reservedPence },
    releasedPence: balances.releasedPence + sumOf(entries, 'released'),
    instructedPence: balances.instructedPence + sumOf(entries, 'instructed'),
    settledPence: balances.settledPence + sumOf(entries, 'settled'),
    reclaimedPence: balances.reclaimedPence + sumOf(entries, 'reclaimed'),
    returnedPence: balances.returnedPence + sumOf(entries, 'returned'),
  };
}

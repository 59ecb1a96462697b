import { formatPence, type Pence } from '#kernel';
import type { Balances } from '../funding-ledger/balances.js';

/** The money that the identities are about: of a programme, of a setting or of a tranche. */
export type Checked = Balances & {
  /** Only a programme has one. */
  readonly budgetPence: Pence | null;
  /** Only a programme: of `reservedPence`, what rounds have set aside and not yet offered to a setting. */
  readonly inRoundsPence: Pence | null;
};

/** What is true of every ledger after every event, by the name it has in `infra/docs/ledger.md`. */
export interface Identity {
  readonly name: string;
  readonly says: string;
  readonly holds: (money: Checked) => boolean;
}

export const IDENTITIES: readonly Identity[] = [
  {
    name: 'never-over-committed',
    says: '0 ≤ committed ≤ budget, so that what is available is never below nothing',
    holds: ({ budgetPence, committedPence }) => budgetPence === null || committedPence <= budgetPence,
  },
  {
    name: 'committed-is-confirmed-and-reserved',
    says: 'committed = confirmed + reserved, and neither is below nothing',
    holds: ({ committedPence, confirmedPence, reservedPence }) =>
      committedPence === confirmedPence + reservedPence && confirmedPence >= 0 && reservedPence >= 0,
  },
  {
    name: 'rounds-set-aside-what-they-offer',
    says: '0 ≤ set aside for rounds ≤ reserved',
    holds: ({ inRoundsPence, reservedPence }) =>
      inRoundsPence === null || (inRoundsPence >= 0 && inRoundsPence <= reservedPence),
  },
  {
    name: 'never-over-drawn',
    says: '0 ≤ released ≤ allocated',
    holds: ({ releasedPence, allocatedPence }) => releasedPence >= 0 && releasedPence <= allocatedPence,
  },
  {
    name: 'never-over-paid',
    says: '0 ≤ settled ≤ instructed ≤ released',
    holds: ({ settledPence, instructedPence, releasedPence }) =>
      settledPence >= 0 && settledPence <= instructedPence && instructedPence <= releasedPence,
  },
  {
    name: 'never-more-back-than-paid',
    says: '0 ≤ reclaimed, 0 ≤ returned, and reclaimed + returned ≤ settled',
    holds: ({ reclaimedPence, returnedPence, settledPence }) =>
      reclaimedPence >= 0 && returnedPence >= 0 && reclaimedPence + returnedPence <= settledPence,
  },
];

/** The first identity that does not hold. */
export function brokenBy(money: Checked): Identity | undefined {
  return IDENTITIES.find(({ holds }) => !holds(money));
}

export function moneyInWords(money: Checked): string {
  const { budgetPence, allocatedPence, confirmedPence, reservedPence, committedPence, releasedPence } = money;
  const { instructedPence, settledPence, reclaimedPence, returnedPence } = money;
  return [
    ...(budgetPence === null ? [] : [`budget ${formatPence(budgetPence)}`]),
    `allocated ${formatPence(allocatedPence)}`,
    `committed ${formatPence(committedPence)} (confirmed ${formatPence(confirmedPence)}, reserved ${formatPence(reservedPence)})`,
    `released ${formatPence(releasedPence)}`,
    `instructed ${formatPence(instructedPence)}`,
    `settled ${formatPence(settledPence)}`,
    `reclaimed ${formatPence(reclaimedPence)}`,
    `returned ${formatPence(returnedPence)}`,
  ].join(', ');
}

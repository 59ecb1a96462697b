import type { PaymentDocument } from '#domain/payments';
import { asTurn, NOBODYS_TURN, turnOf, type Turn } from '#domain/programme';
import { formatPence, participationId, type Pence } from '#kernel';
import { dueBackPence } from '../../allocation/accounted.js';
import type { Offered } from '../../allocation/allocation-state.js';
import { owedPence, type Reclaim } from '../../allocation/money-back-state.js';
import { trancheId } from '../../allocation/tranche-id.js';
import { answeringAround, paidAround } from '../tranches/accounts-around.js';
import type { Around } from '../tranches/around.js';
import type { AllocationDocument } from '../tranches/tranches.projection.js';

/** `withdrawn`: as a mistake. */
export type ReclaimStatus = 'proposed' | 'approved' | 'received' | 'withdrawn' | 'let-go';

/** One reclaim as people look it up. */
export interface ReclaimRow extends Turn {
  /** `<programme>.<urn>.reclaim-<number>` */
  readonly id: string;
  readonly programmeId: string;
  readonly urn: string;
  readonly name: string;
  readonly reclaim: number;
  /** Of which tranche. */
  readonly tranche: number;
  readonly status: ReclaimStatus;
  readonly reason: string;
  readonly amountPence: Pence;
  readonly receivedPence: Pence;
  readonly owedPence: Pence;
  readonly proposedBy: string;
  readonly approvedBy: string | null;
  /** What came in for it, the reversed too. */
  readonly receipts: readonly {
    readonly receipt: number;
    readonly amountPence: Pence;
    readonly reference: string;
    readonly at: string;
    readonly reversed: string | null;
  }[];
}

function statusOf(reclaim: Reclaim): ReclaimStatus {
  if (reclaim.withdrawn !== null) return reclaim.withdrawn.letGo ? 'let-go' : 'withdrawn';
  if (reclaim.approved === null) return 'proposed';
  return owedPence(reclaim) === 0 ? 'received' : 'approved';
}

/** What of a proposed claim could be approved now: less than it asks for where the same money was asked back beside it, or spent since. */
function approvablePence(allocation: Offered, { amountPence }: Reclaim, around: Around): Pence {
  const { urn } = allocation;
  return dueBackPence(
    allocation,
    paidAround(urn, around),
    answeringAround(around).accountsOf(urn),
    amountPence,
  );
}

/** @param payment the newest of its tranche */
function turnOfReclaim(
  reclaim: Reclaim,
  payment: PaymentDocument | undefined,
  allocation: Offered,
  around: Around,
): Turn {
  const { reclaim: number, number: tranche, proposed, approved, withdrawn } = reclaim;
  if (withdrawn !== null) return NOBODYS_TURN;
  if (reclaim.ofNothing === true && owedPence(reclaim) > 0 && payment?.status !== 'settled') {
    // Whether there was something to ask back, the bank says first.
    if (payment !== undefined && payment.status !== 'failed') return asTurn(payment);
    const says = `withdraw reclaim ${number} of tranche ${tranche}: the payment of it was not made after all`;
    const notMadeAt = payment?.statusSince ?? proposed.occurredAt;
    return turnOf('withdraw-reclaim', says, notMadeAt);
  }
  if (approved === null) {
    if (approvablePence(allocation, reclaim, around) < reclaim.amountPence) {
      // By how much is not said: that may tell of another setting.
      const says = `withdraw reclaim ${number} of tranche ${tranche}, or what else is asked back for the same money, as a mistake: ${formatPence(reclaim.amountPence)} is more than is due back`;
      return turnOf('withdraw-reclaim', says, proposed.occurredAt);
    }
    return turnOf(
      'approve-reclaim',
      `approve reclaim ${number} of tranche ${tranche}, or let it be withdrawn`,
      proposed.occurredAt,
    );
  }
  const owed = owedPence(reclaim);
  if (owed === 0) return NOBODYS_TURN;
  return turnOf('pay-back', `pay back ${formatPence(owed)} of tranche ${tranche}`, approved.occurredAt);
}

/** The reclaims of one setting's allocation, in the order they were proposed. */
export function reclaimsOf(
  { allocation }: Pick<AllocationDocument, 'allocation'>,
  around: Around,
): readonly ReclaimRow[] {
  if (allocation.status === 'none') return [];
  const { programmeId, urn, settingName, moneyBack } = allocation;
  const name = around.nameOf(urn, settingName);
  return moneyBack.reclaims.map((one) => {
    const { reclaim, number: tranche, reason, amountPence, receivedPence, proposed, approved } = one;
    return {
      id: `${participationId(programmeId, urn)}.reclaim-${reclaim}`,
      ...{ programmeId, urn, name, reclaim, tranche, status: statusOf(one), reason },
      ...{ amountPence, receivedPence, owedPence: owedPence(one) },
      ...turnOfReclaim(one, around.payments.get(trancheId(programmeId, urn, tranche)), allocation, around),
      ...{ proposedBy: proposed.by.subject, approvedBy: approved?.by.subject ?? null },
      receipts: moneyBack.receipts
        .filter((receipt) => receipt.reclaim === reclaim)
        .map(({ receipt, amountPence: pence, reference, recorded, reversed }) => ({
          ...{ receipt, amountPence: pence, reference, at: recorded.occurredAt },
          reversed: reversed?.reason ?? null,
        })),
    };
  });
}

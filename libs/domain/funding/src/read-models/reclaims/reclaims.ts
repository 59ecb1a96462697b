import { NOBODYS_TURN, turnOf, type Turn } from '#domain/programme';
import { formatPence, participationId, type Pence } from '#kernel';
import { owedPence, type Reclaim } from '../../allocation/money-back-state.js';
import type { AllocationDocument } from '../tranches/tranches.projection.js';

export type ReclaimStatus = 'proposed' | 'approved' | 'received' | 'withdrawn';

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
  if (reclaim.withdrawn !== null) return 'withdrawn';
  if (reclaim.approved === null) return 'proposed';
  return owedPence(reclaim) === 0 ? 'received' : 'approved';
}

function turnOfReclaim(reclaim: Reclaim): Turn {
  const { reclaim: number, number: tranche, proposed, approved, withdrawn } = reclaim;
  if (withdrawn !== null) return NOBODYS_TURN;
  if (approved === null) {
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
export function reclaimsOf({ allocation }: Pick<AllocationDocument, 'allocation'>): readonly ReclaimRow[] {
  if (allocation.status === 'none') return [];
  const { programmeId, urn, settingName: name, moneyBack } = allocation;
  return moneyBack.reclaims.map((one) => {
    const { reclaim, number: tranche, reason, amountPence, receivedPence, proposed, approved } = one;
    return {
      id: `${participationId(programmeId, urn)}.reclaim-${reclaim}`,
      ...{ programmeId, urn, name, reclaim, tranche, status: statusOf(one), reason },
      ...{ amountPence, receivedPence, owedPence: owedPence(one), ...turnOfReclaim(one) },
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

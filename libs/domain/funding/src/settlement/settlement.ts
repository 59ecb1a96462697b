import type { ReportState } from '#domain/reporting';
import { sumPence, type Pence } from '#kernel';
import { overpaidPence, releasedPence, type AllocationState } from '../allocation/allocation-state.js';
import { unfinished } from '../allocation/closing.js';
import { askedPence, backPence } from '../allocation/money-back-state.js';
import type { SettledTranche } from '../allocation/money-back-rules.js';

/** What a setting was paid, what it is accepted to have spent, and what of the difference has come back. */
export interface Settlement {
  readonly programmeId: string;
  readonly urn: string;
  readonly settingName: string;
  readonly status: 'offered' | 'accepted' | 'closed';
  readonly allocatedPence: Pence;
  readonly releasedPence: Pence;
  /** What the bank has paid. */
  readonly settledPence: Pence;
  /** By the newest accepted word on each action of its plan. */
  readonly spentPence: Pence;
  readonly reclaimedPence: Pence;
  readonly returnedPence: Pence;
  /** Proposed or approved to be reclaimed, and not come in. */
  readonly askedPence: Pence;
  /** Released beyond what is due, as the allocation was revised downwards since; it comes back even if it was spent. */
  readonly overpaidPence: Pence;
  /** Paid, not accepted as spent or too much, and neither back nor asked for. Never below 0: nobody is owed for an overspend. */
  readonly toComeBackPence: Pence;
  /** From which tranches it would be reclaimed, the last one first. */
  readonly reclaim: readonly { readonly number: number; readonly amountPence: Pence }[];
  /** What stands in the way of closing the allocation, in words. */
  readonly unfinished: readonly string[];
}

/**
 * Reports say of each action what was spent on it up to then, so that the newest that was accepted counts. Of one that
 * was accepted in part, the actions that were not accepted leave what was accepted before.
 */
export function acceptedSpend(reports: readonly ReportState[]): Pence {
  const spent = new Map<string, Pence>();
  for (const report of reports) {
    if (report.status !== 'accepted' && report.status !== 'partly-accepted') continue;
    const counts = report.status === 'accepted' ? null : new Set(report.verdict.accepted);
    for (const { actionId, spentPence } of report.actions) {
      if (counts === null || counts.has(actionId)) spent.set(actionId, spentPence);
    }
  }
  return [...spent.values()].reduce((sum, pence) => sum + pence, 0);
}

/**
 * @param reports of the setting, in the order of their windows
 * @param paid what the bank has paid of the allocation
 */
export function settlementOf(
  allocation: Exclude<AllocationState, { status: 'none' }>,
  reports: readonly ReportState[],
  paid: readonly SettledTranche[],
): Settlement {
  const { programmeId, urn, settingName, status, amountPence, tranches, moneyBack } = allocation;
  const settled = tranches.filter(({ number }) => paid.some((one) => one.number === number));
  const settledPence = sumPence(settled);
  const spentPence = acceptedSpend(reports);
  const back = backPence(moneyBack);
  const asked = askedPence(moneyBack);
  const overpaid = overpaidPence(allocation);
  const seenTo = back.reclaimedPence + back.returnedPence + asked;
  const wanted = Math.max(settledPence - spentPence, Math.min(overpaid, settledPence));
  const toComeBackPence = status === 'closed' ? 0 : Math.max(0, wanted - seenTo);
  let left = toComeBackPence;
  const reclaim = settled.toReversed().flatMap(({ number, amountPence: paidPence }) => {
    const { reclaimedPence, returnedPence } = backPence(moneyBack, number);
    const claimable = paidPence - reclaimedPence - returnedPence - askedPence(moneyBack, number);
    const take = Math.min(left, claimable);
    left -= take;
    return take > 0 ? [{ number, amountPence: take }] : [];
  });
  return {
    ...{ programmeId, urn, settingName, status, allocatedPence: amountPence },
    ...{ releasedPence: releasedPence(allocation), settledPence, spentPence, ...back },
    ...{ askedPence: asked, overpaidPence: overpaid, toComeBackPence, reclaim },
    unfinished: status === 'accepted' ? unfinished(allocation, paid) : [],
  };
}

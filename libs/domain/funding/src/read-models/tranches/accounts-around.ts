import { isEnded } from '#domain/programme';
import type { ReportDocument } from '#domain/reporting';
import type { Instant, Pence } from '#kernel';
import { acceptedSpend, unaccountedPence, type Accounts } from '../../allocation/accounted.js';
import type { SettledTranche } from '../../allocation/money-back-rules.js';
import { trancheId } from '../../allocation/tranche-id.js';
import type { Around } from './around.js';

// What `accounts-of.ts` reads from the streams for who decides, from the read models for who is shown what waits.

/** What the bank has paid of a setting's allocation. */
export function paidAround(
  urn: string,
  { programmeId, payments, allocationOf }: Around,
): readonly SettledTranche[] {
  const allocation = allocationOf(urn);
  if (allocation.status === 'none') return [];
  return allocation.tranches.flatMap(({ number }): readonly SettledTranche[] => {
    const payment = payments.get(trancheId(programmeId, urn, number));
    if (payment?.status !== 'settled' || payment.settledBy === null) return [];
    return [{ number, settled: { event: payment.settledBy, occurredAt: payment.statusSince as Instant } }];
  });
}

/** A report as the accounts want it. */
export function reportedIn({ status, actions, objections }: ReportDocument) {
  if (status === 'accepted') return { status, actions } as const;
  if (status !== 'partly-accepted') return { status: status === 'awaited' ? 'none' : status } as const;
  const refused = new Set(objections.map(({ actionId }) => actionId));
  const accepted = actions.map(({ actionId }) => actionId).filter((one) => !refused.has(one));
  return { status, actions, verdict: { accepted } } as const;
}

/** What is accepted of what a setting was paid. */
export function accountsAround(urn: string, around: Around): Accounts {
  const { participation, reports } = around.setting(urn);
  const part = participation?.part;
  const takenOver = part !== undefined && 'takenOver' in part ? part.takenOver : [];
  const inOrder = reports.toSorted((a, b) => a.window - b.window);
  return {
    spentPence: acceptedSpend(inOrder.map(reportedIn)),
    inheritedPence: takenOver.reduce((sum, { from }) => sum + unaccountedAround(from.urn, around), 0),
    passedOnTo: successorOf(urn, around),
    reclaimed: part?.status === 'reclaimed',
    ended: part !== undefined && isEnded(part),
  };
}

/** What a setting was paid that is neither accepted as spent nor back. */
export function unaccountedAround(urn: string, around: Around): Pence {
  const allocation = around.allocationOf(urn);
  if (allocation.status === 'none') return 0;
  return unaccountedPence(allocation, paidAround(urn, around), accountsAround(urn, around));
}

function successorOf(urn: string, { setting }: Around): string | null {
  const { participation } = setting(urn);
  const part = participation?.part;
  const toUrn = part?.status === 'transferred' ? (part.continuity?.toUrn ?? null) : null;
  return toUrn !== null && participation?.wasTakenOver === true ? toUrn : null;
}

import type { PayeeDocument, PaymentDocument } from '#domain/payments';
import { NOBODYS_TURN, standstillAt, turnOf, type Turn } from '#domain/programme';
import { formatPence, type Fact, type Instant } from '#kernel';
import {
  overpaidLeftPence,
  type AllocationState,
  type TrancheState,
} from '../../allocation/allocation-state.js';
import { keptPence } from '../../allocation/money-back-state.js';
import { endedUnpaid } from '../../allocation/part-standing.js';
import { reclaimsOf } from '../reclaims/reclaims.js';
import type { Around, SettingAround } from './around.js';
import { paymentReversalLeft, releaseReversalLeft } from './left-reversals.js';
import { elsewhere, itself, type Awaited } from './settling-turns.js';
import { paymentStop } from './tranche-stops.js';
import type { TrancheRow } from './tranches.projection.js';

// Who acts between the release of a tranche and its money being with the setting.

export type Standing = Exclude<AllocationState, { status: 'none' }>;
/** One tranche, with what is around it. */
export interface Asked {
  readonly allocation: Standing;
  readonly tranche: TrancheState;
  readonly row: TrancheRow;
  readonly around: Around;
  readonly setting: SettingAround;
  readonly payment: PaymentDocument | undefined;
}

export const NOBODY: Awaited = { turn: NOBODYS_TURN, itself: false };

/** What was released and is on its way to nobody's account; what came of its payment; and what was paid too much. */
export function afterRelease(asked: Asked): Awaited {
  const { allocation, tranche, row, payment, around } = asked;
  const left =
    paymentReversalLeft(tranche, row.id, around.paid) ?? releaseReversalLeft(tranche, row.id, around.paid);
  if (left !== undefined) return itself(left);
  if (payment === undefined || payment.status === 'failed') return unpaid(asked, tranche.released!);
  if (payment.status !== 'settled') return elsewhere(payment);
  return overpaid(allocation, tranche);
}

function unpaid({ allocation, tranche, setting, around, payment }: Asked, released: Fact): Awaited {
  const { number } = tranche;
  const { participation, payee } = setting;
  const asked = reclaimsOf({ allocation }, around).find((one) => one.tranche === number && one.next !== null);
  // What is asked back is neither paid nor taken back: that it was paid, the claim says.
  if (asked !== undefined) return elsewhere(asked);
  const failed = payment && { occurredAt: payment.statusSince as Instant };
  const part = participation?.part;
  const left = part === undefined ? undefined : endedUnpaid(part)?.statusBy;
  if (allocation.status === 'closed' || left !== undefined) {
    const says = `reverse the release of tranche ${number}, which is not paid any more`;
    return itself(turnOf('reverse-release', says, latest(released, left, failed)));
  }
  const stop = paymentStop(setting, around);
  if (stop !== undefined) {
    return elsewhere({ ...stop, nextIs: `${stop.nextIs} (tranche ${number} is not paid before)` });
  }
  if (payee === undefined) {
    const says = `enter the payee details, for tranche ${number} to be paid to`;
    return itself(turnOf('enter-payee', says, released.occurredAt));
  }
  // Details that were entered or rejected are on a list themselves.
  if (payee.status !== 'verified') return elsewhere(payee);
  const paused = pausedTurn(around);
  if (paused !== undefined) return elsewhere(paused);
  const says =
    payment === undefined ? `put tranche ${number} into a payment run` : saysFailed(payment, around, payee);
  const verified = { occurredAt: payee.statusSince as Instant };
  return itself(turnOf('make-payment-run', says, latest(released, verified, failed)));
}

/** Why it failed, and, where no other payee details have been entered since it was sent, that they are to be checked. */
function saysFailed(
  { number, trancheId, run, because }: PaymentDocument,
  { paid }: Around,
  payee: PayeeDocument,
): string {
  const sent = paid.runs.find((one) => one.run === run)?.items.find((item) => item.trancheId === trancheId);
  const why = because === null ? '' : ` (${because})`;
  const check =
    sent?.payee.reference === payee.reference
      ? 'check the payee details, which have not changed since, and '
      : '';
  return `follow up the failed payment of tranche ${number}${why}: ${check}pay it again`;
}

/** What was released beyond what is due is asked back, from the last tranche of which something is left. */
function overpaid(allocation: Standing, { number }: TrancheState): Awaited {
  const { moneyBack } = allocation;
  const last = allocation.tranches.findLast((one) => one.released !== null && keptPence(moneyBack, one) > 0);
  const left = last === undefined ? 0 : Math.min(overpaidLeftPence(allocation), keptPence(moneyBack, last));
  const revision = allocation.revisions.at(-1);
  if (left <= 0 || last?.number !== number || revision === undefined || allocation.status === 'closed')
    return NOBODY;
  const says = `ask back ${formatPence(left)} that was paid too much`;
  return itself(turnOf('propose-reclaim', says, revision.occurredAt));
}

/** Nothing is released while the programme stands still; of one that was closed nothing waits. */
export function pausedTurn({ programme, now }: Pick<Around, 'programme' | 'now'>): Turn | undefined {
  const pause = programme.status === 'none' ? undefined : standstillAt(programme, now);
  if (pause === undefined || pause.closed) return undefined;
  return turnOf('resume-programme', `resume the programme (paused: ${pause.reason})`, pause.from);
}

export function latest(...facts: readonly (Pick<Fact, 'occurredAt'> | null | undefined)[]): Instant {
  const times = facts.flatMap((fact) => (fact === null || fact === undefined ? [] : [fact.occurredAt]));
  return times.reduce<Instant>((last, at) => (at > last ? at : last), times[0]!);
}

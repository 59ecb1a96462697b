import type { PaymentDocument } from '#domain/payments';
import type { TrancheRow, TrancheStatus } from './tranches.projection.js';

/** What has become of its payment: sent to the bank, paid, or not, whether by the bank's answer or its reversal. */
export type PaidStatus = Extract<PaymentDocument['status'], 'instructed' | 'settled' | 'failed'>;
/** How a tranche stands as people look it up: once it is released, by its newest payment. */
export type ShownStatus = TrancheStatus | PaidStatus;

/** @param payment its newest, unless the run of that was discarded; in a run that was not sent, the tranche is `released` still */
export function shownStatus(
  { status }: Pick<TrancheRow, 'status'>,
  payment: Pick<PaymentDocument, 'status'> | undefined,
): ShownStatus {
  if (status !== 'released' || payment === undefined) return status;
  return payment.status === 'in-run' || payment.status === 'discarded' ? status : payment.status;
}

import { payeesProjection } from './read-models/payees/payees.projection.js';
import { paymentsProjection } from './read-models/payments/payments.projection.js';

export * from './payee/payee.events.js';
export { payee, type PayeeState } from './payee/payee.js';
export { EnterPayeeDetails } from './payee/enter-payee-details/enter-payee-details.handler.js';
export { VerifyPayeeDetails } from './payee/verify-payee-details/verify-payee-details.handler.js';
export { RejectPayeeDetails } from './payee/reject-payee-details/reject-payee-details.handler.js';
export { ShowPayee, type PayeeShown } from './payee/show-payee/show-payee.query.js';

export * from './payments/payments.events.js';
export { payments } from './payments/payments.js';
export { runNumber } from './payments/payment-runs.js';
export { barOf } from './payments/bars.js';
export type { Bar, Payment, PaymentRun, PaymentsState } from './payments/payments-state.js';
export {
  RELEASED_TRANCHES,
  type ReleasedTranche,
  type ReleasedTranches,
} from './payments/payable/released-tranches.js';
export { StreamPaidToSettings } from './payments/tell-paid/stream-paid-to-settings.js';
export type { LeftOut } from './payments/payable/payables.js';
export { MakePaymentRun, type RunMade } from './payments/make-payment-run/make-payment-run.handler.js';
export { DiscardPaymentRun } from './payments/discard-payment-run/discard-payment-run.handler.js';
export { ReleasePaymentRun } from './payments/release-payment-run/release-payment-run.handler.js';
export { GetPaymentFile, type PaymentFile } from './payments/get-payment-file/get-payment-file.query.js';
export {
  ImportBankResponse,
  type DifferingRow,
  type ResponseImported,
} from './payments/import-bank-response/import-bank-response.handler.js';
export { differenceInWords, saidInWords, TO_CLEAR_UP } from './payments/differing-answers.js';
export { ReversePayment } from './payments/reverse-payment/reverse-payment.handler.js';
export { ReconcilePayments } from './payments/reconcile-payments/reconcile-payments.query.js';
export type { ReconciledTranche, Reconciliation } from './payments/reconcile-payments/reconciliation.js';
export { ListPaymentRuns, ListPayments, type RunShown } from './read-models/payments/payments.query.js';
export { paymentsProjection, type PaymentDocument } from './read-models/payments/payments.projection.js';
export { PAYMENT_TURNS, type PaymentTurns } from './read-models/payments/payment-turns.js';
export { payeesProjection, type PayeeDocument } from './read-models/payees/payees.projection.js';
export const paymentsProjections = [paymentsProjection, payeesProjection] as const;
export { PaymentsModule } from './payments.module.js';

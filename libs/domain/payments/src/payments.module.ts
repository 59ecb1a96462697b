import { Module } from '@nestjs/common';
import { EnterPayeeDetailsController } from './payee/enter-payee-details/enter-payee-details.controller.js';
import { EnterPayeeDetailsHandler } from './payee/enter-payee-details/enter-payee-details.handler.js';
import { RejectPayeeDetailsController } from './payee/reject-payee-details/reject-payee-details.controller.js';
import { RejectPayeeDetailsHandler } from './payee/reject-payee-details/reject-payee-details.handler.js';
import { ShowPayeeController } from './payee/show-payee/show-payee.controller.js';
import { ShowPayeeHandler } from './payee/show-payee/show-payee.query.js';
import { PayeeVault } from './payee/vault/payee-vault.js';
import { VerifyPayeeDetailsController } from './payee/verify-payee-details/verify-payee-details.controller.js';
import { VerifyPayeeDetailsHandler } from './payee/verify-payee-details/verify-payee-details.handler.js';
import { DiscardPaymentRunController } from './payments/discard-payment-run/discard-payment-run.controller.js';
import { DiscardPaymentRunHandler } from './payments/discard-payment-run/discard-payment-run.handler.js';
import { GetPaymentFileController } from './payments/get-payment-file/get-payment-file.controller.js';
import { GetPaymentFileHandler } from './payments/get-payment-file/get-payment-file.query.js';
import { ImportBankResponseController } from './payments/import-bank-response/import-bank-response.controller.js';
import { ImportBankResponseHandler } from './payments/import-bank-response/import-bank-response.handler.js';
import { MakePaymentRunController } from './payments/make-payment-run/make-payment-run.controller.js';
import { MakePaymentRunHandler } from './payments/make-payment-run/make-payment-run.handler.js';
import { Payables } from './payments/payable/payables.js';
import { ReconcilePaymentsController } from './payments/reconcile-payments/reconcile-payments.controller.js';
import { ReconcilePaymentsHandler } from './payments/reconcile-payments/reconcile-payments.query.js';
import { ReleasePaymentRunController } from './payments/release-payment-run/release-payment-run.controller.js';
import { ReleasePaymentRunHandler } from './payments/release-payment-run/release-payment-run.handler.js';
import { ReversePaymentController } from './payments/reverse-payment/reverse-payment.controller.js';
import { ReversePaymentHandler } from './payments/reverse-payment/reverse-payment.handler.js';
import { PaymentsController } from './read-models/payments/payments.controller.js';
import { ListPaymentRunsHandler, ListPaymentsHandler } from './read-models/payments/payments.query.js';

@Module({
  controllers: [
    EnterPayeeDetailsController,
    VerifyPayeeDetailsController,
    RejectPayeeDetailsController,
    ShowPayeeController,
    MakePaymentRunController,
    DiscardPaymentRunController,
    ReleasePaymentRunController,
    GetPaymentFileController,
    ImportBankResponseController,
    ReversePaymentController,
    ReconcilePaymentsController,
    PaymentsController,
  ],
  providers: [
    PayeeVault,
    Payables,
    EnterPayeeDetailsHandler,
    VerifyPayeeDetailsHandler,
    RejectPayeeDetailsHandler,
    ShowPayeeHandler,
    MakePaymentRunHandler,
    DiscardPaymentRunHandler,
    ReleasePaymentRunHandler,
    GetPaymentFileHandler,
    ImportBankResponseHandler,
    ReversePaymentHandler,
    ReconcilePaymentsHandler,
    ListPaymentsHandler,
    ListPaymentRunsHandler,
  ],
})
export class PaymentsModule {}

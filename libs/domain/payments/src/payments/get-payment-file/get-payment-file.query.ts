import { refusal, RefusalError } from '#kernel';
import { Decisions } from '#platform/event-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { createHash } from 'node:crypto';
import { PayeeVault } from '../../payee/vault/payee-vault.js';
import { paymentFile } from '../payment-file/payment-file.js';
import { payments } from '../payments.js';

/** The file of a run as the bank takes it. */
export interface PaymentFile {
  readonly name: string;
  readonly sha256: string;
  readonly content: string;
}

/** The file of a released payment run, made anew from its payments and the records; handed out only if it is the same. */
export class GetPaymentFile {
  constructor(readonly input: { readonly programmeId: string; readonly run: number }) {}
}

@QueryHandler(GetPaymentFile)
export class GetPaymentFileHandler implements IQueryHandler<GetPaymentFile, PaymentFile> {
  constructor(
    private readonly decisions: Decisions,
    private readonly vault: PayeeVault,
  ) {}

  /** @throws RefusalError `PAYMENT_RUN.UNKNOWN`, `PAYMENT_RUN.NOT_RELEASED`, `PAYMENT_RUN.FILE_DIFFERS`, `PAYEE.DETAILS_*` */
  async execute({ input: { programmeId, run: number } }: GetPaymentFile): Promise<PaymentFile> {
    const { state } = await this.decisions.load(payments, programmeId);
    const run = state.runs.find((one) => one.run === number);
    if (run === undefined) {
      const message = `there is no payment run ${number} in ${programmeId}`;
      throw new RefusalError(
        refusal('PAYMENT_RUN.UNKNOWN', 'not-found', message, { field: 'run', run: number }),
      );
    }
    // Whoever has the file can take it to the bank: nobody has it before a second person said so.
    if (run.status !== 'released') {
      const message = `payment run ${number} is ${run.status}, not released: its file is not handed out`;
      throw new RefusalError(refusal('PAYMENT_RUN.NOT_RELEASED', 'wrong-state', message, { run: number }));
    }
    const items = await Promise.all(
      run.items.map(async (item) => ({ ...item, details: await this.vault.open(item.urn, item.payee) })),
    );
    const content = paymentFile(items);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const { name } = run.file;
    if (sha256 === run.file.sha256) return { name, sha256, content };
    const message = `the file of payment run ${number} comes to the SHA-256 ${sha256} now, and ${run.file.sha256} was recorded: it is not handed out`;
    throw new RefusalError(refusal('PAYMENT_RUN.FILE_DIFFERS', 'wrong-state', message, { run: number }));
  }
}

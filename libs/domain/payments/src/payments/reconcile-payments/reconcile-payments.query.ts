import { requireProgramme } from '#domain/programme';
import { Decisions } from '#platform/event-store';
import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { RELEASED_TRANCHES, type ReleasedTranches } from '../payable/released-tranches.js';
import { payments } from '../payments.js';
import { reconcile, type Reconciliation } from './reconciliation.js';

/** What was approved, sent and settled in a programme, to the penny, from the streams that decide about it. */
export class ReconcilePayments {
  constructor(readonly input: { readonly programmeId: string }) {}
}

@QueryHandler(ReconcilePayments)
export class ReconcilePaymentsHandler implements IQueryHandler<ReconcilePayments, Reconciliation> {
  constructor(
    private readonly decisions: Decisions,
    @Inject(RELEASED_TRANCHES) private readonly released: ReleasedTranches,
  ) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND` */
  async execute({ input: { programmeId } }: ReconcilePayments): Promise<Reconciliation> {
    await requireProgramme(this.decisions, programmeId);
    const { state } = await this.decisions.load(payments, programmeId);
    return reconcile(programmeId, await this.released.of(programmeId), state);
  }
}

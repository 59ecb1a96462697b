import {
  asTurn,
  NOBODYS_TURN,
  noSuchProgramme,
  programme,
  requireProgramme,
  withLastDay,
} from '#domain/programme';
import { namesNow, settingsProjection } from '#domain/settings';
import { refusal, RefusalError } from '#kernel';
import { Decisions } from '#platform/event-store';
import { waitFor } from '#platform/http';
import { allOf, ReadModels } from '#platform/read-store';
import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { payments } from '../../payments/payments.js';
import type { PaymentRun } from '../../payments/payments-state.js';
import { PAYMENT_TURNS, type PaymentTurns } from './payment-turns.js';
import { PAYMENT_STATUSES, paymentsProjection, type PaymentDocument } from './payments.projection.js';

/** The payments of a programme, by tranche and run. */
export class ListPayments {
  constructor(
    readonly input: {
      readonly programmeId: string;
      /** Of these settings only. */
      readonly urns?: readonly string[];
      readonly status?: string;
    },
    /** A position that the answer must have seen. */
    readonly atLeast?: string,
  ) {}
}

@QueryHandler(ListPayments)
export class ListPaymentsHandler implements IQueryHandler<ListPayments, readonly PaymentDocument[]> {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
    @Inject(PAYMENT_TURNS) private readonly turns: PaymentTurns,
  ) {}

  /** @throws RefusalError `QUERY.BAD_FILTER`, `PROGRAMME.NOT_FOUND`, `READ_MODEL.BEHIND` */
  async execute({ input, atLeast }: ListPayments): Promise<readonly PaymentDocument[]> {
    const { programmeId, urns, status } = input;
    if (status !== undefined && !(PAYMENT_STATUSES as readonly string[]).includes(status)) {
      const message = `status must be one of ${PAYMENT_STATUSES.join(', ')}`;
      throw new RefusalError(refusal('QUERY.BAD_FILTER', 'invalid', message, { field: 'status' }));
    }
    await waitFor(this.models, paymentsProjection, atLeast);
    await waitFor(this.models, settingsProjection, atLeast);
    const found = await allOf(this.models.collection<PaymentDocument>(paymentsProjection), {
      where: { programmeId, ...(urns === undefined ? {} : { urn: { in: urns } }) },
      sort: [
        { field: 'urn', direction: 'ascending' },
        { field: 'number', direction: 'ascending' },
      ],
    });
    const { state } = await this.decisions.load(programme, programmeId);
    if (state.status === 'none') throw noSuchProgramme(programmeId);
    const nameOf = await namesNow(
      this.models,
      found.map(({ urn }) => urn),
    );
    const shown = (await this.inTurn(programmeId, found))
      .map((one) => ({ ...one, settingName: nameOf(one.urn, one.settingName) }))
      .map((one) => withLastDay(one, state));
    return status === undefined ? shown : shown.filter((one) => one.status === status);
  }

  /** Whether one that failed is paid again, and a run can still be released, follows from more than the payments. */
  private async inTurn(
    programmeId: string,
    found: readonly PaymentDocument[],
  ): Promise<readonly PaymentDocument[]> {
    const isOpen = ({ status, followedBy }: PaymentDocument) =>
      status === 'in-run' || (status === 'failed' && followedBy === null);
    if (!found.some(isOpen)) return found;
    const turns = await this.turns.of(programmeId);
    return found.map((one) =>
      isOpen(one) ? { ...one, ...asTurn(turns.get(one.trancheId) ?? NOBODYS_TURN) } : one,
    );
  }
}

/** A payment run as it is shown. */
export interface RunShown {
  readonly run: number;
  readonly status: PaymentRun['status'];
  readonly payments: number;
  readonly totalPence: number;
  readonly file: PaymentRun['file'];
  readonly madeBy: string;
  readonly madeAt: string;
  /** Who released or discarded it. */
  readonly endedBy: string | null;
  readonly endedAt: string | null;
}

/** The payment runs of a programme, the newest first: from the stream, of which there is one. */
export class ListPaymentRuns {
  constructor(readonly input: { readonly programmeId: string }) {}
}

@QueryHandler(ListPaymentRuns)
export class ListPaymentRunsHandler implements IQueryHandler<ListPaymentRuns, readonly RunShown[]> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND` */
  async execute({ input: { programmeId } }: ListPaymentRuns): Promise<readonly RunShown[]> {
    await requireProgramme(this.decisions, programmeId);
    const { state } = await this.decisions.load(payments, programmeId);
    return state.runs.toReversed().map(({ run, status, items, totalPence, file, made, ended }) => ({
      ...{ run, status, payments: items.length, totalPence, file },
      ...{ madeBy: made.by.subject, madeAt: made.occurredAt },
      ...{ endedBy: ended?.by.subject ?? null, endedAt: ended?.occurredAt ?? null },
    }));
  }
}

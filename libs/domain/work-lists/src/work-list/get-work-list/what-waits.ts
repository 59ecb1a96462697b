import { auditsProjection } from '#domain/audits';
import { reclaimsOf, tranches, tranchesOf, type AllocationDocument } from '#domain/funding';
import {
  payeesProjection,
  paymentsProjection,
  type PayeeDocument,
  type PaymentDocument,
} from '#domain/payments';
import { plansProjection } from '#domain/plans';
import { isEnded, participationsProjection, turnOf, type ParticipationDocument } from '#domain/programme';
import { reportsProjection } from '#domain/reporting';
import { allOf, ReadModels, type AnyProjection } from '#platform/read-store';
import { Injectable } from '@nestjs/common';
import type { Waiting } from '../work-item.js';
import { overPlanned } from './over-planned.js';

/** The read models that say whose turn it is. */
export const SAYING_WHOSE_TURN: readonly AnyProjection[] = [
  participationsProjection,
  auditsProjection,
  plansProjection,
  reportsProjection,
  tranches,
  paymentsProjection,
  payeesProjection,
];

export interface Waits {
  readonly waiting: readonly Waiting[];
  readonly nameOf: (urn: string) => string;
}

/** Gathers whose turn it is on everything of a programme, from the read models that show each of it. */
@Injectable()
export class WhatWaits {
  constructor(private readonly models: ReadModels) {}

  /** @param urns of these settings only */
  async of(programmeId: string, urns?: readonly string[]): Promise<Waits> {
    const all = await this.ofAll(programmeId);
    return urns === undefined
      ? all
      : { ...all, waiting: all.waiting.filter(({ urn }) => urns.includes(urn)) };
  }

  private async ofAll(programmeId: string): Promise<Waits> {
    const ofProgramme = { where: { programmeId } } as const;
    const participations = await allOf(this.models.collection(participationsProjection), ofProgramme);
    const audits = await allOf(this.models.collection(auditsProjection), ofProgramme);
    const plans = await allOf(this.models.collection(plansProjection), ofProgramme);
    const reports = await allOf(this.models.collection(reportsProjection), ofProgramme);
    const allocations = await allOf(this.models.collection<AllocationDocument>(tranches), ofProgramme);
    const paid = await allOf(this.models.collection<PaymentDocument>(paymentsProjection), ofProgramme);
    const names = new Map(participations.map(({ urn, name }) => [urn, name]));
    const ended = participations.filter(({ part }) => isEnded(part));
    const over = new Map(ended.map(({ urn, statusSince }) => [urn, statusSince]));
    const goesOn = ({ urn }: { readonly urn: string }) => !over.has(urn);
    return {
      nameOf: (urn) => names.get(urn) ?? '',
      waiting: [
        ...participations.map((one) => ({ ...one, kind: 'participation' as const })),
        ...audits.filter(goesOn).map((one) => ({ ...one, kind: 'audit' as const })),
        ...plans.filter(goesOn).map((one) => ({ ...one, kind: 'plan' as const })),
        ...overPlanned(plans.filter(goesOn), allocations),
        ...unplanned(
          participations,
          new Set(plans.map(({ urn }) => urn)),
          new Set(audits.map(({ urn }) => urn)),
        ),
        ...reports.filter(goesOn).map((one) => ({ ...one, kind: 'report' as const })),
        ...allocations.filter(goesOn).flatMap(waitingIn),
        ...allocations.flatMap((one) => toSettle(one, over.get(one.urn))),
        ...(await this.paymentsDue(allocations, paid)),
        ...(await this.payees(names)),
      ],
    };
  }

  /** Payees are of settings, not of programmes: those of whom something of this programme might be paid. */
  private async payees(names: ReadonlyMap<string, string>): Promise<readonly Waiting[]> {
    const waiting = await allOf(this.models.collection<PayeeDocument>(payeesProjection), {
      where: { next: { in: ['payer', 'operations'] } },
    });
    return waiting.filter(({ urn }) => names.has(urn)).map((one) => ({ ...one, kind: 'payee' as const }));
  }

  /**
   * What was released and is on its way to nobody's account, and every payment that waits: of a tranche its newest one
   * counts, unless its run was discarded. Details that were entered or rejected are on a list themselves.
   */
  private async paymentsDue(
    allocations: readonly AllocationDocument[],
    paid: readonly PaymentDocument[],
  ): Promise<readonly Waiting[]> {
    const newest = new Map<string, PaymentDocument>();
    for (const payment of paid) {
      if (payment.status === 'discarded') continue;
      const known = newest.get(payment.trancheId);
      if (known === undefined || known.run < payment.run) newest.set(payment.trancheId, payment);
    }
    const due: Waiting[] = [...newest.values()].map((one) => ({ ...one, kind: 'payment' as const }));
    for (const { id, urn, number, released } of allocations.flatMap(tranchesOf)) {
      if (released === null || newest.has(id)) continue;
      const payee = await this.models.collection<PayeeDocument>(payeesProjection).get(urn);
      if (payee !== undefined && payee.status !== 'verified') continue;
      const turn =
        payee === undefined
          ? turnOf('operations', `enter the payee details, for tranche ${number} to be paid to`, released.at)
          : turnOf('payer', `put tranche ${number} into a payment run`, released.at);
      due.push({ ...turn, kind: 'payment', id, urn });
    }
    return due;
  }
}

/** An enrolled setting begins with its audit and plan, which are on no read model until they are there. */
function unplanned(
  participations: readonly ParticipationDocument[],
  planned: ReadonlySet<string>,
  audited: ReadonlySet<string>,
): readonly Waiting[] {
  return participations
    .filter(({ urn, status }) => status === 'enrolled' && !planned.has(urn))
    .map(({ id, urn, statusSince }) => ({
      ...turnOf(
        'setting',
        audited.has(urn) ? 'submit an action plan' : 'start the audit of need',
        statusSince,
      ),
      ...{ kind: 'plan', id, urn },
    }));
}

/**
 * A tranche that waits for a plan or a report is not on a list itself: the plan or the report is. An offer that
 * waits for its answer is there once, not with each of its tranches.
 */
function waitingIn(document: AllocationDocument): readonly Waiting[] {
  const rows = tranchesOf(document);
  if (document.allocation.status !== 'offered') {
    return rows
      .filter(({ status }) => status !== 'awaiting-conditions')
      .map((row) => ({ ...row, kind: 'tranche' as const }));
  }
  const { id } = document;
  return rows.slice(0, 1).map((row) => ({ ...row, kind: 'allocation' as const, id }));
}

/** What is asked back, of whoever takes part or did; and the allocation of a setting that takes part no more. */
function toSettle(document: AllocationDocument, endedAt: string | undefined): readonly Waiting[] {
  const { id, urn, allocation } = document;
  const open = endedAt !== undefined && allocation.status === 'accepted';
  return [
    ...reclaimsOf(document).map((one) => ({ ...one, kind: 'reclaim' as const })),
    ...(open ? [{ ...turnOf('operations', SETTLE, endedAt), kind: 'allocation' as const, id, urn }] : []),
  ];
}

const SETTLE = 'see what was spent, reclaim what was not, and close the allocation';

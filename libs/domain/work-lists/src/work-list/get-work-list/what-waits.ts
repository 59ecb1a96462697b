import { auditTurns } from '#domain/audits';
import {
  allocationTurns,
  answeringTurn,
  isMoneyOpen,
  isOver,
  knownOfSameCensus,
  ListCorrectedShares,
  needsFigure,
  pausedTurn,
  planOverTurn,
  readAround,
  reclaimsOf,
  toOfferTurn,
  toReviseTurn,
  TRANCHE_TURNS_FROM,
  tranchesOf,
  type AllocationDocument,
  type Around,
  type CorrectedShare,
  type SettingAround,
} from '#domain/funding';
import { payeesProjection, type PayeeDocument } from '#domain/payments';
import { planTurn } from '#domain/plans';
import {
  asTurn,
  isEnded,
  OF_PAYMENTS,
  withLastDay,
  type Action,
  type ParticipationDocument,
} from '#domain/programme';
import { reportTurn } from '#domain/reporting';
import type { Instant } from '#kernel';
import { Decisions } from '#platform/event-store';
import { allOf, ReadModels, type AnyProjection } from '#platform/read-store';
import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { Waiting } from '../work-item.js';
import { Figures, figureWaiting } from './figures.js';
import { programmeWaiting } from './programme-waiting.js';

/** The read models that say whose turn it is. */
export const SAYING_WHOSE_TURN: readonly AnyProjection[] = TRANCHE_TURNS_FROM;

export interface Waits {
  readonly waiting: readonly Waiting[];
  readonly nameOf: (urn: string) => string;
}

/** What of all that waits somebody is shown. */
export interface Shown {
  /** What waits on these settings only. */
  readonly urns?: readonly string[];
  /** Nothing that tells of payments and payees. */
  readonly withoutPayments?: boolean;
}

/** Gathers whose turn it is on everything of a programme, from the read models that show each of it. */
@Injectable()
export class WhatWaits {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
    private readonly queries: QueryBus,
  ) {}

  async of(programmeId: string, { urns, withoutPayments = false }: Shown): Promise<Waits> {
    const all = await this.ofAll(programmeId);
    const waiting = all.waiting.filter(
      ({ urn, nextAction }) =>
        (urns === undefined || urns.includes(urn)) && !(withoutPayments && OF_PAYMENTS.has(nextAction)),
    );
    return { ...all, waiting };
  }

  private async ofAll(programmeId: string): Promise<Waits> {
    const around = await readAround(this.models, this.decisions, programmeId);
    const names = new Map(around.participations.map(({ urn, name }) => [urn, name]));
    const nameOf = (urn: string) => names.get(urn) ?? '';
    const { programme } = around;
    if (programme.status === 'none') return { nameOf, waiting: [] };
    const money = ofMoney(around);
    // Of a programme that was closed nothing else waits: what was outstanding was looked at.
    if (programme.closed !== null)
      return { nameOf, waiting: money.map((one) => withLastDay(one, programme)) };
    const allocations = new Map(around.allocations.map((one) => [one.urn, one]));
    const figures = await Figures.of(this.models, around);
    const shares = await this.queries.execute<ListCorrectedShares, readonly CorrectedShare[]>(
      new ListCorrectedShares(programmeId),
    );
    const corrected = new Map(shares.map((one) => [one.urn, one]));
    const endsOn = programme.terms.endsOn;
    const waiting = [
      ...around.participations.flatMap((one) => ofPart(one, around, endsOn)),
      ...around.participations.flatMap((one) =>
        figureWaiting(one, figures, needsFigure(one.urn, around, allocations)),
      ),
      ...around.participations.flatMap(({ id, urn }): readonly Waiting[] => {
        const turn = toOfferTurn(urn, around, allocations, figures.knownOf(urn), corrected.get(urn));
        return turn === undefined ? [] : [{ ...turn, kind: 'allocation', id, urn }];
      }),
      ...around.participations.flatMap(({ id, urn, part }): readonly Waiting[] => {
        const allocation = allocations.get(urn)?.allocation;
        if (allocation === undefined || isEnded(part)) return [];
        const turn = planOverTurn(around.setting(urn).plan, allocation);
        return turn === undefined ? [] : [{ ...turn, kind: 'plan', id, urn }];
      }),
      ...(await this.toRevise(around, figures)),
      ...money,
      ...(await this.payees(names)),
    ];
    const all: readonly Waiting[] = [...waiting, ...programmeWaiting(around, pausedTurn(around))];
    return { nameOf, waiting: all.map((one) => withLastDay(one, programme)) };
  }

  /** Those whose newest figure is another, and not only because it is of a later census. */
  private async toRevise(around: Around, figures: Figures): Promise<readonly Waiting[]> {
    const waiting: Waiting[] = [];
    for (const one of around.allocations) {
      const { id, urn, allocation } = one;
      if (allocation.status === 'none' || toReviseTurn(one, around, figures.knownOf(urn)) === undefined)
        continue;
      const turn = toReviseTurn(one, around, await knownOfSameCensus(this.decisions, allocation));
      if (turn !== undefined) waiting.push({ ...turn, kind: 'allocation', id, urn });
    }
    return waiting;
  }

  /** Payees are of settings, not of programmes: those of whom something of this programme might be paid. */
  private async payees(names: ReadonlyMap<string, string>): Promise<readonly Waiting[]> {
    const waiting = await allOf(this.models.collection<PayeeDocument>(payeesProjection), {
      where: { next: { in: ['payer', 'operations'] } },
    });
    return waiting.filter(({ urn }) => names.has(urn)).map((one) => ({ ...one, kind: 'payee' as const }));
  }
}

/** What was allocated and paid, and is not at its end: also in a programme that is closed, where something was not as it was recorded. */
function ofMoney(around: Around): readonly Waiting[] {
  return [
    ...around.allocations.flatMap((one) => ofAllocation(one, around)),
    // Of parts that were passed on, on whoever took them over.
    ...around.participations.flatMap((one): readonly Waiting[] => {
      const turn = answeringTurn(one, around);
      return turn === undefined ? [] : [{ ...turn, kind: 'allocation', id: one.id, urn: one.urn }];
    }),
    // What is to be done about one that failed is said with its tranche.
    ...[...around.payments.values()]
      .filter(({ status }) => status !== 'failed')
      .map((one) => ({ ...one, kind: 'payment' as const })),
  ];
}

/** A setting's part, its audits, its plan and its reports. */
function ofPart(
  { id, programmeId, urn, part, wasTakenOver }: ParticipationDocument,
  around: Around,
  endsOn: string,
): readonly Waiting[] {
  const setting = around.setting(urn);
  // Once the programme is over, nothing more is begun with a setting that no money waits for.
  const isDone = wasTakenOver || (isOver(around) && !isEnded(part) && !isMoneyOpen(urn, around));
  if (isDone) return sentIn(urn, setting, around.now);
  const own = setting.partTurns.map((turn): Waiting => ({ ...turn, kind: 'participation', id, urn }));
  if (!('enrolment' in part)) return own;
  if (isEnded(part)) return [...own, ...sentIn(urn, setting, around.now)];
  const enrolledAt = part.enrolment.occurredAt;
  const plan = planTurn(setting.plan, setting.audits, enrolledAt);
  return [
    ...own,
    ...auditTurns({ programmeId, urn }, setting.audits, enrolledAt, endsOn, around.now).map(
      (turn): Waiting => ({ ...turn, kind: 'audit', urn }),
    ),
    // Before it can be submitted the audit waits, which is on the list already.
    ...(setting.plan !== undefined || plan.nextAction === 'submit-plan'
      ? [{ ...plan, kind: 'plan' as const, id, urn }]
      : []),
    ...setting.reports.flatMap((report): readonly Waiting[] => {
      const turn = reportTurn(report, setting, around.now);
      // A report that waits for the plan is not there itself: the plan or the audit is.
      const forPlan = report.status === 'awaited' && !OF_AWAITED.has(turn.nextAction ?? '');
      return forPlan ? [] : [{ ...turn, kind: 'report', id: report.id, urn }];
    }),
  ];
}

/** What a setting that has left reports, or had reported, of what it spent is still to be judged. */
function sentIn(urn: string, setting: SettingAround, now: Instant): readonly Waiting[] {
  return setting.reports.map((report) => ({
    ...reportTurn(report, setting, now),
    kind: 'report',
    id: report.id,
    urn,
  }));
}

/** What waits for a payment is not there itself: the payment is. */
const OF_RUNS: ReadonlySet<Action | null> = new Set<Action>([
  ...(['release-payment-run', 'discard-payment-run', 'pay-tranche', 'clear-up-payment'] as const),
]);

const OF_AWAITED: ReadonlySet<string> = new Set(['submit-report', 'extend-deadline']);

/**
 * A tranche that waits for a plan, a report or a payment is not on a list itself: that is. An offer that waits for its
 * answer is there once, not with each of its tranches.
 */
function ofAllocation(document: AllocationDocument, around: Around): readonly Waiting[] {
  const { id, urn, allocation } = document;
  const rows = tranchesOf(document);
  const { whole, tranches: all } = allocationTurns(document, around);
  const tranches = allocation.status === 'offered' ? [] : all;
  return [
    ...(whole === undefined ? [] : [{ ...whole, kind: 'allocation' as const, id, urn }]),
    ...tranches.flatMap(({ turn, itself }, index): readonly Waiting[] => {
      if (!itself) return [];
      const kind = rows[index]!.status === 'released' ? 'payment' : 'tranche';
      return [{ ...asTurn(turn), kind, id: rows[index]!.id, urn }];
    }),
    ...reclaimsOf(document, around)
      .filter(({ nextAction }) => !OF_RUNS.has(nextAction))
      .map((one) => ({ ...one, kind: 'reclaim' as const })),
  ];
}

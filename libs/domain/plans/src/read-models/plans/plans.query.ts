import {
  doneWith,
  isEnded,
  MONEY_OPEN,
  NOBODYS_TURN,
  participationsProjection,
  programme,
  withLastDay,
  type MoneyOpen,
} from '#domain/programme';
import { participationId, refusal, RefusalError } from '#kernel';
import { Decisions } from '#platform/event-store';
import { waitFor } from '#platform/http';
import { ReadModels } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Inject } from '@nestjs/common';
import { ALLOCATIONS, type Allocations } from '../../plan/allocated.js';
import { plansProjection, type PlanDocument } from './plans.projection.js';

/** A plan beside what its setting is allocated. */
export type PlanShown = PlanDocument & {
  /** `null` while nothing is offered or accepted. */
  readonly allocatedPence: number | null;
  /** What must be taken out of it, by a variation if it is approved, before money is paid towards it. */
  readonly overPence: number;
};

/** A setting's action plan at its newest version. */
export class GetPlan {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string },
    /** A position that the answer must have seen. */
    readonly atLeast?: string,
  ) {}
}

@QueryHandler(GetPlan)
export class GetPlanHandler implements IQueryHandler<GetPlan, PlanShown> {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
    @Inject(ALLOCATIONS) private readonly allocations: Allocations,
    @Inject(MONEY_OPEN) private readonly money: MoneyOpen,
  ) {}

  async execute({ input: { programmeId, urn }, atLeast }: GetPlan): Promise<PlanShown> {
    await waitFor(this.models, plansProjection, atLeast);
    await waitFor(this.models, participationsProjection, atLeast);
    const plans = this.models.collection<PlanDocument>(plansProjection);
    const id = participationId(programmeId, urn);
    const document = await plans.get(id);
    if (document !== undefined) {
      const participation = await this.models.collection(participationsProjection).get(id);
      const { state } = await this.decisions.load(programme, programmeId);
      const isDone = await doneWith(state, this.decisions.now(), this.money, atLeast);
      const over = participation !== undefined && (isEnded(participation.part) || isDone(participation));
      const allocatedPence = (await this.allocations.of(programmeId, urn))?.amountPence ?? null;
      const overPence = Math.max(0, document.totalPence - (allocatedPence ?? document.totalPence));
      const shown = over ? { ...document, ...NOBODYS_TURN } : withLastDay(document, state);
      return { ...shown, allocatedPence, overPence };
    }
    throw new RefusalError(
      refusal(
        'PLAN.NOT_FOUND',
        'not-found',
        `setting ${urn} has submitted no action plan in programme ${programmeId}`,
        { programmeId, urn },
      ),
    );
  }
}

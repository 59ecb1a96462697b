import { PartToday } from '#domain/programme';
import { participationId, refusal, RefusalError } from '#kernel';
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
    @Inject(ALLOCATIONS) private readonly allocations: Allocations,
    private readonly today: PartToday,
  ) {}

  async execute({ input: { programmeId, urn }, atLeast }: GetPlan): Promise<PlanShown> {
    await waitFor(this.models, plansProjection, atLeast);
    const plans = this.models.collection<PlanDocument>(plansProjection);
    const document = await plans.get(participationId(programmeId, urn));
    if (document !== undefined) {
      const allocatedPence = (await this.allocations.of(programmeId, urn))?.amountPence ?? null;
      const overPence = Math.max(0, document.totalPence - (allocatedPence ?? document.totalPence));
      return { ...(await this.today.inTurn(document, atLeast)), allocatedPence, overPence };
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

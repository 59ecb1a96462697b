import { participationId, refusal, RefusalError } from '#kernel';
import { waitFor } from '#platform/http';
import { ReadModels } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { plansProjection, type PlanDocument } from './plans.projection.js';

/** A setting's action plan at its newest version. */
export class GetPlan {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string },
    /** A position that the answer must have seen. */
    readonly atLeast?: string,
  ) {}
}

@QueryHandler(GetPlan)
export class GetPlanHandler implements IQueryHandler<GetPlan, PlanDocument> {
  constructor(private readonly models: ReadModels) {}

  async execute({ input: { programmeId, urn }, atLeast }: GetPlan): Promise<PlanDocument> {
    await waitFor(this.models, plansProjection, atLeast);
    const plans = this.models.collection<PlanDocument>(plansProjection);
    const document = await plans.get(participationId(programmeId, urn));
    if (document !== undefined) return document;
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

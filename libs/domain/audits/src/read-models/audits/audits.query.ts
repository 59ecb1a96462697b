import { PartToday } from '#domain/programme';
import { refusal, RefusalError } from '#kernel';
import { waitFor } from '#platform/http';
import { ReadModels } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { auditsProjection, type AuditDocument } from './audits.projection.js';

/** One cycle of a setting's audit; the newest when none is named. */
export class GetAudit {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string; readonly cycle?: number },
    /** A position that the answer must have seen. */
    readonly atLeast?: string,
  ) {}
}

@QueryHandler(GetAudit)
export class GetAuditHandler implements IQueryHandler<GetAudit, AuditDocument> {
  constructor(
    private readonly models: ReadModels,
    private readonly today: PartToday,
  ) {}

  async execute({ input: { programmeId, urn, cycle }, atLeast }: GetAudit): Promise<AuditDocument> {
    await waitFor(this.models, auditsProjection, atLeast);
    const { documents } = await this.models.collection<AuditDocument>(auditsProjection).find({
      where: { programmeId, urn, ...(cycle === undefined ? {} : { cycle }) },
      sort: [{ field: 'cycle', direction: 'descending' }],
      limit: 1,
    });
    const [document] = documents;
    if (document !== undefined) return this.today.inTurn(document, atLeast);
    throw new RefusalError(
      refusal(
        'AUDIT.NOT_FOUND',
        'not-found',
        `setting ${urn} has no such audit in programme ${programmeId}`,
        {
          programmeId,
          urn,
        },
      ),
    );
  }
}

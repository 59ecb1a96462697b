import { waitFor } from '#platform/http';
import { ReadModels } from '#platform/read-store';
import { QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { MOST_CYCLES } from '../../audit/audit.js';
import { auditsProjection, type AuditDocument } from './audits.projection.js';
import { GetAudit } from './audits.query.js';
import { compared, type AuditComparison } from './comparison.js';

type OfOneSetting = Readonly<{ programmeId: string; urn: string }>;

/** One cycle of a setting's audit beside the one before it; the newest when none is named. */
export class CompareAudits {
  constructor(
    readonly input: OfOneSetting & { readonly cycle?: number },
    readonly atLeast?: string,
  ) {}
}

@QueryHandler(CompareAudits)
export class CompareAuditsHandler implements IQueryHandler<CompareAudits, AuditComparison> {
  constructor(
    private readonly queries: QueryBus,
    private readonly models: ReadModels,
  ) {}

  async execute({ input, atLeast }: CompareAudits): Promise<AuditComparison> {
    const now: AuditDocument = await this.queries.execute(new GetAudit(input, atLeast));
    const { programmeId, urn, cycle } = now;
    const { documents } = await this.models.collection<AuditDocument>(auditsProjection).find({
      where: { programmeId, urn, cycle: cycle - 1 },
      limit: 1,
    });
    return compared(now, documents[0]);
  }
}

/** Every cycle of a setting's audit, whole, first to last: what the setting takes away with it. */
export class ExportAudits {
  constructor(
    readonly input: OfOneSetting,
    readonly atLeast?: string,
  ) {}
}

@QueryHandler(ExportAudits)
export class ExportAuditsHandler implements IQueryHandler<ExportAudits, readonly AuditDocument[]> {
  constructor(private readonly models: ReadModels) {}

  async execute({ input: { programmeId, urn }, atLeast }: ExportAudits): Promise<readonly AuditDocument[]> {
    await waitFor(this.models, auditsProjection, atLeast);
    const { documents } = await this.models.collection<AuditDocument>(auditsProjection).find({
      where: { programmeId, urn },
      sort: [{ field: 'cycle', direction: 'ascending' }],
      limit: MOST_CYCLES,
    });
    return documents;
  }
}

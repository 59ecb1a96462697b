import { Decisions } from '#platform/event-store';
import { ReadModels } from '#platform/read-store';
import { QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { auditsProjection, type AuditDocument } from './audits.projection.js';
import { GetAudit } from './audits.query.js';
import {
  auditInstrument,
  instrumentOf,
  NATIONAL_STRATEGY,
  type InstrumentState,
} from '../../instrument/instrument.js';
import { compared, type AuditComparison, type RatedBy } from './comparison.js';

type OfOneSetting = Readonly<{ programmeId: string; urn: string }>;

/**
 * One cycle of a setting's audit beside the one before it. When none is named, the newest that is completed, whatever has been
 * started since: a cycle that is only begun has nothing yet to compare.
 */
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
    private readonly decisions: Decisions,
  ) {}

  async execute({ input, atLeast }: CompareAudits): Promise<AuditComparison> {
    const asked: AuditDocument = await this.queries.execute(new GetAudit(input, atLeast));
    const { programmeId } = asked;
    const before = await this.cycleBefore(asked);
    // Of a setting's cycles only the newest can be open.
    const begun = input.cycle === undefined && asked.completedAt === null && before !== undefined;
    const now = begun ? before : asked;
    const last = begun ? await this.cycleBefore(before) : before;
    const { state } = await this.decisions.load(auditInstrument, programmeId);
    return compared(ratedBy(now, state), last && ratedBy(last, state));
  }

  private async cycleBefore({ programmeId, urn, cycle }: AuditDocument): Promise<AuditDocument | undefined> {
    const { documents } = await this.models.collection<AuditDocument>(auditsProjection).find({
      where: { programmeId, urn, cycle: cycle - 1 },
      limit: 1,
    });
    return documents[0];
  }
}

function ratedBy(document: AuditDocument, instruments: InstrumentState): RatedBy {
  const instrument = instrumentOf(instruments, document.instrumentVersion ?? NATIONAL_STRATEGY.version);
  return { ...document, instrument: instrument ?? NATIONAL_STRATEGY };
}

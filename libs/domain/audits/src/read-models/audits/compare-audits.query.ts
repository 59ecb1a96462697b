import { waitFor } from '#platform/http';
import { Decisions } from '#platform/event-store';
import { ReadModels } from '#platform/read-store';
import { QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { MOST_CYCLES } from '../../audit/audit.js';
import { auditsCsv } from './audits-csv.js';
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
    private readonly decisions: Decisions,
  ) {}

  async execute({ input, atLeast }: CompareAudits): Promise<AuditComparison> {
    const now: AuditDocument = await this.queries.execute(new GetAudit(input, atLeast));
    const { programmeId, urn, cycle } = now;
    const { documents } = await this.models.collection<AuditDocument>(auditsProjection).find({
      where: { programmeId, urn, cycle: cycle - 1 },
      limit: 1,
    });
    const [last] = documents;
    const { state } = await this.decisions.load(auditInstrument, programmeId);
    return compared(ratedBy(now, state), last && ratedBy(last, state));
  }
}

function ratedBy(document: AuditDocument, instruments: InstrumentState): RatedBy {
  const instrument = instrumentOf(instruments, document.instrumentVersion ?? NATIONAL_STRATEGY.version);
  return { ...document, instrument: instrument ?? NATIONAL_STRATEGY };
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

/** The same as CSV: a line for each cycle, rating, need and supporter. */
export class ExportAuditsCsv {
  constructor(
    readonly input: OfOneSetting,
    readonly atLeast?: string,
  ) {}
}

@QueryHandler(ExportAuditsCsv)
export class ExportAuditsCsvHandler implements IQueryHandler<ExportAuditsCsv, string> {
  constructor(
    private readonly queries: QueryBus,
    private readonly decisions: Decisions,
  ) {}

  async execute({ input, atLeast }: ExportAuditsCsv): Promise<string> {
    const documents = await this.queries.execute<ExportAudits, readonly AuditDocument[]>(
      new ExportAudits(input, atLeast),
    );
    const { state } = await this.decisions.load(auditInstrument, input.programmeId);
    const labels = new Map(
      state.versions.flatMap(({ features }) => features.map(({ slug, label }) => [slug, label])),
    );
    return auditsCsv(documents, (feature) => labels.get(feature) ?? feature);
  }
}

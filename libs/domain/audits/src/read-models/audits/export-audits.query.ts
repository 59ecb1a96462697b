import { refusal, RefusalError } from '#kernel';
import { Decisions } from '#platform/event-store';
import { QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { audit, auditId, MOST_CYCLES } from '../../audit/audit.js';
import { instrumentOfAudit } from '../../instrument/read-instrument/instrument-of-audit.js';
import { auditsCsv } from './audits-csv.js';
import { wholeAudit, type WholeAudit } from './whole-audit.js';

type OfOneSetting = Readonly<{ programmeId: string; urn: string }>;

/** Every cycle of a setting's audit, first to last, with all that became of each: what the setting takes away with it. */
export class ExportAudits {
  constructor(readonly input: OfOneSetting) {}
}

/** Reads the streams: what a completion was before it was returned is in no read model. */
@QueryHandler(ExportAudits)
export class ExportAuditsHandler implements IQueryHandler<ExportAudits, readonly WholeAudit[]> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `AUDIT.NOT_FOUND` */
  async execute({ input: { programmeId, urn } }: ExportAudits): Promise<readonly WholeAudit[]> {
    const audits: WholeAudit[] = [];
    for (let cycle = 1; cycle <= MOST_CYCLES; cycle += 1) {
      const { state, history } = await this.decisions.load(audit, auditId(programmeId, urn, cycle));
      const whole = wholeAudit(history, await instrumentOfAudit(this.decisions, programmeId, state));
      if (whole === undefined) break;
      audits.push(whole);
    }
    if (audits.length > 0) return audits;
    const says = `setting ${urn} has no audit in programme ${programmeId}`;
    throw new RefusalError(refusal('AUDIT.NOT_FOUND', 'not-found', says, { programmeId, urn }));
  }
}

/** The same as CSV: see `auditsCsv` for its lines. */
export class ExportAuditsCsv {
  constructor(readonly input: OfOneSetting) {}
}

@QueryHandler(ExportAuditsCsv)
export class ExportAuditsCsvHandler implements IQueryHandler<ExportAuditsCsv, string> {
  constructor(private readonly queries: QueryBus) {}

  /** @throws RefusalError `AUDIT.NOT_FOUND` */
  async execute({ input }: ExportAuditsCsv): Promise<string> {
    return auditsCsv(
      await this.queries.execute<ExportAudits, readonly WholeAudit[]>(new ExportAudits(input)),
    );
  }
}

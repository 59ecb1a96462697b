import { refusal, RefusalError } from '#kernel';
import { waitFor } from '#platform/http';
import { ReadModels } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { reportId } from '../../report/report.js';
import { REPORT_TURNS_FROM, ReportTurns } from './report-turns.js';
import { reportsProjection, type ReportDocument } from './reports.projection.js';

/** A setting's report for one window, also while it is awaited. */
export class GetReport {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string; readonly window: number },
    /** A position that the answer must have seen. */
    readonly atLeast?: string,
  ) {}
}

@QueryHandler(GetReport)
export class GetReportHandler implements IQueryHandler<GetReport, ReportDocument> {
  constructor(
    private readonly models: ReadModels,
    private readonly turns: ReportTurns,
  ) {}

  /** @throws RefusalError `REPORT.NOT_FOUND`, `READ_MODEL.BEHIND` */
  async execute({ input: { programmeId, urn, window }, atLeast }: GetReport): Promise<ReportDocument> {
    for (const projection of REPORT_TURNS_FROM) await waitFor(this.models, projection, atLeast);
    const reports = this.models.collection<ReportDocument>(reportsProjection);
    const document = await reports.get(reportId(programmeId, urn, window));
    const [shown] = await this.turns.ofToday(programmeId, document === undefined ? [] : [document]);
    if (shown !== undefined) return shown;
    throw new RefusalError(
      refusal(
        'REPORT.NOT_FOUND',
        'not-found',
        `no report ${window} is awaited of setting ${urn} in programme ${programmeId}`,
        { programmeId, urn, window },
      ),
    );
  }
}

import { refusal, RefusalError } from '#kernel';
import { waitFor } from '#platform/http';
import { ReadModels } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { reportId } from '../../report/report.js';
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
  constructor(private readonly models: ReadModels) {}

  /** @throws RefusalError `REPORT.NOT_FOUND`, `READ_MODEL.BEHIND` */
  async execute({ input: { programmeId, urn, window }, atLeast }: GetReport): Promise<ReportDocument> {
    await waitFor(this.models, reportsProjection, atLeast);
    const reports = this.models.collection<ReportDocument>(reportsProjection);
    const document = await reports.get(reportId(programmeId, urn, window));
    if (document !== undefined) return document;
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

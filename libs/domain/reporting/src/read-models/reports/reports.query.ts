import { requireProgramme } from '#domain/programme';
import { refusal, RefusalError } from '#kernel';
import { Decisions } from '#platform/event-store';
import { waitFor } from '#platform/http';
import { ReadModels, type Page } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { REPORT_TURNS_FROM, ReportTurns } from './report-turns.js';
import { REPORT_STATUSES, reportsProjection, type ReportDocument } from './reports.projection.js';

export interface ListReportsInput {
  readonly programmeId: string;
  /** Of this setting only, in order of windows; otherwise in order of due dates. */
  readonly urn?: string;
  /** Of these settings only; counts only without `urn`. */
  readonly urns?: readonly string[];
  /** Only without `urn`. */
  readonly status?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

/** The reports of a programme, also those that have not come yet. */
export class ListReports {
  constructor(
    readonly input: ListReportsInput,
    /** A position that the answer must have seen. */
    readonly atLeast?: string,
  ) {}
}

@QueryHandler(ListReports)
export class ListReportsHandler implements IQueryHandler<ListReports, Page<ReportDocument>> {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
    private readonly turns: ReportTurns,
  ) {}

  /** @throws RefusalError `REPORT.STATUS`, `PROGRAMME.NOT_FOUND`, `READ_MODEL.BEHIND`, `QUERY.BAD_CURSOR` */
  async execute({ input, atLeast }: ListReports): Promise<Page<ReportDocument>> {
    for (const projection of REPORT_TURNS_FROM) await waitFor(this.models, projection, atLeast);
    const page = await this.find(input);
    if (page.documents.length === 0) await requireProgramme(this.decisions, input.programmeId);
    return { ...page, documents: await this.turns.ofToday(input.programmeId, page.documents) };
  }

  private async find(input: ListReportsInput): Promise<Page<ReportDocument>> {
    const { programmeId, urn, urns, status, limit, cursor } = input;
    if (status !== undefined && !(REPORT_STATUSES as readonly string[]).includes(status)) {
      throw new RefusalError(
        refusal('REPORT.STATUS', 'invalid', `status must be one of ${REPORT_STATUSES.join(', ')}`, {
          field: 'status',
        }),
      );
    }
    const page = {
      ...(limit === undefined ? {} : { limit }),
      ...(cursor === undefined ? {} : { cursor }),
    };
    const reports = this.models.collection<ReportDocument>(reportsProjection);
    if (urn !== undefined) {
      return reports.find({
        where: { programmeId, urn },
        sort: [{ field: 'window', direction: 'ascending' }],
        ...page,
      });
    }
    return reports.find({
      where: {
        programmeId,
        ...(status === undefined ? {} : { status }),
        ...(urns === undefined ? {} : { urn: { in: urns } }),
      },
      sort: [
        { field: 'dueOn', direction: 'ascending' },
        { field: 'urn', direction: 'ascending' },
      ],
      ...page,
    });
  }
}

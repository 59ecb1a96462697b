import { requireProgramme } from '#domain/programme';
import { Decisions } from '#platform/event-store';
import { waitFor } from '#platform/http';
import { ReadModels, type Page } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { snapshots, type SnapshotDocument } from './snapshots.projection.js';

/** The snapshots of a programme, newest first, at most 100 a page. */
export class ListSnapshots {
  constructor(
    readonly programmeId: string,
    readonly options: { readonly atLeast?: string; readonly cursor?: string } = {},
  ) {}
}

@QueryHandler(ListSnapshots)
export class ListSnapshotsHandler implements IQueryHandler<ListSnapshots, Page<SnapshotDocument>> {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
  ) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND`, `READ_MODEL.BEHIND`, `QUERY.BAD_POSITION`, `QUERY.BAD_CURSOR` */
  async execute({ programmeId, options }: ListSnapshots): Promise<Page<SnapshotDocument>> {
    await waitFor(this.models, snapshots, options.atLeast);
    const page = await this.models.collection(snapshots).find({
      where: { programmeId },
      sort: [{ field: 'recordedAt', direction: 'descending' }],
      limit: 100,
      ...(options.cursor === undefined ? {} : { cursor: options.cursor }),
    });
    if (page.documents.length === 0) await requireProgramme(this.decisions, programmeId);
    return page;
  }
}

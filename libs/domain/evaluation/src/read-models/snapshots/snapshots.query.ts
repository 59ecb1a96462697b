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
  constructor(private readonly models: ReadModels) {}

  /** @throws RefusalError `READ_MODEL.BEHIND`, `QUERY.BAD_POSITION`, `QUERY.BAD_CURSOR` */
  async execute({ programmeId, options }: ListSnapshots): Promise<Page<SnapshotDocument>> {
    await waitFor(this.models, snapshots, options.atLeast);
    return this.models.collection(snapshots).find({
      where: { programmeId },
      sort: [{ field: 'recordedAt', direction: 'descending' }],
      limit: 100,
      ...(options.cursor === undefined ? {} : { cursor: options.cursor }),
    });
  }
}

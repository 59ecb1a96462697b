import { waitFor } from '#platform/http';
import { ReadModels, type Page } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { noSuchProgramme } from '../../programme/require-programme.js';
import { programmesProjection, type ProgrammeDocument } from './programmes.projection.js';

export const PROGRAMMES_A_PAGE = 100;

/** All programmes by name, at most {@link PROGRAMMES_A_PAGE} a page. */
export class ListProgrammes {
  constructor(readonly options: { readonly atLeast?: string; readonly cursor?: string } = {}) {}
}

@QueryHandler(ListProgrammes)
export class ListProgrammesHandler implements IQueryHandler<ListProgrammes, Page<ProgrammeDocument>> {
  constructor(private readonly models: ReadModels) {}

  /** @throws RefusalError `READ_MODEL.BEHIND`, `QUERY.BAD_POSITION`, `QUERY.BAD_CURSOR` */
  async execute({ options: { atLeast, cursor } }: ListProgrammes): Promise<Page<ProgrammeDocument>> {
    await waitFor(this.models, programmesProjection, atLeast);
    return this.models.collection(programmesProjection).find({
      sort: [{ field: 'name', direction: 'ascending' }],
      limit: PROGRAMMES_A_PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
  }
}

export class GetProgramme {
  constructor(
    readonly programmeId: string,
    readonly atLeast?: string,
  ) {}
}

@QueryHandler(GetProgramme)
export class GetProgrammeHandler implements IQueryHandler<GetProgramme, ProgrammeDocument> {
  constructor(private readonly models: ReadModels) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND`, `READ_MODEL.BEHIND`, `QUERY.BAD_POSITION` */
  async execute({ programmeId, atLeast }: GetProgramme): Promise<ProgrammeDocument> {
    await waitFor(this.models, programmesProjection, atLeast);
    const document = await this.models.collection(programmesProjection).get(programmeId);
    if (document !== undefined) return document;
    throw noSuchProgramme(programmeId);
  }
}

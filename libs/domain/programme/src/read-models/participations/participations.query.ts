import { waitFor } from '#platform/http';
import { ReadModels, type Page } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { programmesProjection } from '../programmes/programmes.projection.js';
import { noSuchProgramme } from '../../programme/require-programme.js';
import { participationsProjection, type ParticipationDocument } from './participations.projection.js';

export const PARTICIPATIONS_A_PAGE = 100;

/** The settings enrolled in a programme, by name, at most {@link PARTICIPATIONS_A_PAGE} a page. */
export class ListParticipations {
  constructor(
    readonly programmeId: string,
    readonly options: { readonly atLeast?: string; readonly cursor?: string } = {},
  ) {}
}

@QueryHandler(ListParticipations)
export class ListParticipationsHandler implements IQueryHandler<
  ListParticipations,
  Page<ParticipationDocument>
> {
  constructor(private readonly models: ReadModels) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND`, `READ_MODEL.BEHIND`, `QUERY.BAD_POSITION`, `QUERY.BAD_CURSOR` */
  async execute({
    programmeId,
    options: { atLeast, cursor },
  }: ListParticipations): Promise<Page<ParticipationDocument>> {
    await waitFor(this.models, participationsProjection, atLeast);
    const page = await this.models.collection(participationsProjection).find({
      where: { programmeId },
      sort: [{ field: 'sortName', direction: 'ascending' }],
      limit: PARTICIPATIONS_A_PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (page.documents.length > 0) return page;
    // Nobody enrolled is an answer; no such programme is another.
    await waitFor(this.models, programmesProjection, atLeast);
    const known = await this.models.collection(programmesProjection).get(programmeId);
    if (known === undefined) throw noSuchProgramme(programmeId);
    return page;
  }
}

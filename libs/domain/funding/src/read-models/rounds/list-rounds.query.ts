import { requireProgramme } from '#domain/programme';
import { Decisions } from '#platform/event-store';
import { waitFor } from '#platform/http';
import { allOf, ReadModels } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { rounds, type RoundDocument } from './rounds.projection.js';

/** The allocation rounds of a programme, the first one first. */
export class ListRounds {
  constructor(
    readonly input: { readonly programmeId: string },
    /** A position that the answer must have seen. */
    readonly atLeast?: string,
  ) {}
}

@QueryHandler(ListRounds)
export class ListRoundsHandler implements IQueryHandler<ListRounds, readonly RoundDocument[]> {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
  ) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND` 'not-found' */
  async execute({ input: { programmeId }, atLeast }: ListRounds): Promise<readonly RoundDocument[]> {
    await waitFor(this.models, rounds, atLeast);
    const documents = await allOf(this.models.collection<RoundDocument>(rounds), {
      where: { programmeId },
      sort: [{ field: 'round', direction: 'ascending' }],
    });
    if (documents.length === 0) await requireProgramme(this.decisions, programmeId);
    return documents;
  }
}

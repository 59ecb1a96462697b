import { requireProgramme } from '#domain/programme';
import { Decisions } from '#platform/event-store';
import { waitFor } from '#platform/http';
import { allOf, ReadModels } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { WaitingShares, type CorrectedShare } from '../../round/read-offers/waiting-shares.js';
import { rounds, type RoundDocument } from './rounds.projection.js';

/** An allocation round, with the shares of it that are not offered before they are revised. */
export type RoundRow = RoundDocument & { readonly toRevise: readonly Omit<CorrectedShare, 'round'>[] };

/** The allocation rounds of a programme, the first one first. */
export class ListRounds {
  constructor(
    readonly input: { readonly programmeId: string },
    /** A position that the answer must have seen. */
    readonly atLeast?: string,
  ) {}
}

@QueryHandler(ListRounds)
export class ListRoundsHandler implements IQueryHandler<ListRounds, readonly RoundRow[]> {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
    private readonly shares: WaitingShares,
  ) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND` 'not-found' */
  async execute({ input: { programmeId }, atLeast }: ListRounds): Promise<readonly RoundRow[]> {
    await waitFor(this.models, rounds, atLeast);
    const documents = await allOf(this.models.collection<RoundDocument>(rounds), {
      where: { programmeId },
      sort: [{ field: 'round', direction: 'ascending' }],
    });
    if (documents.length === 0) await requireProgramme(this.decisions, programmeId);
    const corrected = documents.every(({ status }) => status === 'reconciled')
      ? []
      : await this.shares.corrected(programmeId);
    return documents.map((document) => ({
      ...document,
      toRevise: corrected
        .filter(({ round }) => round === document.round)
        .map(({ round: _, ...share }) => share),
    }));
  }
}

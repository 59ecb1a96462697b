import {
  missingChecks,
  participationsProjection,
  requireProgramme,
  type ParticipationDocument,
} from '#domain/programme';
import { Decisions } from '#platform/event-store';
import { waitFor } from '#platform/http';
import { allOf, ReadModels } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { WaitingShares, type CorrectedShare } from '../../round/read-offers/waiting-shares.js';
import { rounds, type RoundDocument } from './rounds.projection.js';

/** An allocation round, with the shares of it that are not offered before they are revised. */
export type RoundRow = RoundDocument & {
  readonly toRevise: readonly Omit<CorrectedShare, 'round'>[];
  /** Settings that nothing is missing of any more: their offers are made by whoever carries the round out. */
  readonly toOffer: number;
  /** Settings whose offer waits for a check, a decision of the board or the end of a pause. */
  readonly waiting: number;
};

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
    await waitFor(this.models, participationsProjection, atLeast);
    const documents = await allOf(this.models.collection<RoundDocument>(rounds), {
      where: { programmeId },
      sort: [{ field: 'round', direction: 'ascending' }],
    });
    if (documents.length === 0) await requireProgramme(this.decisions, programmeId);
    const isOpen = documents.some(({ status }) => status === 'offering');
    const corrected = isOpen ? await this.shares.corrected(programmeId) : [];
    const left = isOpen ? await this.shares.left(programmeId) : [];
    const parts = isOpen ? await this.partsOf(programmeId) : new Map<string, ParticipationDocument>();
    return documents.map((document) => {
      const toRevise = corrected
        .filter(({ round }) => round === document.round)
        .map(({ round: _, ...share }) => share);
      const open = left.find(({ round }) => round === document.round);
      const revised = new Set(toRevise.map(({ urn }) => urn));
      const urns = open?.urns.filter((urn) => !revised.has(urn)) ?? [];
      const toOffer = open?.paused === true ? 0 : urns.filter((urn) => !isWaiting(parts.get(urn))).length;
      return { ...document, toRevise, toOffer, waiting: urns.length - toOffer };
    });
  }

  private async partsOf(programmeId: string): Promise<ReadonlyMap<string, ParticipationDocument>> {
    const all = await allOf(this.models.collection<ParticipationDocument>(participationsProjection), {
      where: { programmeId },
    });
    return new Map(all.map((one) => [one.urn, one]));
  }
}

/** With a part that has ended nobody waits: whoever carries the round out gives its offer up. */
function isWaiting(document: ParticipationDocument | undefined): boolean {
  const part = document?.part;
  return part?.status === 'enrolled' && (part.undecided.length > 0 || missingChecks(part).length > 0);
}

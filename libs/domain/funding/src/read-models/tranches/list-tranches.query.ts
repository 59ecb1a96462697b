import { refusal, RefusalError } from '#kernel';
import { programme } from '#domain/programme';
import { Decisions } from '#platform/event-store';
import { waitFor } from '#platform/http';
import { allOf, ReadModels } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { tranches, tranchesOf, type AllocationDocument, type TrancheRow } from './tranches.projection.js';

/** All tranches of a programme, by URN and number. */
export class ListTranches {
  constructor(
    readonly input: {
      readonly programmeId: string;
      /** Of these settings only. */
      readonly urns?: readonly string[];
    },
    /** A position that the answer must have seen. */
    readonly atLeast?: string,
  ) {}
}

@QueryHandler(ListTranches)
export class ListTranchesHandler implements IQueryHandler<ListTranches, readonly TrancheRow[]> {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
  ) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND` 'not-found' */
  async execute({ input: { programmeId, urns }, atLeast }: ListTranches): Promise<readonly TrancheRow[]> {
    await waitFor(this.models, tranches, atLeast);
    const documents = await allOf(this.models.collection<AllocationDocument>(tranches), {
      where: { programmeId, ...(urns === undefined ? {} : { urn: { in: urns } }) },
      sort: [{ field: 'urn', direction: 'ascending' }],
    });
    if (documents.length > 0) return documents.flatMap(tranchesOf);
    const { history } = await this.decisions.load(programme, programmeId);
    if (history.length > 0) return [];
    throw new RefusalError(
      refusal('PROGRAMME.NOT_FOUND', 'not-found', `there is no programme ${programmeId}`, { programmeId }),
    );
  }
}

import { refusal, RefusalError } from '#kernel';
import { NOBODYS_TURN, programme, withLastDay, withoutPaymentTurn } from '#domain/programme';
import { Decisions } from '#platform/event-store';
import { waitFor } from '#platform/http';
import { allOf, ReadModels } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { readAround, TRANCHE_TURNS_FROM } from './around.js';
import { tranchesInTurn, type TrancheInTurn } from './tranche-turns.js';
import { tranches, type AllocationDocument } from './tranches.projection.js';

/** All tranches of a programme, by URN and number, each with whose turn it is. */
export class ListTranches {
  constructor(
    readonly input: {
      readonly programmeId: string;
      /** Of these settings only. */
      readonly urns?: readonly string[];
      /** Their status goes no further than `released`, and whose turn it is is left out where that tells of a payment, as it does once they are released. Default: it is told. */
      readonly withoutPayments?: boolean;
    },
    /** A position that the answer must have seen. */
    readonly atLeast?: string,
  ) {}
}

@QueryHandler(ListTranches)
export class ListTranchesHandler implements IQueryHandler<ListTranches, readonly TrancheInTurn[]> {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
  ) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND` 'not-found' */
  async execute({ input, atLeast }: ListTranches): Promise<readonly TrancheInTurn[]> {
    const { programmeId, urns, withoutPayments = false } = input;
    for (const projection of TRANCHE_TURNS_FROM) await waitFor(this.models, projection, atLeast);
    const documents = await allOf(this.models.collection<AllocationDocument>(tranches), {
      where: { programmeId, ...(urns === undefined ? {} : { urn: { in: urns } }) },
      sort: [{ field: 'urn', direction: 'ascending' }],
    });
    if (documents.length > 0) {
      const around = await readAround(this.models, this.decisions, programmeId);
      const rows = documents
        .flatMap((one) => tranchesInTurn(one, around))
        .map((row) => withLastDay(row, around.programme));
      if (!withoutPayments) return rows;
      return rows.map((row) =>
        row.released === null
          ? withoutPaymentTurn(row)
          : { ...row, status: 'released' as const, ...NOBODYS_TURN },
      );
    }
    const { history } = await this.decisions.load(programme, programmeId);
    if (history.length > 0) return [];
    throw new RefusalError(
      refusal('PROGRAMME.NOT_FOUND', 'not-found', `there is no programme ${programmeId}`, { programmeId }),
    );
  }
}

import { noSuchProgramme, programme, withLastDay, withoutPaymentTurn } from '#domain/programme';
import { Decisions } from '#platform/event-store';
import { waitFor } from '#platform/http';
import { allOf, ReadModels } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { readAround, TRANCHE_TURNS_FROM } from '../tranches/around.js';
import { tranches, type AllocationDocument } from '../tranches/tranches.projection.js';
import { reclaimsOf, type ReclaimRow } from './reclaims.js';

/** All reclaims of a programme, by URN and number. */
export class ListReclaims {
  constructor(
    readonly input: {
      readonly programmeId: string;
      /** Of these settings only. */
      readonly urns?: readonly string[];
      /** Whose turn it is is left out where that tells of a payment. Default: it is told. */
      readonly withoutPayments?: boolean;
    },
    /** A position that the answer must have seen. */
    readonly atLeast?: string,
  ) {}
}

@QueryHandler(ListReclaims)
export class ListReclaimsHandler implements IQueryHandler<ListReclaims, readonly ReclaimRow[]> {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
  ) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND`, `READ_MODEL.BEHIND`, `QUERY.BAD_POSITION` */
  async execute({ input, atLeast }: ListReclaims): Promise<readonly ReclaimRow[]> {
    const { programmeId, urns, withoutPayments = false } = input;
    const { state } = await this.decisions.load(programme, programmeId);
    if (state.status === 'none') throw noSuchProgramme(programmeId);
    for (const projection of TRANCHE_TURNS_FROM) await waitFor(this.models, projection, atLeast);
    const documents = await allOf(this.models.collection<AllocationDocument>(tranches), {
      where: { programmeId, ...(urns === undefined ? {} : { urn: { in: urns } }) },
      sort: [{ field: 'urn', direction: 'ascending' }],
    });
    if (documents.length === 0) return [];
    const around = await readAround(this.models, this.decisions, programmeId);
    const rows = documents.flatMap((one) => reclaimsOf(one, around)).map((row) => withLastDay(row, state));
    return withoutPayments ? rows.map(withoutPaymentTurn) : rows;
  }
}

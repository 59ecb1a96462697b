import { participationId, refusal, RefusalError } from '#kernel';
import { Decisions } from '#platform/event-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { allocation } from '../../allocation/allocation.js';
import { accountsOf } from '../../allocation/read-accounts/accounts-of.js';
import { settledTranches } from '../../allocation/read-settled/settled-tranches.js';
import { settlementOf, type Settlement } from '../settlement.js';

/** What a setting was paid, has spent and owes back; from the streams that decide about it, so that it is never behind. */
export class GetSettlement {
  constructor(readonly input: { readonly programmeId: string; readonly urn: string }) {}
}

@QueryHandler(GetSettlement)
export class GetSettlementHandler implements IQueryHandler<GetSettlement, Settlement> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `ALLOCATION.NOT_OFFERED` 'not-found' */
  async execute({ input: { programmeId, urn } }: GetSettlement): Promise<Settlement> {
    const id = participationId(programmeId, urn);
    const { state } = await this.decisions.load(allocation, id);
    if (state.status === 'none') {
      throw new RefusalError(
        refusal(
          'ALLOCATION.NOT_OFFERED',
          'not-found',
          `nothing stands offered to setting ${urn} in programme ${programmeId}: there is nothing to settle`,
          { programmeId, urn },
        ),
      );
    }
    const paid = await settledTranches(this.decisions, programmeId, urn);
    return settlementOf(state, await accountsOf(this.decisions, programmeId, urn), paid);
  }
}

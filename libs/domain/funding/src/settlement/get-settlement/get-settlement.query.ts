import { participation } from '#domain/programme';
import { setting } from '#domain/settings';
import { participationId, refusal, RefusalError } from '#kernel';
import { Decisions } from '#platform/event-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { NOTHING_OFFERED } from '../../allocation/allocation-state.js';
import { answeringFor } from '../../allocation/read-accounts/accounts-of.js';
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
    const answering = await answeringFor(this.decisions, programmeId, urn);
    const [own, ...before] = answering.answeredBy(urn);
    const accounts = answering.accountsOf(urn);
    const { state: part } = await this.decisions.load(participation, id);
    const allocation = own?.allocation ?? NOTHING_OFFERED;
    const toUrn = 'continuity' in part ? (part.continuity?.toUrn ?? null) : null;
    const { state: register } = await this.decisions.load(setting, urn);
    const called = register.status === 'registered' ? { settingName: register.details.name } : {};
    if (allocation.status !== 'none') {
      return settlementOf({ ...allocation, ...called }, accounts, own?.paid ?? [], before, toUrn);
    }
    if ('takenOver' in part && part.takenOver.length > 0) {
      const { settingName } = part;
      const nothing = { programmeId, urn, settingName, ...called, status: 'none' } as const;
      return settlementOf(nothing, accounts, [], before, toUrn);
    }
    throw new RefusalError(
      refusal(
        'ALLOCATION.NOT_OFFERED',
        'not-found',
        `nothing stands offered to setting ${urn} in programme ${programmeId}: there is nothing to settle`,
        { programmeId, urn },
      ),
    );
  }
}

import { refusal, RefusalError } from '#kernel';
import { QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetLedger } from './get-ledger.query.js';
import type { Ledger, LedgerLine } from './ledger-answer.js';

/** A setting's own line of its programme's ledger, and of when. */
export type SettingsLine = LedgerLine & Pick<Ledger, 'programmeId' | 'asOf' | 'recordedAsOf'>;

/** One setting's line of a ledger, now or as of a cut: nothing of the others, nor of the sums that they are in. */
export class GetSettingLedger {
  constructor(
    readonly input: GetLedger['input'] & { readonly urn: string },
    /** A position that the answer must have seen. */
    readonly atLeast?: string,
  ) {}
}

@QueryHandler(GetSettingLedger)
export class GetSettingLedgerHandler implements IQueryHandler<GetSettingLedger, SettingsLine> {
  constructor(private readonly queries: QueryBus) {}

  /** @throws RefusalError `LEDGER.NOT_ENROLLED` 'not-found', and what the whole ledger is refused with */
  async execute({ input: { urn, ...asked }, atLeast }: GetSettingLedger): Promise<SettingsLine> {
    const { programmeId, asOf, recordedAsOf, settings } = await this.queries.execute<GetLedger, Ledger>(
      new GetLedger(asked, atLeast),
    );
    const line = settings.find((one) => one.urn === urn);
    if (line !== undefined) return { programmeId, asOf, recordedAsOf, ...line };
    const message = `setting ${urn} is not on the ledger of ${programmeId}: it was not enrolled by then`;
    throw new RefusalError(refusal('LEDGER.NOT_ENROLLED', 'not-found', message, { programmeId, urn }));
  }
}

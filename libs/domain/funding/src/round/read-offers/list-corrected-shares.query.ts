import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { WaitingShares, type CorrectedShare } from './waiting-shares.js';

/** The shares of a programme's rounds that wait, and whose figure was corrected since they were set aside. */
export class ListCorrectedShares {
  constructor(readonly programmeId: string) {}
}

@QueryHandler(ListCorrectedShares)
export class ListCorrectedSharesHandler implements IQueryHandler<
  ListCorrectedShares,
  readonly CorrectedShare[]
> {
  constructor(private readonly shares: WaitingShares) {}

  execute({ programmeId }: ListCorrectedShares): Promise<readonly CorrectedShare[]> {
    return this.shares.corrected(programmeId);
  }
}

import { requireSlug } from '#kernel';
import { Decisions } from '#platform/event-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { noSuchProgramme } from '../../programme/require-programme.js';
import { creationOf } from '../../participation/enrol-setting/register-facts.js';
import { agreement, agreementInForce, type Document, type Withdrawal } from '../agreement.js';

/** All versions of a programme's grant agreement, the oldest first: few enough to be read from their stream. */
export class ListGrantAgreements {
  constructor(readonly programmeId: string) {}
}

export type GrantAgreementAnswer = Document & {
  readonly version: number;
  readonly issuedAt: string;
  readonly inForce: boolean;
  /** That it was taken back before it was in force; `null`: it was not. */
  readonly withdrawn: Withdrawal | null;
};

@QueryHandler(ListGrantAgreements)
export class ListGrantAgreementsHandler implements IQueryHandler<
  ListGrantAgreements,
  readonly GrantAgreementAnswer[]
> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND` */
  async execute({ programmeId }: ListGrantAgreements): Promise<readonly GrantAgreementAnswer[]> {
    requireSlug(programmeId, 'programmeId');
    if ((await creationOf(this.decisions, programmeId)) === null) throw noSuchProgramme(programmeId);
    const { state } = await this.decisions.load(agreement, programmeId);
    const current = agreementInForce(state, this.decisions.now())?.version;
    const standing = state.versions.map((one) => ({ ...one, withdrawal: null }));
    return [...standing, ...state.withdrawn]
      .toSorted((a, b) => a.version - b.version)
      .map(({ issue, withdrawal, ...version }) => ({
        ...version,
        issuedAt: issue.occurredAt,
        inForce: version.version === current,
        withdrawn: withdrawal,
      }));
  }
}

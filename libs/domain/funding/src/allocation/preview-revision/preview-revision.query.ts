import { isRefusal, participationId, RefusalError } from '#kernel';
import { Decisions } from '#platform/event-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { overpaidPence } from '../allocation-state.js';
import { allocation } from '../allocation.js';
import { OfferFactsReader } from '../offer-allocation/offer-facts.js';
import { revisable, type Revised, type RevisionRule } from '../revisions.js';

/** What an allocation would come to if it were revised now; `overpaidPence` would have to be asked back. */
export type RevisionPreview = Revised & { readonly overpaidPence: number };

export class PreviewRevision {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string; readonly rule: RevisionRule },
  ) {}
}

@QueryHandler(PreviewRevision)
export class PreviewRevisionHandler implements IQueryHandler<PreviewRevision, RevisionPreview> {
  constructor(
    private readonly decisions: Decisions,
    private readonly facts: OfferFactsReader,
  ) {}

  /** @throws RefusalError as the revision itself would be refused */
  async execute({ input: { programmeId, urn, rule } }: PreviewRevision): Promise<RevisionPreview> {
    const { state } = await this.decisions.load(allocation, participationId(programmeId, urn));
    const facts = await this.facts.read(programmeId, urn, this.decisions.now());
    const revised = revisable(facts, rule, state);
    if (isRefusal(revised)) throw new RefusalError(revised);
    const tranches = state.status === 'none' ? [] : state.tranches;
    return { ...revised, overpaidPence: overpaidPence({ tranches, duePence: revised.duePence }) };
  }
}

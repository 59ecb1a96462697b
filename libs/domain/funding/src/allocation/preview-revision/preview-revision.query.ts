import { isRefusal, participationId, RefusalError } from '#kernel';
import { Decisions } from '#platform/event-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { overpaidPence } from '../allocation-state.js';
import { allocation } from '../allocation.js';
import { figureCorrected } from '../offer-allocation/figures-of-census.js';
import { OfferFactsReader } from '../offer-allocation/offer-facts.js';
import { SharesToRevise } from '../revise-allocation/shares-to-revise.js';
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
    private readonly shares: SharesToRevise,
  ) {}

  /** @throws RefusalError as the revision itself would be refused */
  async execute({ input: { programmeId, urn, rule } }: PreviewRevision): Promise<RevisionPreview> {
    const { state: now } = await this.decisions.load(allocation, participationId(programmeId, urn));
    const at = this.decisions.now();
    const share = await this.shares.find({ programmeId, urn }, now, at);
    const state = share?.offered ?? now;
    const facts = await this.facts.read(programmeId, urn, at, figureCorrected(state, rule));
    const revised = revisable(facts, rule, state);
    if (isRefusal(revised)) throw new RefusalError(revised);
    const tranches = state.status === 'none' ? [] : state.tranches;
    return { ...revised, overpaidPence: overpaidPence({ tranches, duePence: revised.duePence }) };
  }
}

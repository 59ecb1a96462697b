import type { MoneyOpen } from '#domain/programme';
import type { Decisions } from '#platform/event-store';
import { waitFor } from '#platform/http';
import { allOf, type ReadModels } from '#platform/read-store';
import { NOTHING_OFFERED } from '../../../allocation/allocation-state.js';
import { fund } from '../../../fund/fund.js';
import { isMoneyOpen } from '../offer-turns.js';
import { tranches, type AllocationDocument } from '../tranches.projection.js';

/** What the programme asks once it is over: with which settings an allocation, or what is kept for one, still stands. */
export class AllocationsOpen implements MoneyOpen {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
  ) {}

  async of(programmeId: string, atLeast?: string): Promise<(urn: string) => boolean> {
    await waitFor(this.models, tranches, atLeast);
    const collection = this.models.collection<AllocationDocument>(tranches);
    const allocations = await allOf(collection, { where: { programmeId } });
    const allocated = new Map(allocations.map(({ urn, allocation }) => [urn, allocation]));
    const { state } = await this.decisions.load(fund, programmeId);
    const allocationOf = (urn: string) => allocated.get(urn) ?? NOTHING_OFFERED;
    return (urn) => isMoneyOpen(urn, { programmeId, fund: state, allocationOf });
  }
}

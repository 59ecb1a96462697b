import type { Allocated, Allocations } from '#domain/plans';
import { participationId } from '#kernel';
import { type Decisions } from '#platform/event-store';
import { allocation } from '../allocation.js';

/** What plans ask: read from the allocation's own stream, for they decide by it. */
export class StreamAllocations implements Allocations {
  constructor(private readonly decisions: Decisions) {}

  async of(programmeId: string, urn: string): Promise<Allocated | null> {
    const { state } = await this.decisions.load(allocation, participationId(programmeId, urn));
    if (state.status === 'none') return null;
    const { event, occurredAt } = state.status === 'offered' ? state.offer : state.acceptance;
    // What is due: what was paid beyond it, before it was revised down, is no money to plan with.
    return { amountPence: state.duePence, event, occurredAt };
  }
}
